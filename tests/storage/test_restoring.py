"""A backup comes back whole, can be taken back, and never brings what was erased."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.core.errors import InputError, StoreDamaged, StoreLocked
from app.core.paths import DataDir
from app.storage.backups import keep_copies
from app.storage.restoring import backups, restore
from tests.fakes import FakeClock, FakeEmbedder, FakeModel

NAME = "daily-2025-03-14.db"


def opened(data_dir: Path) -> Assistant:
    return build(data_dir, background=False, clock=FakeClock(), model=FakeModel(), embedder=FakeEmbedder())


def said(data_dir: Path, words: str) -> bool:
    with opened(data_dir) as assistant:
        return bool(assistant.memory.search(words).hits)


@pytest.fixture
def data(data_dir: Path) -> DataDir:
    """A store with a backup from before its second note."""
    with opened(data_dir) as assistant:
        assistant.memory.remember("The oak is old.")
        keep_copies(assistant.data.database, assistant.data.backups, FakeClock().now())
        assistant.memory.remember("The birch is young.")
    return DataDir(data_dir)


def test_a_backup_comes_back_and_is_taken_back(data: DataDir) -> None:
    kept = restore(data, NAME, FakeClock().now())
    assert said(data.root, "oak")
    assert not said(data.root, "birch")
    assert kept is not None
    restore(data, kept.name, FakeClock().now())
    assert said(data.root, "birch")
    assert stat.S_IMODE(data.database.stat().st_mode) == 0o600


def test_what_was_erased_does_not_come_back(data: DataDir) -> None:
    with opened(data.root) as assistant:
        assistant.eraser.erase([1])
    kept = restore(data, NAME, FakeClock().now())
    assert not said(data.root, "oak")
    with opened(data.root) as assistant:
        assistant.memory.remember("The pine is tall.")
    back = restore(data, kept.name if kept else "", FakeClock().now())
    with opened(data.root) as assistant:
        assistant.eraser.erase([2])
    assert not said(data.root, "birch")
    restore(data, back.name if back else "", FakeClock().now())
    assert said(data.root, "pine")
    assert b"birch" not in b"".join(path.read_bytes() for path in data.backups.glob("*.db"))


def test_nothing_is_restored_while_the_store_is_open(data: DataDir) -> None:
    with opened(data.root) as assistant:
        with pytest.raises(StoreLocked, match="Close the window"):
            restore(data, NAME, FakeClock().now())
        assert assistant.memory.search("birch").hits
    assert said(data.root, "birch")


def test_nothing_is_restored_while_something_is_being_erased(data: DataDir) -> None:
    with opened(data.root) as assistant:
        assistant.store.write(lambda store: store.erasures.begin(["x"], "1 2 x", FakeClock().now()))
    with pytest.raises(StoreLocked, match="still being erased"):
        restore(data, NAME, FakeClock().now())


def test_a_backup_that_is_not_sound_changes_nothing(data: DataDir) -> None:
    (data.backups / "daily-2025-03-13.db").write_bytes(b"SQLite format 3\0" + bytes(5000))
    with pytest.raises(StoreDamaged):
        restore(data, "daily-2025-03-13.db", FakeClock().now())
    assert said(data.root, "birch")


def test_a_damaged_store_is_kept_and_replaced(data: DataDir) -> None:
    data.database.write_bytes(b"not a store" * 1000)
    kept = restore(data, NAME, FakeClock().now())
    assert said(data.root, "oak")
    assert kept is not None
    assert (data.backups / kept.name).read_bytes().startswith(b"not a store")


@pytest.mark.parametrize("name", ["", "../mneme.db", "daily-2020-01-01.db", "/etc/passwd"])
def test_only_a_backup_is_restored(data: DataDir, name: str) -> None:
    with pytest.raises(InputError, match="no backup"):
        restore(data, name, FakeClock().now())


def test_few_copies_from_before_restores_are_kept(data: DataDir) -> None:
    clock = FakeClock()
    for _ in range(5):
        clock.advance(timedelta(seconds=1))
        restore(data, NAME, clock.now())
    assert len([backup for backup in backups(data) if backup.of_restore]) <= 3
