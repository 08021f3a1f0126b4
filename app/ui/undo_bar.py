"""Something was done and can be taken back for a while: a quiet bar with one button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from app.ui.widgets import label, named

_FOR_MS = 10_000


class UndoBar(QFrame):
    """Hidden until `offer`. What is offered is done when its time is over, or when something else is offered."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "card")
        self._words = label(name="value")
        self.button = QPushButton(self.tr("Undo"))
        self.button.clicked.connect(self._undo)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        self._then: Callable[[], None] | None = None
        self._back: Callable[[], None] | None = None
        self._timer = QTimer(self, singleShot=True, interval=_FOR_MS)
        self._timer.timeout.connect(self.settle)
        self.hide()

    def offer(self, words: str, then: Callable[[], None], back: Callable[[], None]) -> None:
        """Say what was done; `then` makes it final, `back` takes it back."""
        self.settle()
        self._then, self._back = then, back
        self._words.setText(words)
        self.show()
        self._timer.start()

    def settle(self) -> None:
        """Make final what was offered."""
        then, self._then, self._back = self._then, None, None
        self._timer.stop()
        self.hide()
        if then is not None:
            then()

    def _undo(self) -> None:
        back, self._then, self._back = self._back, None, None
        self._timer.stop()
        self.hide()
        if back is not None:
            back()
