"""Words a memory anew, by hand."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout

from app.ui.memory.card import Card
from app.ui.widgets import label, named


class Rewording(Card):
    """`worded` carries the message and the new words."""

    worded = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._message = 0
        self.field = QPlainTextEdit(tabChangesFocus=True)
        self.field.setAccessibleName(self.tr("The memory in your words"))
        self.field.setFixedHeight(84)
        self.field.textChanged.connect(self._typed)
        self.keep = named(QPushButton(self.tr("Keep these words")), "primary")
        self.keep.clicked.connect(self._keep)
        self.leave = QPushButton(self.tr("Leave it"))
        self.leave.clicked.connect(self.hide)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(self.tr("What was said stays as it was said, below your words.")), 1)
        row.addWidget(self.leave)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addLayout(row)
        self.hide()

    def begin(self, message_id: int, text: str) -> None:
        """Offer the words of a message to be changed."""
        self._message = message_id
        self.field.setPlainText(text)
        self.show()
        self.field.setFocus()

    def _typed(self) -> None:
        self.keep.setEnabled(bool(self.field.toPlainText().strip()))

    def _keep(self) -> None:
        self.hide()
        self.worded.emit(self._message, self.field.toPlainText())
