"""One message: the user's words on a soft panel, the assistant's on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.core.documents import Document, Passage
from app.core.types import Hit, Message, MessageState, Origin, Role, Verdict, is_private
from app.ui import theme
from app.ui.chat.column import Item
from app.ui.chat.text_view import TextView
from app.ui.markdown import code_blocks, parts_of
from app.ui.widgets import label, link, named
from app.ui.words.dates import friendly_date
from app.ui.words.phrases import told

_SHOWN = 20_000
_SIDE, _TOP, _BOTTOM = 16, 8, 12


@dataclass(slots=True)
class Entry:
    """What stands in one place of the transcript: a stored message, or the reply that streams."""

    role: Role
    text: str
    message: Message | None = None
    hits: Sequence[Hit] = ()
    verdict: Verdict = Verdict()
    question: int = 0
    versions: tuple[int, ...] = ()
    found: bool = False
    documents: Sequence[Document] = ()
    passage: Passage | None = None


def speaker(entry: Entry) -> str:
    """Who says it."""
    message, translate = entry.message, QCoreApplication.translate
    if message is not None and message.origin is Origin.IMPORTED and entry.role is Role.ASSISTANT:
        return translate("MessageView", "Assistant, imported")
    named = message.speaker if message is not None else ""
    return named or (translate("MessageView", "You") if entry.role is Role.USER else "Mneme")


class MessageView(Item):
    """A message with its speaker, its words, what can be done with it, and for a reply the memories it was shown.

    Shows one entry after another. `version_wanted` carries the message to show in the place of this one, `copy_wanted`
    the entry from which on the conversation is copied, None for all of it.
    """

    sources_wanted = Signal(object, int)
    forget_wanted = Signal(int)
    edit_wanted = Signal(object)
    again_wanted = Signal(object)
    version_wanted = Signal(int)
    document_wanted = Signal(int)
    copy_wanted = Signal(object)

    def __init__(self, role: Role, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = "user" if role is Role.USER else "assistant"
        self.setObjectName(self.kind)
        self.role = role
        self.entry = Entry(role, "")
        self._shown: tuple[object, ...] = ()
        self._height = (0, 0)
        self._parts: list[tuple[TextView, str]] = []
        self._who = label("", "role")
        self._before = self._tool("chevron-left", self.tr("Version before"), lambda: self.turn(-1))
        self._which = label("", "role")
        self._which.setWordWrap(False)
        self._after = self._tool("chevron-right", self.tr("Version after"), lambda: self.turn(1))
        self.edit = self._tool(
            "pencil", self.tr("Edit and ask again"), lambda: self.edit_wanted.emit(self.entry.message)
        )
        self.again = self._tool(
            "refresh-cw", self.tr("Reply again"), lambda: self.again_wanted.emit(self.entry.message)
        )
        self._copy = self._tool("copy", self.tr("Copy"), self._copy_all)
        self.forget = self._tool("trash-2", self.tr("Forget…"), self._forget)
        self._sources = link()
        self._sources.setAccessibleName(self.tr("Memories used in this reply"))
        self._sources.setToolTip(self.tr("Show what this reply remembered, and why"))
        self._sources.clicked.connect(lambda: self.sources_wanted.emit(self.entry.hits, self.entry.question))
        self._documents = label("", "date")
        self._documents.setTextFormat(Qt.TextFormat.RichText)
        self._documents.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self._documents.setAccessibleName(self.tr("Documents that came with the message"))
        self._documents.linkActivated.connect(lambda key: self.document_wanted.emit(int(key)))
        self._build()

    @property
    def text(self) -> str:
        """All that the message says."""
        return self.entry.text

    @property
    def view(self) -> TextView:
        """The first of its words."""
        return self._parts[0][0]

    def show_entry(self, entry: Entry, now: datetime) -> None:
        """Show what stands in a place of the transcript."""
        self.entry = entry
        self._height = (0, 0)
        message = entry.message
        name = speaker(entry)
        self.setAccessibleName(self.tr("Message of {name}").format(name=name))
        self._who.setText(self._line(name, message, now))
        self._draw()
        self.set_sources(entry, now)
        stored = message is not None
        self._copy.setVisible(bool(entry.text))
        self.forget.setVisible(message is not None and not is_private(message.id))
        self.edit.setVisible(stored and entry.role is Role.USER)
        self.again.setVisible(stored and entry.role is Role.ASSISTANT)
        self._show_documents(entry.documents)
        self._show_versions(entry)
        self.mark_found(entry.found)

    def show_words(self) -> None:
        """Show the words of the entry as they are now."""
        self._height = (0, 0)
        self._draw()

    def set_sources(self, entry: Entry, now: datetime) -> None:
        """The quiet line under the reply to a question: the date by memory, or a doubt; how many memories, of when."""
        hits, verdict = entry.hits, entry.verdict
        self._height = (0, 0)
        days = list(dict.fromkeys(friendly_date(hit.span.said_at, now) for hit in hits))
        count = self.tr("from {count} memories") if len(hits) != 1 else self.tr("from {count} memory")
        line = [count.format(count=len(hits)), ", ".join(days[:4]) + (" …" if len(days) > 4 else "")] if hits else []
        if verdict.doubtful:
            line.insert(0, self.tr("perhaps not in memory"))
        elif verdict.words:
            line.insert(0, self.tr("by memory: {words}").format(words=verdict.words))
        self._sources.setText(" · ".join(line))
        self._sources.setEnabled(bool(hits))
        self._sources.setVisible(bool(hits or (verdict.words and not verdict.doubtful)))

    def mark_found(self, found: bool) -> None:
        """Frame the message that was looked for."""
        value = "true" if found else "false"
        if self.property("found") != value:
            self.setProperty("found", value)
            self.style().polish(self)

    def redraw(self) -> None:
        """Draw the words and the icons in the colours of the theme in use."""
        for button, name in self._icons.items():
            button.setIcon(theme.icon(name, "muted"))
        self._shown = ()
        self._height = (0, 0)
        self._parts = [(view, "") for view, _ in self._parts]
        self._draw()

    def height_at(self, width: int) -> int:
        if self._height[0] != width:
            for view, _ in self._parts:
                view.ensurePolished()
                view.fit(width - 2 * _SIDE)
            self._layout.invalidate()
            self._layout.activate()
            self._height = (width, self._layout.totalHeightForWidth(width))
        return self._height[1]

    def in_use(self) -> bool:
        return any(view.textCursor().hasSelection() for view, _ in self._parts)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self._who, 1)
        for part in (self._before, self._which, self._after, self.edit, self.again, self._copy, self.forget):
            top.addWidget(part)
        self._words = QVBoxLayout()
        self._words.setSpacing(0)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(_SIDE, _TOP, _SIDE, _BOTTOM)
        self._layout.setSpacing(4)
        self._layout.addLayout(top)
        self._layout.addLayout(self._words)
        self._layout.addWidget(self._documents)
        self._layout.addWidget(self._sources, 0, Qt.AlignmentFlag.AlignLeft)
        self._more_parts(1)

    def _tool(self, name: str, words: str, act: Callable[[], object]) -> QToolButton:
        button = named(QToolButton(), "quiet")
        button.setIcon(theme.icon(name, "muted"))
        button.setIconSize(QSize(14, 14))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(lambda _: act())
        self._icons = {**getattr(self, "_icons", {}), button: name}
        return button

    def _line(self, name: str, message: Message | None, now: datetime) -> str:
        if message is None:
            return name
        if self.entry.passage is not None:
            return told(self.entry.passage.words)
        parts = [name, f"{friendly_date(message.created_at, now)}, {message.created_at.astimezone():%H:%M}"]
        if message.state is MessageState.STOPPED:
            parts.append(self.tr("stopped"))
        elif message.state is MessageState.INTERRUPTED:
            parts.append(self.tr("interrupted"))
        return " · ".join(parts)

    def _draw(self) -> None:
        """Draw what has changed of the words; of a very long message a part, as the whole is a click on Copy away."""
        text = self.entry.text
        if len(text) > _SHOWN:
            more = self.tr("… {count} more characters are stored; Copy takes them all.")
            text = f"{text[:_SHOWN]}\n\n{more.format(count=f'{len(text) - _SHOWN:,}')}"
        markdown = self.role is not Role.USER and self.entry.passage is None
        parts = parts_of(text or ("…" if self.entry.message is None else "")) if markdown else [text]
        self._more_parts(len(parts))
        for place, (view, before) in enumerate(self._parts):
            words = parts[place] if place < len(parts) else ""
            view.setVisible(place < len(parts))
            if words != before or (not words and not place):
                view.show_text(words, markdown=markdown)
                self._parts[place] = (view, words)

    def _more_parts(self, count: int) -> None:
        while len(self._parts) < count:
            view = TextView()
            view.setAccessibleName(self.tr("Words of the message"))
            view.copy_wanted.connect(lambda block, view=view: self._copy_block(view, block))
            view.more_wanted.connect(self._copy_more)
            self._words.addWidget(view)
            self._parts.append((view, ""))

    def _show_documents(self, documents: Sequence[Document]) -> None:
        colour = theme.token("accent")
        links = (f'<a href="{d.id}" style="color: {colour}">{escape(d.name)}</a>' for d in documents)
        self._documents.setText(self.tr("with {names}").format(names=", ".join(links)) if documents else "")
        self._documents.setVisible(bool(documents))

    def _show_versions(self, entry: Entry) -> None:
        several = len(entry.versions) > 1 and entry.message is not None
        for part in (self._before, self._which, self._after):
            part.setVisible(several)
        if several and entry.message is not None:
            place = entry.versions.index(entry.message.id)
            self._which.setText(f"{place + 1} / {len(entry.versions)}")
            self._before.setEnabled(place > 0)
            self._after.setEnabled(place + 1 < len(entry.versions))

    def turn(self, by: int) -> bool:
        """Ask for the version before or after; whether there are several."""
        if self.entry.message is None or not self.entry.versions:
            return False
        place = self.entry.versions.index(self.entry.message.id) + by
        if 0 <= place < len(self.entry.versions):
            self.version_wanted.emit(self.entry.versions[place])
        return True

    def _forget(self) -> None:
        if self.entry.message is not None:
            self.forget_wanted.emit(self.entry.message.id)

    def _copy_more(self, whole: bool) -> None:
        self.copy_wanted.emit(None if whole else self.entry)

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self.entry.text)

    def _copy_block(self, view: TextView, block: int) -> None:
        text = next(words for part, words in self._parts if part is view)
        blocks = code_blocks(text)
        if block < len(blocks):
            QGuiApplication.clipboard().setText(blocks[block].rstrip("\n"))
