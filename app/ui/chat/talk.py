"""The conversation that is open: what is said in it, and how its turns come on the page."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Signal

from app.chat.events import Recalled
from app.core.clock import Clock
from app.core.documents import Document
from app.core.errors import MnemeError
from app.core.types import Conversation, Message, Role, is_private
from app.ui.chat.library import Library, Thread
from app.ui.chat.page import ChatPage
from app.ui.chat.turn import Turn
from app.ui.engine import Engine
from app.ui.memory.care import Care


class Talk(QObject):
    """Opens conversations and takes what is written in them to the turn. `listed` says that the list is to be read
    anew, `moved` that another conversation is open now, or none."""

    listed = Signal()
    moved = Signal()

    def __init__(
        self, page: ChatPage, turn: Turn, care: Care, library: Library, engine: Engine, clock: Clock, state: QSettings
    ) -> None:
        super().__init__(page)
        self._page, self._turn, self._care, self._library = page, turn, care, library
        self._engine, self._clock, self._state = engine, clock, state
        self.current: int | None = None
        self._seen: dict[int, tuple[int, int]] = {}  # where one was scrolled to when another was opened
        self._document: Document | None = None  # that is open in the place of a conversation
        page.composer.sent.connect(self._send)
        page.transcript.edit_wanted.connect(page.composer.begin_edit)
        page.transcript.again_wanted.connect(self.reply_again)
        page.transcript.version_wanted.connect(self._open_version)
        page.composer.stopped.connect(turn.stop)
        page.composer.begun.connect(engine.load_models)  # they may have been unloaded while nobody wrote
        turn.began.connect(self._began)
        turn.stored.connect(self._stored)
        turn.recalled.connect(self._recalled)
        turn.words.connect(self._words)
        turn.progress.connect(page.status.setText)
        turn.ended.connect(self._ended)
        turn.failed.connect(self._failed)
        if turn.running:  # it began in the room before
            page.composer.set_busy(True)
            page.composer.field.setReadOnly(turn.conversation is None)

    def open(self, conversation_id: int, message_id: int = 0, *, mark: bool = True) -> None:
        """Show a conversation, and in it a message if one is named."""
        if self._engine.assistant is None:
            return
        self._move(conversation_id)
        transcript = self._page.transcript

        def show(found: Thread) -> None:
            if self.current == conversation_id:
                messages = self._turn.finished(found.messages)
                transcript.show_thread(messages, found, self._clock.now())
                self._document = found.document
                self._turn.show_live(transcript, conversation_id, self._clock.now())
                if not message_id and (seen := self._seen.pop(conversation_id, None)) is not None:
                    transcript.go_to(seen)
                if message_id:
                    transcript.find_message(message_id, mark=mark)

        self._library.read(conversation_id, message_id, show)
        self._care.show_conversation(conversation_id)
        self.listed.emit()

    def come_back(self, conversation_id: int, position: tuple[int, int] | None) -> None:
        """Show a conversation where it was scrolled to."""
        if position is not None:
            self._seen[conversation_id] = position
        self.open(conversation_id)

    def new(self) -> None:
        """An empty page; the conversation begins with its first message."""
        self._move(None)
        self._care.show_conversation(None)
        self._page.transcript.clear()
        self._page.composer.field.setFocus()

    def reply_again(self, reply: Message) -> None:
        """Ask for another reply in the place of one; both stay."""
        asked = (entry.message for entry in self._page.transcript.entries)
        question = next((message for message in asked if message is not None and message.id == reply.parent_id), None)
        if question is not None:
            self._turn.answer_again(question)

    def reply_again_to_last(self) -> None:
        """Ask for another reply in the place of the last."""
        if (reply := self._last(Role.ASSISTANT)) is not None:
            self.reply_again(reply)

    def edit_last(self) -> None:
        """Take the last question back into the field."""
        if (question := self._last(Role.USER)) is not None:
            self._page.composer.begin_edit(question)

    def turn_version(self, by: int) -> None:
        """Show the version before or after in the lowest place in sight that has several."""
        for view in reversed(self._page.transcript.views()):
            if view.turn(by):
                return

    def open_last(self) -> None:
        """Open the conversation that was open when the app last ended."""
        last = str(self._state.value("conversation", ""))
        if last.isdigit() and self.current is None:
            if len(seen := str(self._state.value("scrolled", "")).split()) == 2:
                self._seen[int(last)] = (int(seen[0]), int(seen[1]))
            self.open(int(last))

    def keep_position(self) -> None:
        """Remember over a restart where the open conversation is scrolled to."""
        seen = self._page.transcript.position()
        self._state.setValue("scrolled", f"{seen[0]} {seen[1]}" if seen is not None else "")

    def read_again(self) -> None:
        """Show what is stored now."""
        if self.current is not None:
            self.open(self.current)

    def show_status(self) -> None:
        """The line under the composer, as things are now."""
        self._page.status.setText(self._turn.status())

    def _move(self, conversation_id: int | None) -> None:
        """Another conversation is open; it is opened again after a restart, but for a private one, which leaves no
        trace."""
        if self.current not in (None, conversation_id) and (seen := self._page.transcript.position()) is not None:
            self._seen[self.current] = seen
        self.current = self._page.composer.attachments.conversation = conversation_id
        if conversation_id is None or is_private(conversation_id):
            self._state.remove("conversation")
        else:
            self._state.setValue("conversation", conversation_id)
        self.moved.emit()

    def _send(self, text: str) -> None:
        edited = self._page.composer.editing
        if edited is not None:
            self._turn.ask_otherwise(edited, text)
            return
        documents, here = self._page.composer.attachments.ids(), self.current
        if self._document is not None and self._document.id == here:
            self.new()  # what is said to a document begins a conversation with it
            documents, here = (self._document.id, *documents), None
        self._turn.ask(text, here, self._care.mode, documents)

    def _open_version(self, message_id: int) -> None:
        key = self.current
        if key is not None and not self._turn.running:
            self._library.open_branch(key, message_id, lambda: self.open(key, message_id, mark=False))

    def _last(self, role: Role) -> Message | None:
        entries = reversed(self._page.transcript.entries)
        return next((entry.message for entry in entries if entry.message is not None and entry.role is role), None)

    def _here(self) -> bool:
        return self._turn.conversation is not None and self._turn.conversation == self.current

    def _began(self) -> None:
        self._page.errors.hide()
        self._page.composer.set_busy(True)
        if self._here():
            question = self._turn.question
            self._page.transcript.begin_after(question.id if question is not None else 0, self._clock.now())
        else:
            self._page.composer.field.setReadOnly(True)

    def _stored(self, conversation: Conversation) -> None:
        """The question is safe: the field is free again."""
        documents = self._page.composer.attachments.documents()
        self._page.composer.empty()
        self._page.composer.field.setReadOnly(False)
        if self._turn.began_in == self.current:
            self._move(conversation.id)
            self._care.show_conversation(conversation.id)
            self._page.transcript.cut_from(self._turn.replaced)
            if self._turn.question is not None:
                self._page.transcript.add(self._turn.question, documents, self._clock.now())
            self._page.transcript.begin_reply(self._clock.now())
        self.listed.emit()

    def _recalled(self, recalled: Recalled) -> None:
        if self._here():
            question = self._turn.question.id if self._turn.question is not None else 0
            self._page.transcript.set_sources(recalled.hits, recalled.verdict, question)

    def _words(self, text: str) -> None:
        if self._here():
            self._page.transcript.add_words(text)

    def _ended(self, message: Message | None) -> None:
        self._over()
        if self._here():
            self._page.transcript.end_reply(message)
            if self._turn.beside:
                self.read_again()
        self.show_status()

    def _failed(self, error: MnemeError) -> None:
        self._over()
        again = self._turn.retry if self._turn.question is not None else None
        self._page.errors.show_error(error, self.tr("Ask again") if again else "", again)
        if self._here():
            self.read_again()
        self.show_status()

    def _over(self) -> None:
        self._page.composer.set_busy(False)
        self._page.composer.field.setReadOnly(False)
