"""`mneme bench start`: the first painted window, a long conversation, the tray, and quick recall's first hits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from app.bench.opening import opening_figures
from app.bench.report import Report, percentile
from app.bench.scale import Growing
from app.bootstrap import Assistant, build
from app.core.errors import DisplayError, EmbedderError

Progress = Callable[[int, int], None]
_REAL = 1_000  # messages with vectors of their own; the others get mixtures
_QUESTIONS, _WARMING, _HITS = 200, 10, 8
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


def bench_start(runs: int, messages: int, progress: Progress) -> Report:
    """Median over `runs` fresh processes; quick recall over a store of so many messages."""
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder:
        painted = [_first_paint(Path(folder) / "window") for _ in range(runs)]
        tray = _tray_pss(Path(folder) / "tray")
        opening = opening_figures(Path(folder) / "opening")
        recall = _quick_recall(Path(folder) / "recall", messages, progress)
    figures = {"first_paint_ms": median(painted), "tray_pss_mb": tray, **opening, **recall}
    settings = {"runs": runs, "messages": messages, "real_embeddings": min(_REAL, messages), "questions": _QUESTIONS}
    return Report("start", settings, figures)


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


def _quick_recall(folder: Path, messages: int, progress: Progress) -> dict[str, float]:
    """What the field of quick recall asks, by words at each letter and by meaning right after, over a store of made-up
    talk with the embedder warm."""
    with build(folder, background=False) as assistant:
        growing = Growing(assistant, min(_REAL, messages), progress, messages)
        growing.to(messages)
        asked = growing.questions[:: max(1, len(growing.questions) // _QUESTIONS)][:_QUESTIONS]
        for question in asked[:_WARMING]:
            _by_meaning(assistant, question)
        words = [_timed(partial(_by_words, assistant, q[: 4 + i % 24])) for i, q in enumerate(asked)]
        meaning = [_timed(partial(_by_meaning, assistant, question)) for question in asked]
    return {
        "quick_recall_ms": percentile(words, 50),
        "quick_recall.p95_ms": percentile(words, 95),
        "quick_recall.meaning.p50_ms": percentile(meaning, 50),
        "quick_recall.meaning.p95_ms": percentile(meaning, 95),
        "quick_recall.fill_s": growing.seconds,
    }


def _by_words(assistant: Assistant, typed: str) -> None:
    assistant.memory.search(typed, _HITS)


def _by_meaning(assistant: Assistant, typed: str) -> None:
    found = assistant.memory.recall(typed, _HITS, wait_s=0, strict=True)
    if not found.by_meaning:
        raise EmbedderError("The embedder is not ready, so recall by meaning cannot be timed. Run `mneme doctor`.")


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
