"""One model in a list: its name, what is known of it, how it would run, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from app.ui.models.words import how_far
from app.ui.widgets import label, link, named

_STEPS = 1000


class ModelRow(QFrame):
    """`wanted` says that its main button was pressed, `other` that its quiet one was."""

    wanted = Signal()
    other = Signal()

    def __init__(self, name: str, details: str, note: str = "") -> None:
        super().__init__()
        named(self, "card")
        self.setAccessibleName(name)
        self._name, self._known = name, details
        self.title = label(name, "value")
        self.details = label(details)
        self.note = label(note)
        self.note.setVisible(bool(note))
        self.button = QPushButton()
        self.button.clicked.connect(self.wanted)
        self.quiet = link()
        self.quiet.clicked.connect(self.other)
        self.quiet.hide()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName(self.tr("How far {0} has come").format(name))
        self.bar.hide()
        words = QVBoxLayout()
        words.setSpacing(2)
        for part in (self.title, self.note, self.details):
            words.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.quiet)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addLayout(row)
        column.addWidget(self.bar)

    def offer(self, words: str, quiet: str = "", *, enabled: bool = True) -> None:
        """What its buttons say; without words there is none."""
        for button, said in ((self.button, words), (self.quiet, quiet)):
            button.setText(said)
            button.setAccessibleName(f"{said} {self._name}")
            button.setVisible(bool(said))
        self.button.setEnabled(enabled)

    def show_verdict(self, words: str) -> None:
        """How it would run here."""
        self.details.setText(f"{self._known} · {words}" if words else self._known)

    def show_progress(self, done: int, total: int, speed: float = 0.0) -> None:
        """How far it has come; nothing at a total of 0."""
        self.bar.setVisible(total > 0)
        if total:
            self.bar.setValue(done * _STEPS // total)
            self.bar.setToolTip(how_far(done, total, speed))
            self.show_verdict(how_far(done, total, speed))
