"""Is there a display to open a window on? Asked before Qt is, because Qt ends the process when there is none."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

_NO_X_PLUGIN = (
    "The window needs some system libraries that are missing here ({}). "
    "On Debian or Ubuntu: sudo apt install libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libegl1"
)


def why_no_display() -> str:
    """An empty string when a window can be opened, else one line that says why not."""
    found = importlib.util.find_spec("PySide6")
    if found is None or not found.submodule_search_locations:
        return "PySide6 is not installed."
    if sys.platform in ("win32", "darwin"):
        return ""
    plugins = Path(next(iter(found.submodule_search_locations))) / "Qt" / "plugins" / "platforms"
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    if platform in ("offscreen", "minimal", "vnc"):
        return _missing_library(plugins / f"libq{platform}.so")
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    if not os.environ.get("DISPLAY"):
        return "There is no display here."
    return _missing_library(plugins / "libqxcb.so") or _no_x_server()


def _missing_library(plugin: Path) -> str:
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return _NO_X_PLUGIN.format(str(error).split(":")[0])
    return ""


def _no_x_server() -> str:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return f"The display {os.environ['DISPLAY']} cannot be reached." if refused else ""
