"""Everything that can be done in the window, by name: menus, the palette and the shortcuts editor all read this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

_KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done. `name` never changes, `title` is translated, `keys` is the default shortcut or "".

    `group` gathers commands that belong together, in a menu as in the editor.
    """

    name: str
    title: str
    keys: str
    group: str
    action: QAction


class Commands(QObject):
    """The commands of a window, in the order they were added. Shortcuts that a person changed are kept in `state`.

    `changed` says that a shortcut is another one now.
    """

    changed = Signal()

    def __init__(self, window: QWidget, state: QSettings) -> None:
        super().__init__(window)
        self._window, self._state = window, state
        self._known: dict[str, Command] = {}

    def add(self, name: str, title: str, keys: str, do: Callable[[], object], group: str = "") -> QAction:
        """Make a command; its action, to disable it or to show it elsewhere. Names are unique."""
        assert name not in self._known, name
        action = QAction(title, self._window)
        action.triggered.connect(lambda _: do())
        action.setShortcut(QKeySequence(str(self._state.value(f"{_KEYS}/{name}", keys))))
        self._window.addAction(action)
        self._known[name] = Command(name, title, keys, group, action)
        return action

    def all(self) -> list[Command]:
        """All commands."""
        return list(self._known.values())

    def run(self, name: str) -> None:
        """Do it."""
        self._known[name].action.trigger()

    def keys(self, name: str) -> str:
        """The shortcut in use, as people read it; "" for none."""
        return self._known[name].action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def taken(self, keys: QKeySequence, name: str) -> Command | None:
        """The other command that has this shortcut."""
        others = (command for command in self._known.values() if command.name != name)
        return next((c for c in others if not keys.isEmpty() and c.action.shortcut() == keys), None)

    def set_keys(self, name: str, keys: QKeySequence) -> None:
        """Give a command another shortcut, or none. Another that had it loses it."""
        if (other := self.taken(keys, name)) is not None:
            self._keep(other, QKeySequence())
        self._keep(self._known[name], keys)
        self.changed.emit()

    def reset(self) -> None:
        """Give every command its own shortcut back."""
        self._state.remove(_KEYS)
        for command in self._known.values():
            command.action.setShortcut(QKeySequence(command.keys))
        self.changed.emit()

    def _keep(self, command: Command, keys: QKeySequence) -> None:
        command.action.setShortcut(keys)
        if keys == QKeySequence(command.keys):
            self._state.remove(f"{_KEYS}/{command.name}")
        else:
            self._state.setValue(f"{_KEYS}/{command.name}", keys.toString(QKeySequence.SequenceFormat.PortableText))
