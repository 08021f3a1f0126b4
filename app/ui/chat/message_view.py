"""One message: the user's words on a soft panel, the assistant's on the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QResizeEvent, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QTextBrowser, QVBoxLayout

from app.core.clock import friendly_date
from app.core.types import Hit, Message, MessageState, Role, Verdict, is_private
from app.ui.markdown import to_html
from app.ui.widgets import label, link

_SHOWN = 20_000
_STATES = {MessageState.STOPPED: "stopped", MessageState.INTERRUPTED: "interrupted"}


class TextView(QTextBrowser):
    """Text as high as its content. Loads nothing; a link opens in the user's browser when clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(_open_link)

    def show_text(self, text: str, *, markdown: bool) -> None:
        if markdown:
            self.setHtml(to_html(text))
        else:
            self.setPlainText(text)
        self.fit()

    def fit(self) -> None:
        """Take the height of the words."""
        self.document().setTextWidth(self.viewport().width())
        self.setFixedHeight(int(self.document().size().height()) + 4)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing that anyone wrote makes the app fetch anything."""
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())


class MessageView(QFrame):
    """A message with its speaker, its words, and for a reply the memories it was shown."""

    sources_wanted = Signal(object, int)
    forget_wanted = Signal(int)

    def __init__(self, role: Role, speaker: str, now: datetime) -> None:
        super().__init__()
        self.setObjectName("user" if role is Role.USER else "assistant")
        self.role = role
        self.text = ""
        self._now = now
        self._hits: Sequence[Hit] = ()
        self._question = 0
        self._message = 0
        name = speaker or ("You" if role is Role.USER else "Mneme")
        self.setAccessibleName(f"Message of {name}")
        self._who = label(name, "role")
        self._copy = link("Copy")
        self._copy.setAccessibleName(f"Copy the message of {name}")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        self.forget = link("Forget…")
        self.forget.setAccessibleName(f"Forget the message of {name}")
        self.forget.clicked.connect(lambda: self.forget_wanted.emit(self._message))
        self.forget.hide()
        self.view = TextView()
        self.view.setAccessibleName(f"Words of {name}")
        self._sources = link()
        self._sources.setAccessibleName("Memories used in this reply")
        self._sources.hide()
        self._sources.clicked.connect(lambda: self.sources_wanted.emit(self._hits, self._question))
        top = QHBoxLayout()
        top.addWidget(self._who, 1)
        top.addWidget(self.forget)
        top.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.view)
        column.addWidget(self._sources, 0, Qt.AlignmentFlag.AlignLeft)

    def show_message(self, message: Message) -> None:
        """Show a stored message; a very long one in part, as the whole is a click on Copy away."""
        self.set_text(message.text)
        self._message = message.id
        self.forget.setVisible(not is_private(message.id))
        when = friendly_date(message.created_at, self._now)
        note = [self._who.text().split(" · ")[0], f"{when}, {message.created_at.astimezone():%H:%M}"]
        if message.state in _STATES:
            note.append(_STATES[message.state])
        self._who.setText(" · ".join(note))

    def set_text(self, text: str) -> None:
        self.text = text
        shown = text
        if len(text) > _SHOWN:
            shown = f"{text[:_SHOWN]}\n\n… {len(text) - _SHOWN:,} more characters are stored; Copy takes them all."
        self.view.show_text(shown, markdown=self.role is not Role.USER)

    def set_sources(self, hits: Sequence[Hit], verdict: Verdict, question: int) -> None:
        """The quiet line under the reply to a question: the date by memory, or a doubt; how many memories, of when."""
        self._hits, self._question = hits, question
        days = list(dict.fromkeys(friendly_date(hit.span.said_at, self._now) for hit in hits))
        count = f"from {len(hits)} {'memory' if len(hits) == 1 else 'memories'}"
        line = [count, ", ".join(days[:4]) + (" …" if len(days) > 4 else "")] if hits else []
        if verdict.doubtful:
            line.insert(0, "perhaps not in memory")
        elif verdict.words:
            line.insert(0, f"by memory: {verdict.words}")
        self._sources.setText(" · ".join(line))
        self._sources.setToolTip("Show what this reply remembered, and why")
        self._sources.setEnabled(bool(hits))
        self._sources.setVisible(bool(hits or (verdict.words and not verdict.doubtful)))

    def mark_found(self, found: bool) -> None:
        """Frame the message that was looked for."""
        self.setProperty("found", "true" if found else "false")
        self.style().polish(self)

    def redraw(self) -> None:
        """Draw the words in the colours of the theme in use."""
        if self.text:
            self.set_text(self.text)


def _open_link(url: QUrl) -> None:
    if url.scheme() in ("http", "https", "mailto"):
        QDesktopServices.openUrl(url)
