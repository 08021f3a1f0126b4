"""Bringing a store up to date, with a backup before each change."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from app.core.errors import StoreError, StoreTooNew
from app.storage.database import immediately
from app.storage.migrations.steps import migrations

__all__ = ["back_up", "migrate", "migrations"]


def migrate(db: Database, path: Path, backups: Path, now: datetime) -> Path | None:
    """Bring the store up to date; return the backup that was made first, if one was needed.

    Idempotent. Each step and its record are one transaction. Raises StoreTooNew before
    anything is touched when the store knows steps that this Mneme does not.
    """
    done = {step.name for step in migrations.applied(db)}
    known = {step.name for step in migrations.pending(Database(memory=True))}
    if unknown := done - known:
        raise StoreTooNew(
            "{0} was written by a newer Mneme (step {1}). Install that version, or choose another data "
            "folder. Nothing was changed.",
            path,
            min(unknown),
        )
    if not migrations.pending(db):
        return None
    with immediately(db):  # others that open the store wait here, and then find nothing pending
        if not migrations.pending(db):
            return None
        backup = back_up(path, backups / f"before-update-{now:%Y%m%d-%H%M%S}.db") if done else None
        migrations.apply(db)
    return backup


def back_up(path: Path, target: Path) -> Path:
    """Copy the database at `path` as it was last committed to `target`, and verify the copy by opening it.

    The copy takes its name only when it is whole and on disk, so that a backup never bears one in vain.
    """
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    source, copy = sqlite3.connect(path), sqlite3.connect(draft)
    try:
        draft.chmod(0o600)
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
        copy.close()
        if verdict != "ok":
            raise StoreError("The backup {0} did not verify ({1}), so the store was left as it is.", target, verdict)
        os.replace(draft, target)
    finally:
        source.close()
        copy.close()
        draft.unlink(missing_ok=True)
    return target
