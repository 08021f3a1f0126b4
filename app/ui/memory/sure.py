"""Asks once before what cannot be undone."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from app.ui.memory.card import Card
from app.ui.widgets import label, named


class Sure(Card):
    """`agreed` says that it is wanted."""

    agreed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = label(name="value")
        self.yes = named(QPushButton(self.tr("Erase for good")), "danger")
        self.yes.clicked.connect(self._agree)
        self.no = QPushButton(self.tr("Leave it"))
        self.no.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        self.hide()

    def ask(self, words: str) -> None:
        """Ask, with the safe answer in focus."""
        self.words.setText(words)
        self.show()
        self.no.setFocus()

    def _agree(self) -> None:
        self.hide()
        self.agreed.emit()
