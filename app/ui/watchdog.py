"""Measures how long the UI thread was held up: a timer that should tick every few milliseconds, and when it did."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer

_TICK_MS = 5


class Watchdog(QObject):
    """For tests and benchmarks; `worst_ms` is the longest time in which nothing else could have been done."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worst_ms = 0.0
        self._last = 0.0
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin to watch, from nothing."""
        self.worst_ms, self._last = 0.0, time.perf_counter()
        self._timer.start()

    def stop(self) -> float:
        """End it; the worst."""
        self._tick()
        self._timer.stop()
        return self.worst_ms

    def _tick(self) -> None:
        now = time.perf_counter()
        self.worst_ms = max(self.worst_ms, (now - self._last) * 1000 - _TICK_MS)
        self._last = now
