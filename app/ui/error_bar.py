"""The one place where an error is shown: what it is, what happened, what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core.errors import MnemeError
from app.ui.widgets import label
from app.ui.words import phrases


class ErrorBar(QFrame):
    """A quiet bar above the composer, hidden until there is something to say."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("error")
        self.setAccessibleName(self.tr("Error"))
        self._title = label(name="title")
        self._message = label(name="value")
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = QPushButton()
        self._action.clicked.connect(self._act)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.hide)
        self._do: Callable[[], None] | None = None
        words = QVBoxLayout()
        words.addWidget(self._title)
        words.addWidget(self._message)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.addLayout(words, 1)
        row.addWidget(self._action, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def show_error(self, error: MnemeError, action: str = "", do: Callable[[], None] | None = None) -> None:
        """Show an error, with a button for what can be done about it at once."""
        self._title.setText(phrases.title(error))
        self._message.setText(phrases.message(error))
        self._action.setText(action)
        self._action.setVisible(do is not None)
        self._do = do
        self.show()

    def text(self) -> str:
        """What the bar says now; empty when it is hidden."""
        return f"{self._title.text()}: {self._message.text()}" if not self.isHidden() else ""

    def _act(self) -> None:
        self.hide()
        if self._do is not None:
            self._do()
