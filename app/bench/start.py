"""`mneme bench start`: from the start of the process to the first painted window, and quick recall's first hits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from app.bench.opening import opening_figures
from app.bench.report import Report, percentile
from app.bootstrap import Assistant, build
from app.core.errors import DisplayError
from app.core.types import NewMessage, Role

_MESSAGES = 10_000
_SUBJECTS = ["dog", "cabin", "ferry", "piano", "garden", "passport", "bicycle", "lecture", "sister", "recipe"]
_IN_THE_TRAY = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.ui.application import Desktop

def tell():
    import psutil
    memory = psutil.Process().memory_full_info()
    print(getattr(memory, "pss", memory.rss), flush=True)
    application.quit()

application = QApplication([])
desktop = Desktop(Path(sys.argv[1]), None)
desktop.engine.load_models = lambda: None
desktop.engine.opened.connect(lambda: QTimer.singleShot(2000, tell))
desktop.engine.start()
application.exec()
desktop.close()
"""


def bench_start(runs: int) -> Report:
    """Median over `runs` fresh processes; quick recall over a store of 10,000 messages."""
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder:
        painted = [_first_paint(Path(folder) / "window") for _ in range(runs)]
        with build(Path(folder) / "recall", background=False) as assistant:
            times = _quick_recall(assistant)
        tray = _tray_pss(Path(folder) / "tray")
        opening = opening_figures(Path(folder) / "opening")
    figures = {
        "first_paint_ms": median(painted),
        "quick_recall_ms": percentile(times, 50),
        "quick_recall.p95_ms": percentile(times, 95),
        "tray_pss_mb": tray,
        **opening,
    }
    return Report("start", {"runs": runs, "messages": _MESSAGES}, figures)


def _first_paint(data_dir: Path) -> float:
    command = [sys.executable, "-m", "app", "--data-dir", str(data_dir), "--report-first-paint"]
    display = os.environ if "DISPLAY" in os.environ else os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    begun = (
        time.time()
    )  # of the clock: what the system tells of a process's start may be a second off on a virtual machine
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, env=display, check=False)
    try:
        return (float(json.loads(run.stdout)["painted_at"]) - begun) * 1000
    except (ValueError, KeyError, TypeError):
        raise DisplayError(f"The window did not start: {run.stderr.strip() or run.stdout.strip()}") from None


def _tray_pss(data_dir: Path) -> float:
    """Memory of the app's process, shared pages by share, with the store open and no model loaded."""
    data_dir.mkdir()
    display = os.environ if "DISPLAY" in os.environ else os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", _IN_THE_TRAY, str(data_dir)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, env=display, check=False)
    try:
        return float(run.stdout) / 1e6
    except ValueError:
        raise DisplayError(f"The window did not start: {run.stderr.strip() or run.stdout.strip()}") from None


def _quick_recall(assistant: Assistant) -> list[float]:
    now = assistant.clock.now()
    conversation, _ = assistant.memory.begin("The first of many", now)
    assistant.memory.record_all(
        [
            NewMessage(
                conversation.id, Role.USER, f"Note {i} on the {_SUBJECTS[i % 10]} and item {i * 7919 % 1000}", now
            )
            for i in range(_MESSAGES)
        ]
    )
    times = []
    for i in range(100):
        begun = time.perf_counter()
        assistant.memory.search(f"{_SUBJECTS[i % 10]} item {i * 37 % 1000}"[: 4 + i % 12], 8)
        times.append((time.perf_counter() - begun) * 1000)
    return times
