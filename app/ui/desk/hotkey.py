"""One key, from anywhere on the desktop, for quick recall: by the portal on Wayland, a key grab on X11."""

from __future__ import annotations

import os
import sys
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence

from app.ui.desk.combination import combination


class Keys(Protocol):
    """A way to be told of a key that is pressed in another program."""

    def grab(self, keys: QKeySequence) -> str:
        """Ask for a key; "" or why that cannot be, for people."""
        ...

    def close(self) -> None:
        """Give the key back."""
        ...


class Hotkey(QObject):
    """Emits `pressed`, and `refused` with a sentence for people where the desktop does not give the key."""

    pressed = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.problem = ""
        self._keys: Keys | None = None
        self._wanted = ""

    def set(self, wanted: str) -> None:
        """Use this key from now on, as "Ctrl+Alt+M"; "" for none. Idempotent."""
        if wanted == self._wanted:
            return
        self.close()
        self._wanted = wanted
        if not wanted:
            return
        keys = QKeySequence(wanted)
        if keys.isEmpty() or not combination(keys).keyboardModifiers().value:
            self._refuse(
                QCoreApplication.translate(
                    "Desk", "{0} cannot be a hotkey: use a key with Ctrl, Alt or the Windows key."
                ).format(wanted)
            )
            return
        self._keys = _for_this_desktop(self)
        if self._keys is None:
            self._refuse(
                QCoreApplication.translate(
                    "Desk",
                    "This desktop gives programs no key of their own. Recall is in the tray, and Ctrl+K in the window.",
                )
            )
        elif problem := self._keys.grab(keys):
            self._refuse(problem)

    def close(self) -> None:
        """Give the key back."""
        if self._keys is not None:
            self._keys.close()
        self._keys, self._wanted, self.problem = None, "", ""

    def refuse_later(self, problem: str) -> None:
        """The desktop said no after a while."""
        self._refuse(problem)

    def _refuse(self, problem: str) -> None:
        self.problem = problem
        self.refused.emit(problem)


def _for_this_desktop(owner: Hotkey) -> Keys | None:
    """The way of this desktop; None where it has none."""
    platform = QGuiApplication.platformName()
    if sys.platform == "win32":
        from app.ui.desk.keys_windows import WindowsKeys

        return WindowsKeys(owner)
    if platform.startswith("wayland"):
        from app.ui.desk.keys_portal import PortalKeys

        return PortalKeys(owner)
    if platform == "xcb" and os.environ.get("DISPLAY"):
        from app.ui.desk.keys_x11 import X11Keys

        return X11Keys(owner)
    return None
