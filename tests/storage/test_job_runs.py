"""Runs are recorded, and an open one keeps others out."""

from __future__ import annotations

from datetime import timedelta

from app.storage.job_runs import KEPT, Outcome
from app.storage.store import Store
from tests.storage.helpers import NOW

LATER = NOW + timedelta(minutes=5)


def _begin(store: Store, name: str = "embed", holder: str = "me", *alive: str) -> int | None:
    with store.transaction():
        return store.job_runs.begin(name, holder, alive.__contains__, NOW)


def test_a_run_tells_how_far_it_got_and_how_it_ended(store: Store) -> None:
    key = _begin(store)
    assert key is not None
    with store.transaction():
        store.job_runs.report(key, 3, 10, LATER)
        store.job_runs.end(key, Outcome.STOPPED, LATER, {"spans": 3})
        store.job_runs.end(key, Outcome.DONE, LATER + timedelta(days=1))
    found = store.job_runs.get(key)
    assert found is not None
    assert (found.done, found.total, found.outcome, found.ended_at) == (3, 10, Outcome.STOPPED, LATER)
    assert found.figures == {"spans": 3}
    assert store.job_runs.recent() == [found]
    assert store.job_runs.last("embed") is None
    assert store.job_runs.last("embed", Outcome.STOPPED) == found


def test_while_one_runs_no_other_begins(store: Store) -> None:
    assert _begin(store) is not None
    assert _begin(store, "embed", "other", "me") is None
    assert _begin(store, "segment", "other", "me") is not None


def test_a_run_whose_process_is_gone_gives_way(store: Store) -> None:
    dead = _begin(store)
    assert dead is not None
    assert _begin(store, "embed", "other") is not None
    found = store.job_runs.get(dead)
    assert found is not None
    assert found.outcome is Outcome.DIED


def test_a_run_that_found_nothing_leaves_nothing(store: Store) -> None:
    key = _begin(store)
    assert key is not None
    with store.transaction():
        store.job_runs.drop(key)
    assert store.job_runs.recent() == []


def test_the_oldest_runs_give_way(store: Store) -> None:
    with store.transaction():
        for i in range(KEPT + 5):
            key = store.job_runs.begin("embed", str(i), lambda _: False, NOW)
    assert len(store.job_runs.recent(10_000)) == KEPT
    assert store.job_runs.recent(1)[0].id == key
