from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import DiskFull, StoreDamaged, StoreError, StoreLocked, StoreReadOnly
from app.core.paths import DataDir
from app.storage import database
from app.storage.database import explained
from app.storage.store import Store, open_store
from tests.fakes import FakeClock
from tests.storage.helpers import remember, say

NOBODY = 65534


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores opened from now on do not wait for a lock."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 20)


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder of a user whom permissions bind; the test acts as that user."""
    folder = Path(tempfile.mkdtemp(prefix="mneme-test-"))
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    yield folder
    if root:
        os.seteuid(0)
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_the_store_is_set_up_for_safety(store: Store) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert {name: store._db.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted


@pytest.mark.parametrize("content", [b"This is not a database. " * 400, bytes(range(256)) * 64, b"\x00" * 20_000])
def test_a_file_that_is_no_database_is_left_alone(data_dir: Path, clock: FakeClock, content: bytes) -> None:
    data = DataDir(data_dir).create()
    data.database.write_bytes(content)
    with pytest.raises(StoreDamaged, match=r"Put a copy from .*backups in its place") as caught:
        open_store(data, clock)
    assert caught.value.exit_code == 4
    assert data.database.read_bytes() == content


def test_a_broken_page_is_told_as_damage(data_dir: Path, clock: FakeClock) -> None:
    data = DataDir(data_dir)
    with closing(open_store(data, clock)) as store:
        remember(store, [f"A sentence of some length, number {i}" for i in range(200)])
    with open(data.database, "r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (data.database.stat().st_size - 4096))
    with pytest.raises(StoreDamaged), closing(open_store(data, clock)) as store, explained(store.path):
        assert store.check() != "ok"
        store.conversations.recent()


def test_a_store_held_by_another_program_is_told_as_busy(store: Store, clock: FakeClock, impatient: None) -> None:
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreLocked, match=r"Another program is holding .*try again") as caught:
            open_store(DataDir(store.path.parent), clock)
        assert caught.value.exit_code == 4
    open_store(DataDir(store.path.parent), clock).close()


def test_a_lock_met_while_writing_is_told_and_passes(data_dir: Path, clock: FakeClock, impatient: None) -> None:
    with closing(open_store(DataDir(data_dir), clock)) as store:
        with closing(sqlite3.connect(store.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreLocked), explained(store.path):
                say(store, "Not now")
        say(store, "Now")
        assert store.conversations.counts()["message"] == 1


def test_a_connection_that_may_not_write_is_told_as_read_only(store: Store) -> None:
    store._db.execute("PRAGMA query_only = ON")
    with (
        pytest.raises(StoreReadOnly, match=r"may not write to .*Change its permissions") as caught,
        explained(store.path),
    ):
        say(store, "No")
    assert caught.value.exit_code == 4


def test_a_store_without_write_permission_is_told_as_read_only(unprivileged: Path, clock: FakeClock) -> None:
    data = DataDir(unprivileged / "store")
    open_store(data, clock).close()
    data.database.chmod(0o400)
    data.root.chmod(0o500)
    with pytest.raises(StoreReadOnly, match="may not write to"):
        open_store(data, clock)


def test_a_folder_that_cannot_be_made_is_told_as_read_only(unprivileged: Path, clock: FakeClock) -> None:
    unprivileged.chmod(0o500)
    with pytest.raises(StoreReadOnly, match="choose another data folder"):
        open_store(DataDir(unprivileged / "store"), clock)


def test_a_data_folder_that_is_a_file_is_a_store_error(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "file").write_text("hello")
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(DataDir(tmp_path / "file"), clock)


def test_a_database_that_is_a_folder_is_a_store_error(data_dir: Path, clock: FakeClock) -> None:
    DataDir(data_dir).database.mkdir(parents=True)
    with pytest.raises(StoreReadOnly, match="cannot be opened"):
        open_store(DataDir(data_dir), clock)


def test_a_full_disk_stores_nothing_and_loses_nothing(store: Store) -> None:
    kept = say(store, "Kept")
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    with (
        pytest.raises(DiskFull, match=r"no room left .*Free some space and try again") as caught,
        explained(store.path),
    ):
        say(store, "x" * 1_000_000, kept.conversation_id)
    assert caught.value.exit_code == 4
    assert store.conversations.thread(kept.conversation_id) == [kept]
    store._db.execute(f"PRAGMA max_page_count = {pages + 10_000}")
    assert say(store, "x" * 1_000_000, kept.conversation_id).id > kept.id
    assert store.check() == "ok"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EROFS, StoreReadOnly),
        (errno.EACCES, StoreReadOnly),
        (errno.EIO, StoreError),
    ],
)
def test_errors_of_the_system_are_told_in_plain_words(number: int, kind: type[StoreError], tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught, explained(tmp_path / "mneme.db"):
        raise OSError(number, os.strerror(number))
    assert type(caught.value) is kind
    assert str(tmp_path) in caught.value.message
