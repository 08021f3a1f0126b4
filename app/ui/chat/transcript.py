"""The messages of a conversation in a readable column. Long ones are laid out from their end, a part at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.types import Hit, Message, Origin, Role, Verdict
from app.ui.chat.message_view import MessageView
from app.ui.widgets import label, named

_COLUMN = 720
_AT_ONCE = 30
_REDRAW_MS = 60
_NEAR_END = 80


class Transcript(QScrollArea):
    """Shows stored messages and the reply that streams. Stays at the end unless the user scrolled away."""

    sources_wanted = Signal(object, int)
    forget_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__(widgetResizable=True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Transcript")
        self._messages: Sequence[Message] = ()
        self._shown: Mapping[int, Sequence[Hit]] = {}
        self._verdicts: Mapping[int, Verdict] = {}
        self._views: dict[int, MessageView] = {}
        self._now = datetime.now().astimezone()
        self._first = 0
        self._live: MessageView | None = None
        self._live_text = ""
        self._build()
        self._redraw = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._redraw.timeout.connect(self._draw_live)
        self._at_end = True
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._grown)
        bar.valueChanged.connect(self._scrolled)

    def show_thread(
        self,
        messages: Sequence[Message],
        shown: Mapping[int, Sequence[Hit]],
        verdicts: Mapping[int, Verdict],
        now: datetime,
    ) -> None:
        """Show a conversation from its end, with what was recalled for each question and what recall made of it."""
        self.clear()
        self._messages, self._shown, self._verdicts, self._now = messages, shown, verdicts, now
        self._first = len(messages)
        self._at_end = True
        self._add_earlier()
        self._welcome.setVisible(not messages)

    def clear(self) -> None:
        """An empty page with a word of welcome."""
        for view in [*self._views.values(), *([self._live] if self._live else [])]:
            self._column.removeWidget(view)
            view.deleteLater()
        self._views, self._live, self._messages, self._first = {}, None, (), 0
        self._earlier.hide()
        self._welcome.show()

    def add(self, message: Message) -> None:
        """Append a stored message."""
        self._welcome.hide()
        self._at_end = True
        self._views[message.id] = view = self._view_of(message)
        self._column.addWidget(view)

    def begin_reply(self, now: datetime) -> None:
        """Make room for a reply that will stream."""
        self._live_text = ""
        self._live = self._new_view(Role.ASSISTANT, "", now)
        self._live.set_text("…")
        self._column.addWidget(self._live)

    def begin_again(self, now: datetime) -> None:
        """Make room for another reply to the last question; the torn one leaves the page, not the store."""
        for key, view in list(self._views.items())[::-1]:
            if view.role is Role.USER:
                break
            self._column.removeWidget(self._views.pop(key))
            view.deleteLater()
        self.begin_reply(now)

    def add_words(self, text: str) -> None:
        """The next words of the reply; drawn at most every 60 ms."""
        self._live_text += text
        if not self._redraw.isActive():
            self._redraw.start()

    def set_sources(self, hits: Sequence[Hit], verdict: Verdict, question: int) -> None:
        """What the streaming reply to a question was shown."""
        if self._live is not None:
            self._live.set_sources(hits, verdict, question)

    def end_reply(self, message: Message | None) -> None:
        """The reply is stored, or there is none."""
        self._redraw.stop()
        view, self._live = self._live, None
        if view is None:
            return
        if message is None:
            if self._live_text:
                view.set_text(self._live_text)
            else:
                self._column.removeWidget(view)
                view.deleteLater()
            return
        view.show_message(message)
        self._views[message.id] = view

    def find_message(self, message_id: int) -> None:
        """Scroll to a message and mark it."""
        while message_id not in self._views and self._first > 0:
            self._add_earlier()
        for key, view in self._views.items():
            view.mark_found(key == message_id)
        if message_id in self._views:
            self._at_end = False
            QTimer.singleShot(0, lambda: self._reveal(message_id))

    def views(self) -> list[MessageView]:
        """The messages that are laid out, oldest first."""
        items = (self._column.itemAt(place) for place in range(self._column.count()))
        found = (item.widget() for item in items if item is not None)
        return [view for view in found if isinstance(view, MessageView)]

    def redraw(self) -> None:
        """Draw everything in the colours of the theme in use."""
        for view in self.views():
            view.redraw()

    def _build(self) -> None:
        page = named(QWidget(), "transcript")
        self._earlier = QPushButton("Earlier messages")
        self._earlier.hide()
        self._earlier.clicked.connect(self._add_earlier)
        self._welcome = _welcome()
        column = named(QWidget(), "transcript")
        column.setMaximumWidth(_COLUMN)
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        inside = QVBoxLayout(column)
        inside.setContentsMargins(0, 24, 0, 24)
        inside.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(self._welcome)
        inside.addLayout(self._column)
        inside.addStretch(1)
        row = QHBoxLayout(page)
        row.setContentsMargins(24, 0, 24, 0)
        row.addStretch(1)
        row.addWidget(column, 1000)
        row.addStretch(1)
        self.setWidget(page)

    def _add_earlier(self) -> None:
        """Lay out the part before the first one shown, and keep what is read where it is."""
        start = max(0, self._first - _AT_ONCE)
        bar = self.verticalScrollBar()
        below = bar.maximum() - bar.value()
        for place, message in enumerate(self._messages[start : self._first]):
            self._views[message.id] = view = self._view_of(message)
            self._column.insertWidget(place, view)
        self._first = start
        self._earlier.setVisible(start > 0)
        if not self._at_end:
            QTimer.singleShot(0, lambda: bar.setValue(bar.maximum() - below))

    def _view_of(self, message: Message) -> MessageView:
        imported = message.origin is Origin.IMPORTED and message.role is Role.ASSISTANT
        view = self._new_view(message.role, "Assistant, imported" if imported else message.speaker, self._now)
        view.show_message(message)
        if message.role is not Role.USER and message.parent_id is not None:
            question = message.parent_id
            view.set_sources(self._shown.get(question, ()), self._verdicts.get(question, Verdict()), question)
        return view

    def _new_view(self, role: Role, speaker: str, now: datetime) -> MessageView:
        view = MessageView(role, speaker, now)
        view.sources_wanted.connect(self.sources_wanted)
        view.forget_wanted.connect(self.forget_wanted)
        return view

    def _draw_live(self) -> None:
        if self._live is not None:
            self._live.set_text(self._live_text)

    def _reveal(self, message_id: int) -> None:
        if message_id in self._views:
            self.ensureWidgetVisible(self._views[message_id])

    def _grown(self, _: int, maximum: int) -> None:
        if self._at_end:
            self.verticalScrollBar().setValue(maximum)

    def _scrolled(self, value: int) -> None:
        self._at_end = value >= self.verticalScrollBar().maximum() - _NEAR_END


def _welcome() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 160, 0, 0)
    words = "What you tell Mneme stays on this computer and is remembered. Ctrl+K finds anything you said."
    for line in (label("What is on your mind?", "welcome"), label(words)):
        line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(line)
    return page
