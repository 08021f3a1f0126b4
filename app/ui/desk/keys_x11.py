"""A key grab on X11, over the same libxcb that Qt uses."""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QSocketNotifier, Qt

from app.ui.desk.combination import combination

if TYPE_CHECKING:
    from PySide6.QtGui import QKeySequence

    from app.ui.desk.hotkey import Hotkey

_KEY_PRESS, _ASYNC = 2, 1
_CAPS, _NUM = 2, 16  # locks that must not make it another key
_MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: 1,
    Qt.KeyboardModifier.ControlModifier: 4,
    Qt.KeyboardModifier.AltModifier: 8,
    Qt.KeyboardModifier.MetaModifier: 64,
}
_NAMED = {Qt.Key.Key_Space: 0x20, Qt.Key.Key_Tab: 0xFF09, Qt.Key.Key_Return: 0xFF0D, Qt.Key.Key_Insert: 0xFF63}
_F1 = 0xFFBE


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Screens(ctypes.Structure):
    _fields_ = (("data", ctypes.POINTER(ctypes.c_uint32)), ("rem", ctypes.c_int), ("index", ctypes.c_int))


class _Event(ctypes.Structure):
    _fields_ = (("response_type", ctypes.c_uint8),)


class X11Keys:
    """Grabs one key on the root window, on a connection of its own."""

    def __init__(self, owner: Hotkey) -> None:
        self._owner = owner
        self._xcb, self._symbols = _libraries()
        self._connection: Any = None
        self._notifier: QSocketNotifier | None = None

    def grab(self, keys: QKeySequence) -> str:
        """Ask for the key; "" or why it is not to be had."""
        self._connection = self._xcb.xcb_connect(None, None)
        if self._xcb.xcb_connection_has_error(self._connection):
            return QCoreApplication.translate("Desk", "The display cannot be reached, so there is no hotkey.")
        chosen = combination(keys)
        code = self._code(chosen.key())
        modifiers = sum(bit for one, bit in _MODIFIERS.items() if chosen.keyboardModifiers() & one)
        locks = (0, _CAPS, _NUM, _CAPS | _NUM)
        if not code or not all(self._grab(code, modifiers | lock) for lock in locks):
            return QCoreApplication.translate(
                "Desk", "Another program has {0} already. Choose another hotkey in the settings."
            ).format(keys.toString())
        self._notifier = QSocketNotifier(
            self._xcb.xcb_get_file_descriptor(self._connection), QSocketNotifier.Type.Read, self._owner
        )
        self._notifier.activated.connect(self._read)
        return ""

    def close(self) -> None:
        """End the connection; the server gives the key back with it."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier = None
        if self._connection is not None:
            self._xcb.xcb_disconnect(self._connection)
            self._connection = None

    def _read(self) -> None:
        while self._connection is not None and (event := self._xcb.xcb_poll_for_event(self._connection)):
            kind = event.contents.response_type & 0x7F
            self._xcb.free(event)
            if kind == _KEY_PRESS:
                self._owner.pressed.emit()

    def _grab(self, code: int, modifiers: int) -> bool:
        screens = self._xcb.xcb_setup_roots_iterator(self._xcb.xcb_get_setup(self._connection))
        root = screens.data[0]
        asked = self._xcb.xcb_grab_key_checked(self._connection, 0, root, modifiers, code, _ASYNC, _ASYNC)
        error = self._xcb.xcb_request_check(self._connection, asked)
        if error:
            self._xcb.free(error)
        return not error

    def _code(self, key: Qt.Key) -> int:
        """The code by which this keyboard sends a key; 0 where it has none."""
        table = self._symbols.xcb_key_symbols_alloc(self._connection)
        try:
            codes = self._symbols.xcb_key_symbols_get_keycode(table, _keysym(key))
            if not codes:
                return 0
            code = int(codes[0])
            self._xcb.free(codes)
            return code
        finally:
            self._symbols.xcb_key_symbols_free(table)


def _keysym(key: Qt.Key) -> int:
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35:
        return _F1 + key - Qt.Key.Key_F1
    return _NAMED.get(key) or ord(chr(key).lower())


def _libraries() -> tuple[Any, Any]:
    xcb: Any = ctypes.CDLL(find_library("xcb") or "libxcb.so.1")
    symbols: Any = ctypes.CDLL(find_library("xcb-keysyms") or "libxcb-keysyms.so.1")
    pointer = ctypes.c_void_p
    xcb.free = ctypes.CDLL(None).free
    xcb.free.argtypes, xcb.free.restype = (pointer,), None
    for library, name, result, arguments in (
        (xcb, "xcb_connect", pointer, (ctypes.c_char_p, pointer)),
        (xcb, "xcb_connection_has_error", ctypes.c_int, (pointer,)),
        (xcb, "xcb_disconnect", None, (pointer,)),
        (xcb, "xcb_get_setup", pointer, (pointer,)),
        (xcb, "xcb_setup_roots_iterator", _Screens, (pointer,)),
        (xcb, "xcb_get_file_descriptor", ctypes.c_int, (pointer,)),
        (xcb, "xcb_poll_for_event", ctypes.POINTER(_Event), (pointer,)),
        (xcb, "xcb_request_check", pointer, (pointer, _Cookie)),
        (
            xcb,
            "xcb_grab_key_checked",
            _Cookie,
            (pointer, *(ctypes.c_uint8,), ctypes.c_uint32, ctypes.c_uint16, *(ctypes.c_uint8,) * 3),
        ),
        (symbols, "xcb_key_symbols_alloc", pointer, (pointer,)),
        (symbols, "xcb_key_symbols_free", None, (pointer,)),
        (symbols, "xcb_key_symbols_get_keycode", ctypes.POINTER(ctypes.c_uint8), (pointer, ctypes.c_uint32)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return xcb, symbols
