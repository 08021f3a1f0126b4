"""The tray icon: recall and a new chat, one click away."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from app.ui.theme import application_icon


class Tray(QSystemTrayIcon):
    """Emits what is wanted. Where the desktop has no tray, `show` does nothing."""

    recall_wanted = Signal()
    window_wanted = Signal()
    new_wanted = Signal()
    pause_wanted = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(application_icon(), parent)
        self.setToolTip("Mneme")
        self._menu = QMenu()
        for label, act in (
            ("Recall…", self.recall_wanted.emit),
            ("New chat", self.new_wanted.emit),
            ("Show Mneme", self.window_wanted.emit),
            ("Quit", QApplication.quit),
        ):
            action = QAction(label, self._menu)
            action.triggered.connect(act)
            self._menu.addAction(action)
        self.pause = QAction("Pause memory", self._menu, checkable=True)
        self.pause.triggered.connect(self.pause_wanted)
        self._menu.insertAction(self._menu.actions()[-1], self.pause)
        self.setContextMenu(self._menu)
        self.activated.connect(self._clicked)

    def show_paused(self, paused: bool) -> None:
        """Whether memory is paused now."""
        self.pause.setChecked(paused)
        self.setToolTip("Mneme, memory paused" if paused else "Mneme")

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.recall_wanted.emit()
