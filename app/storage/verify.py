"""Looks whether a store is sound, on a connection of its own, so that nobody waits for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.core.errors import StoreDamaged
from app.storage.database import BUSY_TIMEOUT_MS, explained


def verified(path: Path) -> int:
    """Check the file and the index of words; 1 when that index had to be built anew, else 0. Raises StoreDamaged."""
    with explained(path), closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000)) as db:
        verdict = db.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok":
            raise StoreDamaged(
                "{0} does not verify ({1}). Nothing was changed. Put a copy from {2} in its place, or choose "
                "another data folder.",
                path,
                verdict,
                path.parent / "backups",
            )
        try:
            _of_words(db, "integrity-check")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            db.rollback()
            _of_words(db, "rebuild")
            return 1
    return 0


def _of_words(db: sqlite3.Connection, command: str) -> None:
    with db:
        db.execute("INSERT INTO span_text (span_text) VALUES (?)", [command])
