"""Puts a backup in the store's place, so that it can be undone, and only while nobody else has the store open.

What was erased does not come back: an erasure goes through all backups, also those made here.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from app.core.errors import InputError, StoreDamaged, StoreLocked, StoreTooNew
from app.core.paths import DataDir
from app.storage.database import explained
from app.storage.erasures import Erasures
from app.storage.migrations import back_up, migrations

KEPT = 3
"""Copies from before a restore that are kept; the oldest give way."""
_NAME = re.compile(r"^(daily|before-update|before-restore)-.+\.db$")


class Backup(NamedTuple):
    """A copy of the store: its file, when it was written, and its size in bytes."""

    name: str
    made_at: datetime
    size: int

    @property
    def of_restore(self) -> bool:
        """Whether it holds what was here before something was restored."""
        return self.name.startswith("before-restore-")


def backups(data: DataDir) -> list[Backup]:
    """The backups that there are, the newest first."""
    found = [(path, path.stat()) for path in data.backups.glob("*.db") if _NAME.match(path.name)]
    told = [Backup(path.name, datetime.fromtimestamp(stat.st_mtime).astimezone(), stat.st_size) for path, stat in found]
    return sorted(told, key=lambda backup: (backup.made_at, backup.name), reverse=True)


def restore(data: DataDir, name: str, now: datetime) -> Backup | None:
    """Put the backup of this name in the store's place; the copy of what was there before, by which it is undone.

    Whole or not at all, also when it is killed. Raises InputError for a name that is none, StoreLocked while the store
    is open anywhere, StoreDamaged and StoreTooNew for a backup that cannot be used; then nothing has changed.
    """
    if name not in {backup.name for backup in backups(data)}:
        raise InputError("There is no backup {0!r}. `mneme restore` lists them.", name)
    _sound(data.backups / name)
    draft = data.database.with_suffix(".part")
    with explained(data.database):
        undo = _put_aside(data, now) if data.database.exists() else None
        draft.unlink(missing_ok=True)
        try:
            back_up(data.backups / name, draft)
            with open(draft, "rb") as file:
                os.fsync(file.fileno())
            os.replace(draft, data.database)
        finally:
            draft.unlink(missing_ok=True)
    for old in [backup for backup in backups(data) if backup.of_restore][KEPT:]:
        (data.backups / old.name).unlink(missing_ok=True)
    return next((backup for backup in backups(data) if undo and backup.name == undo.name), None)


def _put_aside(data: DataDir, now: datetime) -> Path:
    """Copy what is here, once it is sure that nobody else has it open and that no erasure is unfinished."""
    with closing(sqlite3.connect(data.database, timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")  # refused while any other connection is there
        except sqlite3.OperationalError as error:
            raise StoreLocked("Mneme is open. Close the window and every `mneme`, then restore again.") from error
        except sqlite3.DatabaseError:
            return _put_aside_damaged(data, now)
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if "erasure" in tables and Erasures(Database(connection)).open():
            raise StoreLocked("Something is still being erased. Start Mneme once, so that it ends, then restore again.")
    return back_up(data.database, _free(data, now))


def _put_aside_damaged(data: DataDir, now: datetime) -> Path:
    """Keep a file that is no sound store as it is; it is why something is restored."""
    target = _free(data, now)
    target.write_bytes(data.database.read_bytes())
    target.chmod(0o600)
    for beside in ("-wal", "-shm"):
        Path(f"{data.database}{beside}").unlink(missing_ok=True)
    return target


def _free(data: DataDir, now: datetime) -> Path:
    """A name that no backup has: none is ever overwritten."""
    names = (f"before-restore-{now:%Y%m%d-%H%M%S}-{number}.db" for number in count(1))
    return next(path for path in (data.backups / name for name in names) if not path.exists())


def _sound(path: Path) -> None:
    """Raise where a backup cannot be used."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
            done = {row[0] for row in connection.execute("SELECT name FROM _sqlite_migrations")}
    except sqlite3.DatabaseError as error:
        raise StoreDamaged("The backup {0} is not sound ({1}). Take another one.", path.name, error) from error
    if verdict != "ok":
        raise StoreDamaged("The backup {0} is not sound ({1}). Take another one.", path.name, verdict)
    if unknown := done - {step.name for step in migrations.pending(Database(memory=True))}:
        raise StoreTooNew(
            "The backup {0} is of a newer Mneme (step {1}). Install that version.", path.name, min(unknown)
        )
