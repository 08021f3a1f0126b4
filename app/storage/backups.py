"""Daily copies of the store: the last seven days, and one for each of the four weeks."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

from app.core.errors import StoreError
from app.storage.database import explained

DAYS, WEEKS = 7, 4
_NAME = re.compile(r"^daily-(\d{4}-\d{2}-\d{2})\.db$")
_PAGES = 512  # between two looks at whether to stop: a few milliseconds


def keep_copies(path: Path, folder: Path, now: datetime, keep_going: Callable[[], bool] = lambda: True) -> int:
    """Copy the database at `path`, as it was last committed, to today's file in `folder`; drop copies past their time.

    A copy is verified before it takes its name, so that what bears one is whole. Returns how many were made: 0 when
    today's is there or `keep_going()` turned false. On connections of its own: for any thread. Raises StoreError.
    """
    target = folder / f"daily-{now.date().isoformat()}.db"
    if target.exists():
        return 0
    draft = target.with_suffix(".part")
    with explained(path):
        draft.unlink(missing_ok=True)
        try:
            if not _copied(path, draft, keep_going):
                return 0
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)
        for old in passed(copies(folder)):
            (folder / f"daily-{old.isoformat()}.db").unlink(missing_ok=True)
    return 1


def copies(folder: Path) -> list[date]:
    """The days of which there is a copy, the newest first."""
    found = (_NAME.match(path.name) for path in folder.glob("daily-*.db"))
    return sorted((date.fromisoformat(match[1]) for match in found if match), reverse=True)


def passed(days: Iterable[date]) -> list[date]:
    """Which daily copies have had their time: beyond the newest seven, all but the newest of each week, and but four of
    these. Pure."""
    newest_first = sorted(days, reverse=True)
    recent, older = newest_first[:DAYS], newest_first[DAYS:]
    weekly: dict[tuple[int, int], date] = {}
    for day in older:
        weekly.setdefault(day.isocalendar()[:2], day)
    kept = {*recent, *list(weekly.values())[:WEEKS]}
    return [day for day in newest_first if day not in kept]


def _copied(path: Path, draft: Path, keep_going: Callable[[], bool]) -> bool:
    """Copy and verify; False when told to stop in the middle."""

    def step(status: int, remaining: int, total: int) -> None:
        if not keep_going():
            raise InterruptedError

    source, copy = sqlite3.connect(path), sqlite3.connect(draft)
    try:
        draft.chmod(0o600)
        source.backup(copy, pages=_PAGES, progress=step, sleep=0.01)
        copy.execute("PRAGMA journal_mode = DELETE")
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    except InterruptedError:
        return False
    finally:
        source.close()
        copy.close()
    if verdict != "ok":
        raise StoreError("The copy {0} did not verify ({1}); earlier copies stay. Try again.", draft.name, verdict)
    return True
