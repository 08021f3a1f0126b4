"""Opens the real window on a store, measures it, and prints figures as JSON: `python -m app.ui.measure FOLDER ID`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from app.ui.application import Desktop
from app.ui.theme import apply_theme
from app.ui.watchdog import Watchdog

_WAIT_S = 120
_ASKED = "Write about the sea, in several paragraphs, with a list and some Python code."
_STEPS = 400


def main(folder: Path, conversation: int) -> None:
    """Open a long conversation, scroll through it, and watch the UI thread while a reply streams."""
    application = QApplication(sys.argv[:1])
    apply_theme(application, "light")
    desktop = Desktop(folder, None)
    window, engine = desktop.window, desktop.engine
    window.resize(1280, 800)
    desktop.show()
    engine.start()
    _until(lambda: engine.model is not None and engine.by_meaning)
    figures = {"open_ms": _opened(desktop, conversation), **_scrolled(desktop), **_streamed(desktop)}
    print(json.dumps(figures))  # noqa: T201 - what was asked for
    desktop.close()


def _opened(desktop: Desktop, conversation: int) -> float:
    begun = time.perf_counter()
    desktop.window.open_conversation(conversation)
    _until(lambda: bool(desktop.window.transcript.entries))
    desktop.window.transcript.viewport().repaint()
    return (time.perf_counter() - begun) * 1000


def _scrolled(desktop: Desktop) -> dict[str, float]:
    """The worst step of a scroll from the end to the beginning, and what memory grew by from the second half on."""
    import psutil

    bar, process = desktop.window.transcript.verticalScrollBar(), psutil.Process()
    times, held = [], 0.0
    for step in range(_STEPS, -1, -1):
        begun = time.perf_counter()
        bar.setValue(bar.maximum() * step // _STEPS)
        desktop.window.transcript.viewport().repaint()
        times.append((time.perf_counter() - begun) * 1000)
        QApplication.processEvents()
        if step == _STEPS // 2:
            held = process.memory_info().rss
    grown = (process.memory_info().rss - held) / 1e6
    return {"scroll_ms": sorted(times)[int(len(times) * 0.95)], "scroll_grown_mb": grown}


def _streamed(desktop: Desktop) -> dict[str, float]:
    window, dog = desktop.window, Watchdog()
    window.new_chat()
    window.composer.field.setPlainText(_ASKED)
    window.composer.button.click()
    _until(lambda: window.turn.running)
    dog.start()
    _until(lambda: not window.turn.running)
    return {"worst_ui_block_ms": dog.stop()}


def _until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + _WAIT_S
    while not condition():
        if time.monotonic() > ends:
            raise SystemExit("the window did not get that far")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
