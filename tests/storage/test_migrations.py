from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from app.core.errors import StoreError, StoreTooNew
from app.core.paths import DataDir
from app.storage import migrations
from app.storage.store import Store, open_store
from tests.fakes import FakeClock
from tests.storage.helpers import say

TABLES = {"conversation", "message", "span", "span_text", "embedder", "span_vector", "recall", "recall_hit"}


@pytest.fixture
def another_step(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A Mneme that knows one step more; what the step found in its way is in the list."""
    newer, seen = Migrations("mneme"), []
    for step in migrations.migrations.pending(Database(memory=True)):
        newer(name=step.name)(step.fn)

    @newer()
    def m900_add_mood(db: Database) -> None:
        seen.extend(table for table in db.table_names() if table == "message")
        db.execute("ALTER TABLE message ADD COLUMN mood TEXT")
        if "fail" in seen:
            db.execute("SELECT this is no SQL")

    monkeypatch.setattr(migrations, "migrations", newer)
    yield seen


def dump(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


def backups_of(data: DataDir) -> list[Path]:
    return sorted(data.backups.iterdir())


def opened(data_dir: Path, clock: FakeClock) -> None:
    open_store(DataDir(data_dir), clock).close()


def test_a_fresh_store_has_all_tables_and_needs_no_backup(store: Store, data_dir: Path) -> None:
    with closing(sqlite3.connect(store.path)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert names >= TABLES
    assert store.check() == "ok"
    assert backups_of(DataDir(data_dir)) == []


def test_only_the_owner_can_read_the_store(store: Store) -> None:
    assert store.path.stat().st_mode & 0o077 == 0


def test_opening_again_changes_nothing(data_dir: Path, clock: FakeClock) -> None:
    opened(data_dir, clock)
    before = dump(DataDir(data_dir).database)
    opened(data_dir, clock)
    assert dump(DataDir(data_dir).database) == before
    assert backups_of(DataDir(data_dir)) == []


def test_the_names_of_shipped_steps_never_change() -> None:
    assert [step.name for step in migrations.migrations.pending(Database(memory=True))][:1] == ["m001_create_tables"]


def test_an_update_is_preceded_by_a_backup_that_opens(
    store: Store, data_dir: Path, clock: FakeClock, request: pytest.FixtureRequest
) -> None:
    say(store, "From before the update")
    store.close()
    request.getfixturevalue("another_step")
    opened(data_dir, clock)
    [backup] = backups_of(DataDir(data_dir))
    assert backup.name == "before-update-20250314-090000.db"
    assert backup.stat().st_mode & 0o077 == 0
    assert "From before the update" in dump(backup)
    assert "mood" not in dump(backup)
    assert "mood" in dump(DataDir(data_dir).database)


def test_a_backup_taken_by_hand_holds_what_is_in_the_log_of_sqlite(store: Store, tmp_path: Path) -> None:
    say(store, "Just written")
    migrations.back_up(store.path, tmp_path / "copy.db")
    assert "Just written" in dump(tmp_path / "copy.db")
    assert [path.name for path in tmp_path.glob("copy.db*")] == ["copy.db"]


def test_a_step_that_fails_leaves_the_store_as_it_was(
    store: Store, data_dir: Path, clock: FakeClock, another_step: list[str]
) -> None:
    say(store, "Precious")
    store.close()
    before = dump(store.path)
    another_step.append("fail")
    with pytest.raises(StoreError):
        opened(data_dir, clock)
    assert dump(store.path) == before
    assert len(backups_of(DataDir(data_dir))) == 1


def test_a_store_of_a_newer_version_is_left_alone(store: Store, data_dir: Path, clock: FakeClock) -> None:
    say(store, "From the future")
    store._db.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('mneme', 'm999_dreams', '2030')"
    )
    store.close()
    before = dump(store.path)
    with pytest.raises(StoreTooNew, match=r"newer Mneme \(step m999_dreams\)\. Install that version") as caught:
        opened(data_dir, clock)
    assert caught.value.exit_code == 4
    assert dump(store.path) == before
    assert backups_of(DataDir(data_dir)) == []


def test_many_may_open_a_fresh_store_at_the_same_moment(data_dir: Path, clock: FakeClock) -> None:
    barrier, problems = threading.Barrier(6), []

    def work() -> None:
        barrier.wait()
        try:
            opened(data_dir, clock)
        except StoreError as error:
            problems.append(error.message)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
