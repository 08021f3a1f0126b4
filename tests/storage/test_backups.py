"""Daily copies, and which of them stay."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.paths import DataDir
from app.storage.backups import DAYS, WEEKS, copies, keep_copies, passed
from app.storage.store import Store
from tests.storage.helpers import NOW, say


def test_a_copy_opens_and_only_its_owner_reads_it(store: Store) -> None:
    say(store, "The key is under the pot.")
    data = DataDir(store.path.parent)
    assert keep_copies(store.path, data.backups, NOW) == 1
    [copy] = data.backups.iterdir()
    assert copy.name == "daily-2025-03-14.db"
    assert copy.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT text FROM message").fetchone() == ("The key is under the pot.",)


def test_a_hundred_days_leave_seven_and_four(store: Store) -> None:
    folder = DataDir(store.path.parent).backups
    for day in range(100):
        keep_copies(store.path, folder, NOW + timedelta(days=day))
    kept = copies(folder)
    assert len(kept) == DAYS + WEEKS
    assert kept[:DAYS] == [NOW.date() + timedelta(days=99 - i) for i in range(DAYS)]
    assert len({day.isocalendar()[:2] for day in kept[DAYS:]}) == WEEKS


@given(st.sets(st.dates(date(2024, 1, 1), date(2025, 12, 31)), max_size=60))
def test_what_stays_never_goes_by_looking_again(days: set[date]) -> None:
    kept = days - set(passed(days))
    assert passed(kept) == []
    assert len(kept) <= DAYS + WEEKS
    assert not days or max(days) in kept
