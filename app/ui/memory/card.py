"""A card that comes up over what is chosen, and that Esc closes before anything else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from app.ui.widgets import named


class Card(QFrame):
    """Hidden to begin with."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "card")

    def event(self, event: QEvent) -> bool:
        """Take Esc before the window's own shortcut does."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self.hide()
                return True
        return super().event(event)
