"""What a conversation has to do with memory: a quiet choice for any, and a word that stays for a private one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton

from app.core.types import Mode
from app.ui.widgets import label, link, named

NAMES = {
    Mode.REMEMBER: "Remembered",
    Mode.READ: "Private, with memory",
    Mode.OFF: "Private",
}
_CHOICES = {
    Mode.REMEMBER: "Remember this chat",
    Mode.READ: "Use memory, write nothing",
    Mode.OFF: "Neither use memory nor write",
}
_WORDS = {
    Mode.READ: "Private. Replies use your memory; nothing said here is written, and it is gone when Mneme ends.",
    Mode.OFF: "Private. Memory is neither used nor written; what is said here is gone when Mneme ends.",
}
_PAUSED = "Memory is paused: nothing is written, and replies are given without it."


class ModeBar(QFrame):
    """Emits `chosen` with a mode, `keep_wanted`, and `resume_wanted` to end the pause."""

    chosen = Signal(object)
    keep_wanted = Signal()
    resume_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "mode")
        self._words = label()
        self.keep = link("Keep this conversation")
        self.keep.clicked.connect(self.keep_wanted)
        self.resume = link("End the pause")
        self.resume.clicked.connect(self.resume_wanted)
        self.button: QPushButton = link()
        self._menu = QMenu(self.button)
        self._actions: dict[Mode, QAction] = {}
        group = QActionGroup(self)
        for mode, words in _CHOICES.items():
            action = QAction(words, self._menu, checkable=True)
            action.triggered.connect(lambda _, mode=mode: self.chosen.emit(mode))
            group.addAction(action)
            self._menu.addAction(action)
            self._actions[mode] = action
        self.button.setMenu(self._menu)
        self.button.setToolTip("What this chat has to do with memory")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(self._words, 1)
        row.addWidget(self.keep)
        row.addWidget(self.resume)
        row.addWidget(self.button)
        self.show_mode(Mode.REMEMBER, private=False, paused=False)

    def show_mode(self, mode: Mode, *, private: bool, paused: bool) -> None:
        """Show what is said next will be; `private` when it is a conversation that could be kept."""
        self.setProperty("private", "true" if paused or mode is not Mode.REMEMBER else "false")
        self.style().polish(self)
        self._words.setText(_PAUSED if paused else _WORDS.get(mode, ""))
        self.keep.setVisible(private)
        self.resume.setVisible(paused)
        self.button.setText("Paused" if paused else NAMES[mode])
        self.button.setAccessibleName(f"Memory of this chat: {self.button.text()}")
        self.button.setEnabled(not paused)
        self._actions[mode].setChecked(True)

    def words(self) -> str:
        """The sentence that it shows."""
        return self._words.text()
