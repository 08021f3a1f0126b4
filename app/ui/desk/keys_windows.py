"""A hotkey on Windows. Untested: written as its maker describes RegisterHotKey, and never run."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractNativeEventFilter, QCoreApplication, Qt

from app.ui.desk.combination import combination

if TYPE_CHECKING:
    from PySide6.QtGui import QKeySequence

    from app.ui.desk.hotkey import Hotkey

_WM_HOTKEY, _ID, _NO_REPEAT = 0x0312, 0x4D6E, 0x4000
_MODIFIERS = {
    Qt.KeyboardModifier.AltModifier: 1,
    Qt.KeyboardModifier.ControlModifier: 2,
    Qt.KeyboardModifier.ShiftModifier: 4,
    Qt.KeyboardModifier.MetaModifier: 8,
}


class WindowsKeys(QAbstractNativeEventFilter):
    """Registers one hotkey for this thread and listens for its message."""

    def __init__(self, owner: Hotkey) -> None:
        super().__init__()
        self._owner = owner
        self._user: Any = getattr(ctypes, "windll").user32  # noqa: B009 - only Windows has it

    def grab(self, keys: QKeySequence) -> str:
        """Ask for the key; "" or why it is not to be had."""
        chosen = combination(keys)
        modifiers = sum(bit for one, bit in _MODIFIERS.items() if chosen.keyboardModifiers() & one)
        if not self._user.RegisterHotKey(None, _ID, modifiers | _NO_REPEAT, int(chosen.key()) & 0xFF):
            return QCoreApplication.translate(
                "Desk", "Another program has {0} already. Choose another hotkey in the settings."
            ).format(keys.toString())
        if (application := QCoreApplication.instance()) is not None:
            application.installNativeEventFilter(self)
        return ""

    def close(self) -> None:
        """Give the key back."""
        self._user.UnregisterHotKey(None, _ID)
        if (application := QCoreApplication.instance()) is not None:
            application.removeNativeEventFilter(self)

    def nativeEventFilter(self, kind: Any, message: int) -> object:
        """Notice the hotkey among the messages of this thread."""
        if bytes(kind) == b"windows_generic_MSG":
            number = ctypes.c_uint.from_address(int(message) + ctypes.sizeof(ctypes.c_void_p)).value
            if number == _WM_HOTKEY:
                self._owner.pressed.emit()
        return False, 0
