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
        self._add(self.tr("Recall…"), self.recall_wanted)
        self._add(self.tr("New chat"), self.new_wanted)
        self._add(self.tr("Private chat"), self.private_wanted)
        self._add(self.tr("Show Mneme"), self.window_wanted)
        self.menu.addSeparator()
        self.pause = QAction(self.tr("Pause memory"), self.menu, checkable=True)
        self.pause.triggered.connect(self.pause_wanted)
        self.menu.addAction(self.pause)
        self._add(self.tr("Sleep now"), self.sleep_wanted)
        self.menu.addSeparator()
        quit_ = QAction(self.tr("Quit"), self.menu)
        quit_.triggered.connect(QApplication.quit)
        self.menu.addAction(quit_)
        self.setContextMenu(self.menu)
        self.activated.connect(self._clicked)

    def show_paused(self, paused: bool) -> None:
        """Whether memory is paused now."""
        self.pause.setChecked(paused)
        self.setToolTip(self.tr("Mneme, memory paused") if paused else "Mneme")

    def _add(self, words: str, wanted: SignalInstance) -> None:
        action = QAction(words, self.menu)
        action.triggered.connect(lambda _: wanted.emit())
        self.menu.addAction(action)

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.recall_wanted.emit()
