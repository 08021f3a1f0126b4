"""The conversation that is open: what is said in it, and how its turns come on the page."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Signal

from app.chat.events import Recalled
from app.core.clock import Clock
from app.core.errors import MnemeError
from app.core.types import Conversation, Message, is_private
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
        page.composer.sent.connect(lambda text: turn.ask(text, self.current, care.mode))
        page.composer.stopped.connect(turn.stop)
        page.composer.begun.connect(engine.load_models)  # they may have been unloaded while nobody wrote
        turn.began.connect(self._began)
        turn.stored.connect(self._stored)
        turn.recalled.connect(self._recalled)
        turn.words.connect(self._words)
        turn.progress.connect(page.status.setText)
        turn.ended.connect(self._ended)
        turn.failed.connect(self._failed)

    def open(self, conversation_id: int, message_id: int = 0) -> None:
        """Show a conversation, and in it a message if one is named."""
        if self._engine.assistant is None:
            return
        self._move(conversation_id)
        transcript = self._page.transcript

        def show(found: Thread) -> None:
            if self.current == conversation_id:
                transcript.show_thread(self._turn.finished(found[0]), *found[1:], self._clock.now())
                self._turn.show_live(transcript, conversation_id, self._clock.now())
                if message_id:
                    transcript.find_message(message_id)

        self._library.read(conversation_id, message_id, show)
        self._care.show_conversation(conversation_id)
        self.listed.emit()

    def new(self) -> None:
        """An empty page; the conversation begins with its first message."""
        self._move(None)
        self._care.show_conversation(None)
        self._page.transcript.clear()
        self._page.composer.field.setFocus()

    def open_last(self) -> None:
        """Open the conversation that was open when the app last ended."""
        last = str(self._state.value("conversation", ""))
        if last.isdigit() and self.current is None:
            self.open(int(last))

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
        self.current = conversation_id
        if conversation_id is None or is_private(conversation_id):
            self._state.remove("conversation")
        else:
            self._state.setValue("conversation", conversation_id)
        self.moved.emit()

    def _here(self) -> bool:
        return self._turn.conversation is not None and self._turn.conversation == self.current

    def _began(self) -> None:
        self._page.errors.hide()
        self._page.composer.set_busy(True)
        if self._here():
            self._page.transcript.begin_again(self._clock.now())
        else:
            self._page.composer.field.setReadOnly(True)

    def _stored(self, conversation: Conversation) -> None:
        """The question is safe: the field is free again."""
        self._page.composer.field.clear()
        self._page.composer.field.setReadOnly(False)
        if self._turn.began_in == self.current:
            self._move(conversation.id)
            self._care.show_conversation(conversation.id)
            if self._turn.question is not None:
                self._page.transcript.add(self._turn.question)
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
