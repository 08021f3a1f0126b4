"""`mneme bench model`: how this machine runs a model fastest, found once and remembered."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from app.bench.report import Report
from app.core.paths import DataDir
from app.runtime.choosing import Search
from app.runtime.kv_file import fingerprint
from app.runtime.native_log import forward_native_log
from app.runtime.pages import compare
from app.runtime.tuning import remember, this_machine
from app.runtime.worker import CALM_THREADS


def bench_model(path: Path, data: DataDir, quick: bool, step: Callable[[int, int], None]) -> Report:
    """Measure each choice for the model at `path`, and remember the best ones in the data folder."""
    os.environ |= CALM_THREADS
    forward_native_log(lambda *_: None)
    data.create()
    search = Search(path, data.weights, 1 if quick else 3, lambda: False)
    choices = list(search.choices())
    for number, (_, options) in enumerate(choices):
        search.choose(options)
        step(number + 1, len(choices))
    remember(data.tuning, fingerprint(path), this_machine(), search.best)
    search.tidy()
    best = asdict(search.best) | {
        "weights": Path(search.best.weights).suffixes[-2][1:] if search.best.weights else "as is"
    }
    figures = search.figures | {
        "best.prefill_tps": search.speed.prefill,
        "best.generate_tps": search.speed.generate,
        "best.turn.ratio": search.first.turn_s / search.speed.turn_s,
        "best.prefill.ratio": search.speed.prefill / search.first.prefill,
        "best.kl": compare(search.first.scores, search.speed.scores)[0],
        **{f"best.{name}": float(value) for name, value in best.items() if isinstance(value, int)},
    }
    return Report("model", {"model": path.name, "quick": quick, "best": best}, figures)
