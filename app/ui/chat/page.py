"""The page of the conversation: the transcript, and under it errors, the choice of memory, the composer, the status."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.ui.chat.attaching import Attachments
from app.ui.chat.composer import Composer, files_in
from app.ui.chat.find_bar import FindBar
from app.ui.chat.transcript import Transcript
from app.ui.error_bar import ErrorBar
from app.ui.memory.mode_bar import ModeBar
from app.ui.undo_bar import UndoBar
from app.ui.widgets import label, named

_COLUMN = 720
_EDGE = 4


class ChatPage(QWidget):
    """Lays the parts out; what happens in them is the business of `Talk`."""

    def __init__(self, mode: ModeBar, attachments: Attachments) -> None:
        super().__init__()
        named(self, "page").setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.private = False
        self.transcript = Transcript()
        self.errors = ErrorBar(self)
        self.composer = Composer(attachments)
        self.finder = FindBar(self.transcript)
        self.undo = UndoBar()
        self.status = label(self.tr("Opening your memory…"), "status")
        self.busy = QProgressBar(textVisible=False)
        self.busy.setRange(0, 0)
        self.busy.setAccessibleName(self.tr("Opening your memory"))
        below = QWidget()
        below.setMaximumWidth(_COLUMN)
        inside = QVBoxLayout(below)
        inside.setContentsMargins(0, 0, 0, 8)
        inside.setSpacing(8)
        for part in (self.errors, self.undo, mode, self.composer, self.status):
            inside.addWidget(part)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 0, 24, 0)
        foot.addStretch(1)
        foot.addWidget(below, 1000)
        foot.addStretch(1)
        self.setAcceptDrops(True)
        attachments.failed.connect(self.errors.show_error)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.busy)
        column.addWidget(self.finder)
        column.addWidget(self.transcript, 1)
        column.addLayout(foot)
        self.setFocusProxy(self.composer.field)

    def show_private(self, private: bool) -> None:
        """Tint the edge of a page on which nothing is written."""
        self.private = private
        self.composer.set_documents(not private)
        self.setContentsMargins(_EDGE if private else 0, 0, 0, 0)
        for part in (self, self.composer):
            part.setProperty("private", "true" if private else "false")
            part.style().polish(part)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event.mimeData()) and self.composer.attach.isEnabled():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.composer.attachments.take(files_in(event.mimeData()))
        event.acceptProposedAction()

    def redraw(self) -> None:
        """Draw everything in the colours of the theme in use."""
        self.composer.redraw()
        self.transcript.redraw()
