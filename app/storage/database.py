"""Opening the database, and saying plainly what is wrong when it will not open or write."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from app.core.errors import DiskFull, StoreDamaged, StoreError, StoreLocked, StoreReadOnly

BUSY_TIMEOUT_MS = 5_000
CACHE_KB = 32_000
"""Pages kept in memory: recall reads a few thousand from all over the store, of which many come again."""


def connect(path: Path) -> Database:
    """Open (or create) the database file in WAL mode with foreign keys on.

    The connection may be used by one thread at a time; `StoreOwner` sees to that.
    Raises a StoreError that says what to do.
    """
    with explained(path):
        fresh = not path.exists()
        connection = sqlite3.connect(path, check_same_thread=False, timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            _write_ahead(connection)
            connection.execute("PRAGMA synchronous = FULL")  # acknowledged means on disk, also after a power cut
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
            if fresh:
                path.chmod(0o600)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except BaseException:
            connection.close()
            raise
        connection.create_function("casefold", 1, str.casefold, deterministic=True)
        return Database(connection)


@contextmanager
def immediately(db: Database) -> Iterator[None]:
    """A transaction that waits for its turn to write before it reads.

    One that began by reading would fail at once when another process wrote in between.
    """
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        db.conn.rollback()
        raise


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite or the system reports into a StoreError for people."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _explain(error, path) from error
    except OSError as error:
        raise _explain_os(error, path) from error


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL. The switch does not wait for others as a transaction does, so it is tried until the time is up."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _explain(error: sqlite3.Error, path: Path) -> StoreError:
    text, code = str(error).lower(), getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreLocked("Another program is holding {0}. Close it, or wait a moment and try again.", path)
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _no_room(path)):
        return _disk_full(path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return _read_only(path)
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return StoreDamaged(
            "{0} is not a sound Mneme store ({1}). Nothing was changed. Put a copy from {2} in its place, or "
            "choose another data folder.",
            path,
            text,
            path.parent / "backups",
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreReadOnly("{0} cannot be opened. Check that the folder exists and that you may write to it.", path)
    return StoreError("The memory store {0} reported: {1}. Nothing that was stored is lost; try again.", path, error)


def _explain_os(error: OSError, path: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _disk_full(path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _read_only(path)
    return StoreError(
        "The memory store {0} cannot be used ({1}). Choose another data folder.", path, error.strerror or error
    )


def _disk_full(path: Path) -> DiskFull:
    return DiskFull(
        "There is no room left where {0} lies, so this was not stored. Free some space and try again.", path
    )


def _read_only(path: Path) -> StoreReadOnly:
    return StoreReadOnly("Mneme may not write to {0}. Change its permissions, or choose another data folder.", path)


def _no_room(path: Path) -> bool:
    return shutil.disk_usage(path.parent).free < 1_000_000
