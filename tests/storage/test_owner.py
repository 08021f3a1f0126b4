from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.errors import DiskFull, StoreDamaged, StoreError, StoreReadOnly
from app.core.paths import DataDir
from app.storage.owner import StoreOwner
from app.storage.store import Store, open_store
from tests.fakes import FakeClock
from tests.storage.helpers import NOW, say


@pytest.fixture
def owner(data_dir: Path, clock: FakeClock) -> Iterator[StoreOwner]:
    made = StoreOwner(lambda: open_store(DataDir(data_dir), clock))
    yield made
    made.close()


def messages(store: Store) -> int:
    return store.conversations.counts()["message"]


def held_up(owner: StoreOwner) -> Callable[[], None]:
    """Keep the store's thread at work until the returned function is called."""
    release = threading.Event()
    owner.submit(lambda _: release.wait())
    return release.set


def test_results_come_back(owner: StoreOwner) -> None:
    assert owner.call(lambda store: store.check()) == "ok"
    assert owner.submit(messages).result() == 0


def test_one_thread_does_all_the_work(owner: StoreOwner) -> None:
    seen = {owner.call(lambda _: threading.get_ident()) for _ in range(5)}
    assert len(seen) == 1
    assert threading.get_ident() not in seen


def test_a_persons_work_overtakes_the_background(owner: StoreOwner) -> None:
    order: list[str] = []
    release = held_up(owner)
    waiting = [
        owner.submit(lambda _, name=name: order.append(name), background=background)
        for name, background in [("job 1", True), ("person 1", False), ("job 2", True), ("person 2", False)]
    ]
    release()
    for future in waiting:
        future.result()
    assert order == ["person 1", "person 2", "job 1", "job 2"]


def test_work_that_was_called_off_is_not_done(owner: StoreOwner) -> None:
    done: list[int] = []
    release = held_up(owner)
    future = owner.submit(lambda _: done.append(1))
    assert future.cancel()
    release()
    assert owner.call(messages) == 0
    assert done == []


def test_errors_of_sqlite_come_back_explained(owner: StoreOwner) -> None:
    owner.call(lambda store: store._db.execute("PRAGMA query_only = ON"))
    with pytest.raises(StoreReadOnly):
        owner.write(lambda store: store.conversations.create("No", NOW))
    with pytest.raises(StoreError, match="no such table"):
        owner.call(lambda store: store._db.execute("SELECT * FROM nowhere"))


def test_other_errors_come_back_as_they_are_and_the_thread_goes_on(owner: StoreOwner) -> None:
    with pytest.raises(ZeroDivisionError):
        owner.call(lambda _: 1 / 0)
    assert owner.call(messages) == 0


def test_a_write_happens_whole_or_not_at_all(owner: StoreOwner) -> None:
    def work(store: Store) -> None:
        store._db.execute("INSERT INTO embedder (identity, dimension) VALUES ('half', 1)")
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="middle"):
        owner.write(work)
    assert owner.call(lambda store: store._db.table("embedder").count) == 0


def test_what_was_written_is_there_for_other_programs_at_once(owner: StoreOwner, data_dir: Path) -> None:
    owner.write(lambda store: store.conversations.create("Seen", NOW))
    connection = sqlite3.connect(DataDir(data_dir).database)
    assert connection.execute("SELECT title FROM conversation").fetchall() == [("Seen",)]
    connection.close()


def test_two_programs_that_read_and_write_wait_for_each_other(data_dir: Path, clock: FakeClock) -> None:
    owners = [StoreOwner(lambda: open_store(DataDir(data_dir), clock)) for _ in range(3)]
    here = owners[0].write(lambda store: store.conversations.create("Shared", NOW)).id

    def look_and_add(store: Store) -> int:
        count = messages(store)
        say_in(store, f"number {count}", here)
        return count

    waiting = [owner.submit(lambda store: _in_transaction(store, look_and_add)) for _ in range(40) for owner in owners]
    counts = [future.result() for future in waiting]
    for owner in owners:
        owner.close()
    assert sorted(counts) == list(range(120))


def say_in(store: Store, text: str, conversation_id: int) -> None:
    store._db.execute(
        "INSERT INTO message (uid, conversation_id, role, speaker, text, created_at, origin, state, model)"
        " VALUES (?, ?, 'user', '', ?, '', 'said', 'complete', '')",
        [text, conversation_id, text],
    )


def _in_transaction(store: Store, work: Callable[[Store], int]) -> int:
    with store.transaction():
        return work(store)


def test_what_is_queued_is_finished_before_closing(owner: StoreOwner, data_dir: Path, clock: FakeClock) -> None:
    release = held_up(owner)
    futures = [owner.submit(lambda store, i=i: say(store, f"number {i}"), background=bool(i % 2)) for i in range(6)]
    closing = threading.Thread(target=owner.close)
    closing.start()
    release()
    closing.join()
    assert all(future.done() for future in futures)
    again = open_store(DataDir(data_dir), clock)
    assert messages(again) == 6
    again.close()


def test_closing_twice_is_harmless_and_later_work_is_refused(owner: StoreOwner) -> None:
    owner.close()
    owner.close()
    with pytest.raises(StoreError, match="closing"):
        owner.call(messages)


def test_work_handed_in_while_closing_is_done_or_refused_but_never_forgotten(
    owner: StoreOwner, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, closing = owner._jobs.put, threading.Thread(target=owner.close)

    def late(job: object) -> None:
        if closing.ident is None:  # the work is on its way into the queue: every chance for closing to come first
            closing.start()
            closing.join(0.3)
        put(job)

    monkeypatch.setattr(owner._jobs, "put", late)
    future = owner.submit(lambda _: "done")
    closing.join()
    assert future.done()


def test_a_store_that_would_not_open_is_tried_again(data_dir: Path, clock: FakeClock) -> None:
    troubles: list[StoreError] = [StoreDamaged("broken"), DiskFull("full")]

    def opener() -> Store:
        if troubles:
            raise troubles.pop(0)
        return open_store(DataDir(data_dir), clock)

    owner = StoreOwner(opener)
    for kind in (StoreDamaged, DiskFull):
        with pytest.raises(kind):
            owner.call(messages)
    assert owner.call(messages) == 0
    owner.close()


def test_an_owner_that_was_never_asked_closes_without_making_a_store(owner: StoreOwner, data_dir: Path) -> None:
    owner.close()
    assert not data_dir.exists()
