"""The tray icon: recall, a new chat, and what one wants of memory, one click away."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from app.ui.theme import application_icon


class Tray(QSystemTrayIcon):
    """Emits what is wanted. Where the desktop has no tray, `show` does nothing."""

    recall_wanted = Signal()
    window_wanted = Signal()
    new_wanted = Signal()
    private_wanted = Signal()
    sleep_wanted = Signal()
    pause_wanted = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(application_icon(), parent)
        self.setToolTip("Mneme")
        self.menu = QMenu()
        self.recall, self.new = self._add(self.recall_wanted), self._add(self.new_wanted)
        self.private, self.window = self._add(self.private_wanted), self._add(self.window_wanted)
        self.menu.addSeparator()
        self.pause = QAction(self.menu, checkable=True)
        self.pause.triggered.connect(self.pause_wanted)
        self.menu.addAction(self.pause)
        self.sleep = self._add(self.sleep_wanted)
        self.menu.addSeparator()
        self.quit = QAction(self.menu)
        self.quit.triggered.connect(QApplication.quit)
        self.menu.addAction(self.quit)
        self.setContextMenu(self.menu)
        self.activated.connect(self._clicked)
        self.name()

    def name(self) -> None:
        """Name everything in the language that is spoken now."""
        self.recall.setText(self.tr("Recall…"))
        self.new.setText(self.tr("New chat"))
        self.private.setText(self.tr("Private chat"))
        self.window.setText(self.tr("Show Mneme"))
        self.pause.setText(self.tr("Pause memory"))
        self.sleep.setText(self.tr("Sleep now"))
        self.quit.setText(self.tr("Quit"))
        self.show_paused(self.pause.isChecked())

    def show_paused(self, paused: bool) -> None:
        """Whether memory is paused now."""
        self.pause.setChecked(paused)
        self.setToolTip(self.tr("Mneme, memory paused") if paused else "Mneme")

    def _add(self, wanted: SignalInstance) -> QAction:
        action = QAction(self.menu)
        action.triggered.connect(lambda _: wanted.emit())
        self.menu.addAction(action)
        return action

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.recall_wanted.emit()
