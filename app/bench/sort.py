"""`mneme bench sort`: which of two remembered passages came first?

All books go into one fresh store through the door that imports use; every pair is asked about by words alone.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean

from app.bench.booksort import Pair, load_booksort
from app.bench.report import Report, percentile
from app.bootstrap import Assistant, build
from app.memory.order import first_of

Progress = Callable[[int, int], None]
_QUICK = 300


def bench_sort(data: Path, limit: int | None, quick: bool, progress: Progress) -> Report:
    """Share of pairs told right, over a Book-SORT folder. `limit` asks about only so many; `quick` about few."""
    books, pairs = load_booksort(data)
    limit = limit or (_QUICK if quick else len(pairs))
    asked = pairs[:: max(1, -(-len(pairs) // limit))]
    with (
        tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder,
        build(Path(folder), background=False) as assistant,
    ):
        for book in books:
            assistant.memory.bring_in(book)
        right, times = _ask(assistant, asked, progress)
    figures = {"accuracy": fmean(right), "p50_ms": percentile(times, 50), "p95_ms": percentile(times, 95)}
    return Report("sort", {"data": data.name, "books": len(books), "pairs": len(asked)}, figures)


def _ask(assistant: Assistant, pairs: Sequence[Pair], progress: Progress) -> tuple[list[float], list[float]]:
    """For each pair whether it was told right (a passage that is not found counts as wrong), and the milliseconds."""
    right, times = [], []
    for done, pair in enumerate(pairs, 1):
        begun = time.perf_counter()
        order = assistant.store.call(partial(first_of, passage_a=pair.a, passage_b=pair.b))
        times.append((time.perf_counter() - begun) * 1000)
        right.append(float(order is not None and order.swapped != pair.a_first))
        progress(done, len(pairs))
    return right, times
