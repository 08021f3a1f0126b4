"""Where the user writes. Grows to eight lines; Enter sends, Shift+Enter breaks the line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from app.core.types import Message
from app.ui import theme
from app.ui.chat.attaching import Attachments
from app.ui.widgets import label, link, named

_LINES = 8
_LONG, _MOST = 20_000, 2_000_000  # characters of a paste that becomes a document
_LARGE = 50_000


class Written(NamedTuple):
    """What stands in the field, where one writes in it, and the long pastes that stand in it as a line."""

    text: str = ""
    cursor: int = 0
    pasted: Mapping[str, str] = MappingProxyType({})

    def whole(self) -> str:
        """The text with large pastes in full."""
        text = self.text
        for mark, full in self.pasted.items():
            text = text.replace(mark, full)
        return text


class Field(QPlainTextEdit):
    """A text field that stays fast: a long paste becomes a document, and where it can't, stands in it as one short line
    until it is sent. `files_given` carries files that were pasted or dropped, `long_given` a long text."""

    files_given = Signal(list)
    long_given = Signal(str)

    def __init__(self) -> None:
        super().__init__(tabChangesFocus=True)
        self.setPlaceholderText(self.tr("Write a message"))
        self.takes_documents = False
        option = self.document().defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # of each line, by its own letters
        self.document().setDefaultTextOption(option)
        self._large: dict[str, str] = {}

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if files := files_in(source):
            self.files_given.emit(files)
            return
        text = source.text()
        if self.takes_documents and _LONG < len(text) <= _MOST:
            self.long_given.emit(text)
            return
        if len(text) > _LARGE:
            mark = self.tr("[pasted text {number}: {count} characters]")
            mark = mark.format(number=len(self._large) + 1, count=f"{len(text):,}")
            self._large[mark] = text
            text = mark
        self.insertPlainText(text)

    def clear(self) -> None:
        super().clear()
        self._large.clear()

    def written(self) -> Written:
        """What stands in it."""
        return Written(self.toPlainText(), self.textCursor().position(), dict(self._large))

    def write(self, written: Written) -> None:
        """Put something in the place of what stands in it."""
        self._large = dict(written.pasted)
        self.setPlainText(written.text)
        cursor = self.textCursor()
        cursor.setPosition(min(written.cursor, len(written.text)))
        self.setTextCursor(cursor)

    def whole_text(self) -> str:
        """The text with large pastes in full."""
        return self.written().whole()


def files_in(source: QMimeData) -> list[Path]:
    """The files on this machine that something dropped or pasted names."""
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]


class Composer(QFrame):
    """Emits `begun` at the first letter, `sent` with the text, or `stopped` while a reply streams.

    Keeps the text until told to clear it.
    """

    begun = Signal()
    sent = Signal(str)
    stopped = Signal()

    def __init__(self, attachments: Attachments) -> None:
        super().__init__()
        self.setObjectName("composer")
        self._busy = False
        self._ready = False
        self._empty = True
        self.field = Field()
        self.field.setAccessibleName(self.tr("Message"))
        self.field.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.field.textChanged.connect(self._changed)
        self.field.installEventFilter(self)
        self.button = named(QToolButton(), "send")
        self.button.setFixedSize(32, 32)
        self.button.clicked.connect(self._press)
        self.editing: Message | None = None
        self.before: Written | None = None  # an edit
        self._note = self._make_note()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(4)
        self.attachments = attachments
        self.field.files_given.connect(attachments.take)
        self.field.long_given.connect(attachments.take_text)
        self.attach = named(QToolButton(), "quiet")
        self.attach.setFixedSize(32, 32)
        self.attach.setToolTip(self.tr("Attach documents (Ctrl+Shift+A)"))
        self.attach.setAccessibleName(self.tr("Attach documents"))
        self.attach.clicked.connect(lambda _: attachments.choose())
        column.addWidget(self._note)
        column.addWidget(attachments)
        row = QHBoxLayout()
        column.addLayout(row)
        row.addWidget(self.attach, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.field, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        self._changed()

    def begin_edit(self, message: Message) -> None:
        """Take a message back into the field; what is sent then is another version of it."""
        if self.editing is None:
            self.before = self.field.written()
        self.editing = message
        self.field.setPlainText(message.text)
        self._note.show()
        self.field.setFocus()
        self.field.moveCursor(QTextCursor.MoveOperation.End)

    def draft(self) -> str:
        """What stands unsent in the field, or stood there before an edit."""
        return (self.before or self.field.written()).whole()

    def end_edit(self) -> bool:
        """Leave the message as it is, and bring back what stood in the field; False when none is edited."""
        if self.editing is None:
            return False
        self.editing = None
        self._note.hide()
        self.field.write(self.before or Written())
        self.before = None
        return True

    def empty(self) -> None:
        """What stood in the field was sent; what stood there before an edit comes back."""
        self.field.clear()
        self.attachments.clear()
        self.end_edit()

    def set_ready(self, ready: bool) -> None:
        """Whether messages can be taken at all."""
        self._ready = ready
        self.set_documents(self.field.takes_documents)
        self._changed()

    def set_documents(self, taken: bool) -> None:
        """Whether documents can be handed over here: not in a private chat."""
        self.field.takes_documents = taken
        self.attach.setEnabled(taken and self._ready)

    def set_busy(self, busy: bool) -> None:
        """While a reply streams the button stops it."""
        self._busy = busy
        self._changed()

    def redraw(self) -> None:
        """Show the button for the state, in the colours of the theme in use."""
        self.attach.setIcon(theme.icon("paperclip", "muted"))
        colour = "on_accent" if self.button.isEnabled() else "muted"
        self.button.setIcon(theme.icon("square" if self._busy else "arrow-up", colour))
        words = self.tr("Stop the reply") if self._busy else self.tr("Send")
        self.button.setToolTip(f"{words} ({'Esc' if self._busy else 'Enter'})")
        self.button.setAccessibleName(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                if not self._busy:
                    self._press()
                return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.setProperty("focused", event.type() is QEvent.Type.FocusIn)
            self.style().polish(self)
        return super().eventFilter(watched, event)

    def _make_note(self) -> QWidget:
        note = named(QWidget(), "plain")
        row = QHBoxLayout(note)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(label(self.tr("Another version of what you said. The first one stays, with its replies.")), 1)
        cancel = link(self.tr("Cancel"))
        cancel.clicked.connect(lambda _: self.end_edit())
        row.addWidget(cancel)
        note.hide()
        return note

    def _press(self) -> None:
        if self._busy:
            self.stopped.emit()
        elif self._ready and self.field.toPlainText().strip():
            self.sent.emit(self.field.whole_text())

    def _changed(self) -> None:
        rows = int(self.field.document().size().height())  # in lines, as wrapped
        lines = min(max(rows, 1), _LINES)
        self.field.setFixedHeight(lines * self.field.fontMetrics().lineSpacing() + 18)
        full = rows > _LINES
        empty = self.field.document().characterCount() <= 1
        if self._empty and not empty:
            self.begun.emit()
        self._empty = empty
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if full else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.field.setVerticalScrollBarPolicy(policy)
        # Asked of the document, not of the text: a paste of megabytes must not be copied at each key.
        self.button.setEnabled(self._busy or (self._ready and not empty))
        self.redraw()
