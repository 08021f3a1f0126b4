"""What a conversation has to do with memory: a quiet choice for any, and a word that stays for a private one."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton

from app.core.types import Mode
from app.ui.widgets import label, link, named

NAMES = {
    Mode.REMEMBER: QT_TRANSLATE_NOOP("ModeBar", "Remembered"),
    Mode.READ: QT_TRANSLATE_NOOP("ModeBar", "Private, with memory"),
    Mode.OFF: QT_TRANSLATE_NOOP("ModeBar", "Private"),
}
_CHOICES = {
    Mode.REMEMBER: QT_TRANSLATE_NOOP("ModeBar", "Remember this chat"),
    Mode.READ: QT_TRANSLATE_NOOP("ModeBar", "Use memory, write nothing"),
    Mode.OFF: QT_TRANSLATE_NOOP("ModeBar", "Neither use memory nor write"),
}
_WORDS = {
    Mode.READ: QT_TRANSLATE_NOOP(
        "ModeBar", "Private. Replies use your memory; nothing said here is written, and it is gone when Mneme ends."
    ),
    Mode.OFF: QT_TRANSLATE_NOOP(
        "ModeBar", "Private. Memory is neither used nor written; what is said here is gone when Mneme ends."
    ),
}
_PAUSED = QT_TRANSLATE_NOOP("ModeBar", "Memory is paused: nothing is written, and replies are given without it.")


class ModeBar(QFrame):
    """Emits `chosen` with a mode, `keep_wanted`, and `resume_wanted` to end the pause."""

    chosen = Signal(object)
    keep_wanted = Signal()
    resume_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "mode")
        self._words = label()
        self.keep = link(self.tr("Keep this conversation"))
        self.keep.clicked.connect(self.keep_wanted)
        self.resume = link(self.tr("End the pause"))
        self.resume.clicked.connect(self.resume_wanted)
        self.button: QPushButton = link()
        self._menu = QMenu(self.button)
        self._actions: dict[Mode, QAction] = {}
        group = QActionGroup(self)
        for mode, words in _CHOICES.items():
            action = QAction(self.tr(str(words)), self._menu, checkable=True)
            action.triggered.connect(lambda _, mode=mode: self.chosen.emit(mode))
            group.addAction(action)
            self._menu.addAction(action)
            self._actions[mode] = action
        self.button.setMenu(self._menu)
        self.button.setToolTip(self.tr("What this chat has to do with memory"))
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
        self._words.setText(self.tr(str(_PAUSED)) if paused else self.tr(str(_WORDS.get(mode, ""))))
        self.keep.setVisible(private)
        self.resume.setVisible(paused)
        self.button.setText(self.tr("Paused") if paused else self.tr(str(NAMES[mode])))
        self.button.setAccessibleName(self.tr("Memory of this chat: {0}").format(self.button.text()))
        self.button.setEnabled(not paused)
        self._actions[mode].setChecked(True)

    def words(self) -> str:
        """The sentence that it shows."""
        return self._words.text()
