"""The messages of a conversation in a readable column, of which only those in sight are laid out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.documents import Document
from app.core.types import Hit, Message, Role, Verdict
from app.ui.chat.column import Column, Item
from app.ui.chat.library import Thread
from app.ui.chat.message_view import Entry, MessageView, speaker
from app.ui.widgets import label, named

_REDRAW_MS = 60
_IDLE_SHARE = 3  # of the time between two drawings that a drawing may take: one part in so many
_A_LINE, _AROUND, _IN_A_LINE = 23, 56, 84  # pixels, pixels, characters: a guess until it is laid out


class Transcript(Column):
    """Shows stored messages and the reply that streams. Stays at the end unless the user scrolled away."""

    sources_wanted = Signal(object, int)
    forget_wanted = Signal(int)
    edit_wanted = Signal(object)
    again_wanted = Signal(object)
    version_wanted = Signal(int)
    document_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Transcript"))
        self.entries: list[Entry] = []
        self._now = datetime.now().astimezone()
        self._live: Entry | None = None
        self._redraw = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._redraw.timeout.connect(self._draw_live)
        self._welcome = self._make_welcome()

    def show_thread(self, messages: Sequence[Message], thread: Thread, now: datetime) -> None:
        """Show messages of a conversation from their end, or a document from its beginning."""
        self._now, self._live = now, None
        self.entries = [_entry(message, thread) for message in messages]
        self._welcome.setVisible(not messages)
        self.restart(len(self.entries))
        if thread.document is not None and messages:
            self.reveal(0)

    def clear(self) -> None:
        """An empty page with a word of welcome."""
        self.show_thread((), Thread([], {}, {}, {}), self._now)

    def add(self, message: Message, documents: Sequence[Document], now: datetime) -> None:
        """Append a stored message, and the documents that came with it."""
        self._now, self.stick = now, True
        self._append(_entry(message, Thread([], {}, {}, {}, {message.id: documents})))

    def begin_reply(self, now: datetime) -> None:
        """Make room for a reply that will stream."""
        self._now = now
        self._live = Entry(Role.ASSISTANT, "")
        self._append(self._live)

    def begin_after(self, message_id: int, now: datetime) -> None:
        """Make room for another reply to a message; what came after it leaves the page, not the store."""
        if (place := self._place_of(message_id)) is not None:
            self._cut(place + 1)
        self.begin_reply(now)

    def cut_from(self, message_id: int) -> None:
        """Take a message and what came after it from the page: another version comes in its place."""
        if (place := self._place_of(message_id)) is not None:
            self._cut(place)

    def add_words(self, text: str) -> None:
        """The next words of the reply; drawn now and then, and less often where drawing takes long."""
        if self._live is not None:
            self._live.text += text
            if not self._redraw.isActive():
                self._redraw.start()

    def set_sources(self, hits: Sequence[Hit], verdict: Verdict, question: int) -> None:
        """What the streaming reply to a question was shown."""
        if self._live is not None:
            self._live.hits, self._live.verdict, self._live.question = hits, verdict, question
            if (view := self._view(len(self.entries) - 1)) is not None:
                view.set_sources(self._live, self._now)
                self.place()

    def end_reply(self, message: Message | None) -> None:
        """The reply is stored, or there is none."""
        self._redraw.stop()
        live, self._live = self._live, None
        if live is None:
            return
        if message is None and not live.text:
            self.entries.pop()
            self.shrink()
            return
        if message is not None:
            live.message, live.text = message, message.text
        self._show_again(len(self.entries) - 1)

    def position(self) -> tuple[int, int] | None:
        """The message at the top of what is seen, and where it begins; None at the end."""
        number, y = self._anchor
        message = self.entries[number].message if number < len(self.entries) else None
        return None if self.stick or message is None else (message.id, y)

    def go_to(self, position: tuple[int, int]) -> None:
        """Show again what was seen at a position."""
        if (place := self._place_of(position[0])) is not None:
            self.stick = False
            self._anchor = (place, position[1])
            self.place()

    def find_message(self, message_id: int, *, mark: bool = True) -> None:
        """Scroll to a message and mark it."""
        for number, entry in enumerate(self.entries):
            found = entry.message is not None and entry.message.id == message_id
            if (found and mark) != entry.found:
                entry.found = found and mark
                if (view := self._view(number)) is not None:
                    view.mark_found(entry.found)
            if found:
                self.reveal(number)

    def views(self) -> list[MessageView]:
        """The messages that are laid out, oldest first."""
        return [item for item in self.in_sight() if isinstance(item, MessageView)]

    def texts(self) -> list[str]:
        """All that is said on the page, in sight or not."""
        return [entry.text for entry in self.entries]

    def copy(self, begin: Entry | None = None) -> None:
        """Copy the conversation as plain text, all of it or from an entry on: who says it, and what."""
        first = next((number for number, entry in enumerate(self.entries) if entry is begin), 0)
        said = (f"{speaker(entry)}:\n{entry.text}" for entry in self.entries[first:] if entry.text)
        if words := "\n\n".join(said):
            QGuiApplication.clipboard().setText(words)

    def redraw(self) -> None:
        """Draw everything in the colours of the theme in use."""
        for item in (*self._items.values(), *(item for pool in self._pool.values() for item in pool)):
            if isinstance(item, MessageView):
                item.redraw()
        self.place()

    def kind_of(self, number: int) -> str:
        return "user" if self.entries[number].role is Role.USER else "assistant"

    def make(self, number: int) -> Item:
        view = MessageView(self.entries[number].role, self.viewport())
        view.sources_wanted.connect(self.sources_wanted)
        view.forget_wanted.connect(self.forget_wanted)
        view.edit_wanted.connect(self.edit_wanted)
        view.again_wanted.connect(self.again_wanted)
        view.version_wanted.connect(self.version_wanted)
        view.document_wanted.connect(self.document_wanted)
        view.copy_wanted.connect(self.copy)
        return view

    def fill(self, number: int, item: Item) -> None:
        assert isinstance(item, MessageView)
        item.show_entry(self.entries[number], self._now)

    def guess(self, number: int) -> int:
        text = self.entries[number].text
        return _AROUND + _A_LINE * (text.count("\n") + 1 + len(text) // _IN_A_LINE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._welcome.setGeometry(self.viewport().rect())

    def _place_of(self, message_id: int) -> int | None:
        return next((n for n, e in enumerate(self.entries) if e.message and e.message.id == message_id), None)

    def _cut(self, place: int) -> None:
        if place < len(self.entries):
            self.entries = self.entries[:place]
            self.restart(place)

    def _append(self, entry: Entry) -> None:
        self._welcome.hide()
        self.entries.append(entry)
        self.grow()

    def _view(self, number: int) -> MessageView | None:
        item = self.shown(number)
        return item if isinstance(item, MessageView) else None

    def _show_again(self, number: int) -> None:
        if (view := self._view(number)) is not None:
            view.show_entry(self.entries[number], self._now)
        self.place()

    def _draw_live(self) -> None:
        if self._live is None:
            return
        begun = time.perf_counter()
        if (view := self._view(len(self.entries) - 1)) is not None:
            view.show_words()
        self.place()
        took = (time.perf_counter() - begun) * 1000
        self._redraw.setInterval(max(_REDRAW_MS, int(took * _IDLE_SHARE)))

    def _make_welcome(self) -> QWidget:
        page = named(QWidget(self.viewport()), "plain")
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(2)
        words = self.tr("What you tell Mneme stays on this computer and is remembered. Ctrl+K finds anything you said.")
        for line in (label(self.tr("What is on your mind?"), "welcome"), label(words)):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        column.addStretch(3)
        return page


def _entry(message: Message, thread: Thread) -> Entry:
    entry = Entry(message.role, message.text, message, versions=thread.versions.get(message.id, ()))
    entry.documents, entry.passage = thread.attached.get(message.id, ()), thread.passages.get(message.id)
    if message.role is not Role.USER and message.parent_id is not None:
        question = entry.question = message.parent_id
        entry.hits, entry.verdict = thread.shown.get(question, ()), thread.verdicts.get(question, Verdict())
    return entry
