"""`mneme bench archive`: how fast an archive is written and taken in, and how much memory that takes.

The baseline, in the same run, is what a careful person would do: copy the database file, and compress the copy by the
compressor of the archive at its level. Writing and taking in run in processes of their own, whose peak of resident
memory is told; taking in is checking the whole archive and loading it into an empty store.
"""

from __future__ import annotations

import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from app.archive.export import LEVEL, export
from app.archive.load import Loader
from app.archive.reader import Archive
from app.bench.report import Report
from app.bench.scale import Growing
from app.bootstrap import build
from app.core.clock import SystemClock
from app.core.errors import InputError
from app.core.paths import DataDir
from app.core.settings import Settings
from app.runtime.protocols import Embedder

Progress = Callable[[int, int], None]
_REAL = 500  # spans with real embeddings; the others get mixtures, as in `bench scale`
_STEPS = 5


def bench_archive(
    n: int, quick: bool, progress: Progress, embedder: Embedder | None = None, kept: Path | None = None
) -> Report:
    """Fill a store with `n` messages, write it out, take it in, write that out, and compare. A store that an
    earlier run left in the folder `kept` is filled on from where it ended."""
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as name:
        folder = Path(name)
        first, second = DataDir(kept or folder / "first"), DataDir(folder / "second")
        with build(first.root, background=False, embedder=embedder) as assistant:
            there = assistant.store.call(lambda store: store.conversations.counts()["message"])
            if there > 2 * n:
                raise InputError(f"The store in {first.root} has {there} messages, not {n}. Choose another folder.")
            if there < n:
                Growing(assistant, min(_REAL, n), progress, n).to(n - there)
            assistant.store.call(lambda store: store.settle())
        progress(1, _STEPS)
        copied_s = _copied(first.database, folder / "copy.db")
        progress(2, _STEPS)
        export_s, export_mb = _apart(_export, first.database, folder / "a.mneme")
        progress(3, _STEPS)
        import_s, import_mb = _apart(_import, folder / "a.mneme", second.root)
        progress(4, _STEPS)
        _apart(_export, second.database, folder / "b.mneme")
        with Archive(folder / "a.mneme") as one, Archive(folder / "b.mneme") as other:
            same = one.parts == other.parts
        figures = {
            "export.ratio": copied_s / export_s,
            "import.ratio": copied_s / import_s,
            "peak_mb": max(export_mb, import_mb),
            "round_trip_equal": float(same),
            "copy_and_compress_ms": copied_s * 1000,
            "export_ms": export_s * 1000,
            "import_ms": import_s * 1000,
            "export.peak_mb": export_mb,
            "import.peak_mb": import_mb,
            "store_mb": first.database.stat().st_size / 1e6,
            "archive_mb": (folder / "a.mneme").stat().st_size / 1e6,
        }
    progress(_STEPS, _STEPS)
    return Report("archive", {"n": n, "compressor": f"deflate, level {LEVEL}", "quick": quick}, figures)


def _copied(database: Path, target: Path) -> float:
    """Seconds that copying the file and compressing the copy take."""
    begun = time.perf_counter()
    shutil.copyfile(database, target)
    with zipfile.ZipFile(target.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        archive.write(target)
    return time.perf_counter() - begun


def _export(database: Path, target: Path) -> None:
    export(database, target, SystemClock(), Settings())


def _import(path: Path, root: Path) -> None:
    with build(root, background=False) as assistant, Archive(path) as archive:
        loader = Loader(assistant.memory, archive)
        loader.check()
        loader.load()


def _apart(work: Callable[[Path, Path], None], one: Path, other: Path) -> tuple[float, float]:
    """Seconds that `work` takes in a fresh process, and the peak of its memory in MB."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (work, one, other))


def _measured(work: Callable[[Path, Path], None], one: Path, other: Path) -> tuple[float, float]:
    begun = time.perf_counter()
    work(one, other)
    seconds = time.perf_counter() - begun
    return seconds, _peak_mb()


def _peak_mb() -> float:
    """The peak of this process's resident memory; where the system keeps it, without what its parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
