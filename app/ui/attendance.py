"""Tells the assistant that somebody is here, so that background work makes way and a night waits until they left."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from app.ui.engine import Engine

_SIGNS = frozenset((QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin))


class Attendance(QObject):
    """Watches what is pressed and turned in any window of the app, and keeps none of it."""

    def __init__(self, engine: Engine, application: QApplication) -> None:
        super().__init__(application)
        self._engine = engine
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS and (assistant := self._engine.assistant) is not None:
            assistant.runner.presence.touch()
        return False
