"""What the scripts that take the pictures share: a real window, where its pictures go, and patience."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.ui.application import Desktop

_INTO = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
_SUFFIX = "-200" if os.environ.get("QT_SCALE_FACTOR") == "2" else ""


def opened(folder: Path) -> Desktop:
    """The app on a data folder, its models loaded, in a window of 1280x800."""
    desktop = Desktop(folder, None)
    desktop.window.resize(1280, 800)
    desktop.show()
    desktop.engine.start()
    until(lambda: desktop.engine.model is not None and desktop.engine.by_meaning)
    return desktop


def save(widget: QWidget, name: str) -> None:
    """Photograph a widget."""
    widget.grab().save(str(_INTO / f"{name}{_SUFFIX}.png"))


def until(condition: Callable[[], object]) -> None:
    """Wait for it, two minutes at most. Raises SystemExit when it does not come."""
    for _ in range(2_400):
        if condition():
            return
        wait(0.05)
    raise SystemExit("the window did not get that far")


def wait(seconds: float) -> None:
    """Let the window and its tasks go on: a single long wait would hold up every other thread."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QTest.qWait(10)
        time.sleep(0.01)
