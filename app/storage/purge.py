"""Rids the files of a data folder of what was taken out of the store: logs, free pages, backups, drafts."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from app.core.errors import StoreError
from app.core.paths import DataDir
from app.storage.database import BUSY_TIMEOUT_MS, explained
from app.storage.erasures import Erasures

_DRAFT = re.compile(rb"^draft(?:-\d+)?=.*(?:\r?\n|\Z)", re.MULTILINE)


def copies_with(data: DataDir, uids: Iterable[str]) -> list[Path]:
    """The backups that hold any of these messages."""
    wanted = list(uids)
    return [path for path in sorted(data.backups.glob("*.db")) if _holds(path, wanted)]


def erase_in_copy(path: Path, uids: Iterable[str], retitle: Callable[[str], str], *, whole: bool) -> None:
    """Take messages out of a backup as they are taken out of the store, and verify what is left.

    With `whole` the file is written anew, so that no page of it is as it was. Raises StoreError.
    """
    with explained(path), closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.create_function("casefold", 1, str.casefold, deterministic=True)
        erasures = Erasures(Database(connection))
        connection.execute("BEGIN IMMEDIATE")
        if ids := erasures.ids(uids):
            erasures.remove(ids, retitle)
        connection.execute("COMMIT")
        if whole:
            connection.execute("VACUUM")
        verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok":
            raise StoreError("The backup {0} did not verify ({1}) after the erasure. Delete the file.", path, verdict)


def drop_drafts(data: DataDir) -> int:
    """Remove copies that were never finished, and files of SQLite whose database is gone; how many."""
    strays = [
        path
        for pattern in ("*.part*", "*.db-wal", "*.db-shm", "*.db-journal")
        for path in data.backups.glob(pattern)
        if ".part" in path.name or not Path(str(path).rpartition("-")[0]).exists()
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def scrub(data: DataDir, path: Path) -> bool:
    """Rid one file, that is not a database, of what was found in it: a draft goes, a log is emptied. False for files
    that Mneme cannot do without."""
    if path.name == "window.ini":
        _rewritten(path, _DRAFT.sub(b"", path.read_bytes()))
    elif data.logs in path.parents:
        with open(path, "r+b") as file:
            file.truncate(0)
    elif data.kv in path.parents:
        path.unlink(missing_ok=True)
    else:
        return False
    return True


def _holds(path: Path, uids: list[str]) -> bool:
    """Whether a backup has any of these messages; one that cannot be read might."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return bool(Erasures(Database(connection)).ids(uids))
    except sqlite3.OperationalError as error:
        return "no such table" not in str(error)
    except sqlite3.DatabaseError:
        return True


def _rewritten(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".new")
    with open(draft, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
