"""A disk that is full to the last byte: a small file system of our own, on which nothing that was stored is lost."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from app.archive.export import export
from app.bootstrap import Assistant, build
from app.core.errors import DiskFull, StoreError
from app.core.types import MessageState
from app.storage.backups import keep_copies
from tests.archive.test_archive import brought, content, lived, written
from tests.conftest import ROOT
from tests.fakes import FakeClock, FakeEmbedder, FakeModel


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not shutil.which("mount"):
        pytest.skip("this system has no `mount`")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip("mounting a small file system is not allowed here; it needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def full(disk: Path, *, but: int = 0) -> Iterator[None]:
    """Nothing more fits onto the disk, but so many bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
        file.truncate(max(0, file.tell() - but))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def living(disk: Path) -> Iterator[Assistant]:
    """An assistant whose store is on the disk."""
    with build(
        disk / "data", background=False, clock=FakeClock(), model=FakeModel(), embedder=FakeEmbedder()
    ) as assistant:
        yield assistant


def whole(assistant: Assistant) -> list[str]:
    """The words in the store, after a look at whether it is sound."""
    assert assistant.store.call(lambda store: store.check()) == "ok"
    with closing(sqlite3.connect(f"{assistant.data.database.as_uri()}?mode=ro", uri=True)) as db:
        return [row[0] for row in db.execute("SELECT text FROM message ORDER BY id")]


def test_a_chat_says_so_and_loses_nothing(disk: Path) -> None:
    with living(disk) as assistant:
        list(assistant.session.ask("The key is under the blue pot."))
        before = whole(assistant)
        assert len(before) == 2
        with full(disk), pytest.raises(DiskFull, match="Free some space"):
            for number in range(2_000):  # the log of SQLite has room of its own
                list(assistant.session.ask(f"And key number {number} is under pot {number}.", 1))
        after = whole(assistant)
        assert after[:2] == before
        list(assistant.session.ask("Is there room again?", 1))
        now = whole(assistant)
        assert now[: len(after)] == after
        assert "Is there room again?" in now
    with living(disk) as assistant:
        assert whole(assistant) == now
        thread = assistant.store.call(lambda store: store.conversations.thread(1))
        assert MessageState.STREAMING not in {message.state for message in thread}


def test_an_import_says_so_and_is_finished_when_there_is_room(disk: Path, assistant: Assistant, tmp_path: Path) -> None:
    lived(assistant)
    for number in range(25):
        assistant.memory.begin(f"Talk {number} about the harbour. " + "x" * 30_000, assistant.clock.now())
    first, all_of_it = written(assistant, tmp_path / "a.mneme"), len(whole(assistant))
    with living(disk) as other:
        with full(disk, but=400_000), pytest.raises(DiskFull, match="Free some space"):
            brought(other, tmp_path / "a.mneme")
        assert len(whole(other)) < all_of_it
        brought(other, tmp_path / "a.mneme")
        assert len(whole(other)) == all_of_it
        assert content(written(other, tmp_path / "b.mneme")) == content(first)


def test_an_export_leaves_the_file_that_was_there(disk: Path, assistant: Assistant) -> None:
    lived(assistant)
    target = disk / "memory.mneme"
    target.write_bytes(b"the archive of yesterday")
    for passphrase in ("", "four words are enough"):
        with full(disk), pytest.raises(DiskFull, match="Free some space"):
            export(assistant.data.database, target, assistant.clock, assistant.settings, passphrase=passphrase)
        assert [path.name for path in disk.iterdir()] == ["memory.mneme"]
        assert target.read_bytes() == b"the archive of yesterday"


def test_a_backup_leaves_those_before_it(disk: Path) -> None:
    with living(disk) as assistant:
        assistant.memory.remember("The key is under the blue pot.")
        data, now = assistant.data, assistant.clock.now()
        assert keep_copies(data.database, data.backups, now) == 1
        with full(disk, but=50_000), pytest.raises(StoreError) as told:
            keep_copies(data.database, data.backups, now + timedelta(days=1))
        assert "Free some space" in told.value.message
        assert len(list(data.backups.iterdir())) == 1
        assert keep_copies(data.database, data.backups, now + timedelta(days=1)) == 1


@pytest.mark.parametrize("room", [0, 100_000, 200_000, 400_000, 600_000])
def test_a_migration_leaves_the_store_as_it_was(disk: Path, room: int) -> None:
    (disk / "data").mkdir()
    shutil.copyfile(ROOT / "tests/upgrade/v1.db", disk / "data" / "mneme.db")
    with closing(sqlite3.connect(disk / "data" / "mneme.db")) as db:
        before = [row[0] for row in db.execute("SELECT text FROM message ORDER BY id")]
    with full(disk, but=room):
        try:
            with living(disk) as assistant:
                assert whole(assistant) == before
        except StoreError as error:
            assert "Free some space" in error.message
    with living(disk) as assistant:
        assert whole(assistant) == before
    for backup in (disk / "data" / "backups").iterdir():
        with closing(sqlite3.connect(backup)) as db:
            assert [row[0] for row in db.execute("SELECT text FROM message ORDER BY id")] == before
