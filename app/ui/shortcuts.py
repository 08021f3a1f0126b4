"""The shortcuts editor: every command with its keys, which are changed by pressing others."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QKeySequenceEdit, QPushButton

from app.ui.commands import Command, Commands
from app.ui.widgets import SidePanel, key_field, label


class ShortcutsPanel(SidePanel):
    """A change holds at once; a shortcut that another command had is taken from it, and said so."""

    def __init__(self, commands: Commands) -> None:
        super().__init__("")
        self.title.setText(self.tr("Shortcuts"))
        self._commands = commands
        self._edits: dict[str, QKeySequenceEdit] = {}
        self.note = label(self.tr("Click a field and press the new keys. Backspace takes a shortcut away."))
        self.body.addWidget(self.note)
        for group, found in groupby(commands.all(), key=lambda command: command.group):
            self.body.addWidget(label(group, "role"))
            for command in found:
                self.body.addLayout(self._row(command))
        reset = QPushButton(self.tr("Bring all of them back as they were"))
        reset.clicked.connect(commands.reset)
        self.body.addWidget(reset)
        self.body.addStretch(1)
        commands.changed.connect(self._show)
        self._show()

    def _row(self, command: Command) -> QHBoxLayout:
        edit = key_field(self.tr("Shortcut of {command}").format(command=command.title))
        self._edits[command.name] = edit
        edit.setFixedWidth(130)
        edit.editingFinished.connect(lambda: self._set(command, edit.keySequence()))
        row = QHBoxLayout()
        row.addWidget(label(command.title, "value"), 1)
        row.addWidget(edit)
        return row

    def _set(self, command: Command, keys: QKeySequence) -> None:
        if keys == command.action.shortcut():
            return
        other = self._commands.taken(keys, command.name)
        self._commands.set_keys(command.name, keys)
        if other is not None:
            self.note.setText(self.tr("“{command}” has lost these keys.").format(command=other.title))

    def _show(self) -> None:
        for command in self._commands.all():
            if (edit := self._edits.get(command.name)) is not None:
                edit.setKeySequence(command.action.shortcut())
