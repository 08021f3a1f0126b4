"""Asks once before what cannot be undone, and shows what would go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from app.ui.memory.card import Card
from app.ui.widgets import empty, label, named

_SHOWN, _LETTERS = 4, 110


class Sure(Card):
    """`agreed` says that it is wanted."""

    agreed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = label(name="value")
        self.doomed = QVBoxLayout()
        self.doomed.setSpacing(2)
        self.yes = named(QPushButton(self.tr("Erase for good")), "danger")
        self.yes.clicked.connect(self._agree)
        self.no = QPushButton(self.tr("Leave it"))
        self.no.clicked.connect(self.hide)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(self.doomed)
        column.addLayout(row)
        self.hide()

    def ask(self, words: str, doomed: Sequence[str]) -> None:
        """Ask, with the safe answer in focus; `doomed` is what would go."""
        empty(self.doomed)
        for text in doomed[:_SHOWN]:
            line = " ".join(text.split())
            self.doomed.addWidget(label(f"“{line if len(line) <= _LETTERS else line[: _LETTERS - 1] + '…'}”", "value"))
        if (more := len(doomed) - _SHOWN) > 0:
            self.doomed.addWidget(label(self.tr("and {0} more").format(more)))
        self.words.setText(words)
        self.show()
        self.no.setFocus()

    def _agree(self) -> None:
        self.hide()
        self.agreed.emit()
