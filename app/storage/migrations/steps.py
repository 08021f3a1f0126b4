"""Named, append-only steps from an empty file to today's tables. A step that has shipped is never edited.

Columns that hold a moment are ISO 8601 text in UTC, as `app.core.clock.to_text` writes it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sqlite_utils import Database, Migrations

migrations = Migrations("mneme")
_HERE = Path(__file__).parent


@migrations()
def m001_create_tables(db: Database) -> None:
    _run(db, "m001_create_tables")


@migrations()
def m003_places(db: Database) -> None:
    _run(db, "m003_places")


@migrations()
def m005_create_recall_keys(db: Database) -> None:
    _run(db, "m005_create_recall_keys")


@migrations()
def m004_scale_search(db: Database) -> None:
    db.conn.create_function("signs", 1, _m004_signs, deterministic=True)
    _run(db, "m004_scale_search")


def _m004_signs(vector: bytes) -> bytes:
    return np.packbits(np.frombuffer(vector, dtype="<f4") > 0).tobytes()


@migrations()
def m002_create_episodes(db: Database) -> None:
    _run(db, "m002_create_episodes")


@migrations()
def m006_feedback(db: Database) -> None:
    _run(db, "m006_feedback")


@migrations()
def m007_mention_about(db: Database) -> None:
    db.execute("ALTER TABLE mention ADD COLUMN about INTEGER NOT NULL DEFAULT 0")


@migrations()
def m008_job_run_and_change_log(db: Database) -> None:
    _run(db, "m008_job_run_and_change_log")
    for subject in ("conversation", "message", "span", "episode"):
        db.execute(forgets_its_changes(subject))


@migrations()
def m011_consolidation(db: Database) -> None:
    _run(db, "m011_consolidation")
    db.execute(forgets_its_changes("theme"))


def forgets_its_changes(subject: str) -> str:
    """The trigger by which a row that goes takes its lines of the change log with it. `subject` is its table and the
    kind of subject; a later step makes one for each table it adds whose rows are subjects."""
    return (
        f"CREATE TRIGGER {subject}_left_changes AFTER DELETE ON {subject} BEGIN "
        f"DELETE FROM change_subject WHERE subject = '{subject}' AND subject_id = old.id; END"
    )


@migrations()
def m012_kv_files(db: Database) -> None:
    _run(db, "m012_kv_files")


@migrations()
def m010_forgetting(db: Database) -> None:
    _run(db, "m010_forgetting")


@migrations()
def m009_facts(db: Database) -> None:
    _run(db, "m009_facts")
    db.execute(forgets_its_changes("fact"))


@migrations()
def m013_facts_by_model(db: Database) -> None:
    _run(db, "m013_facts_by_model")


@migrations()
def m014_spaces(db: Database) -> None:
    _run(db, "m014_spaces")


@migrations()
def m015_branches(db: Database) -> None:
    _run(db, "m015_branches")


@migrations()
def m016_documents(db: Database) -> None:
    _run(db, "m016_documents")


@migrations()
def m017_same_facts(db: Database) -> None:
    _run(db, "m017_same_facts")


def _run(db: Database, step: str) -> None:
    """The statements of the file of this step; each ends with a semicolon and an empty line."""
    for statement in (_HERE / f"{step}.sql").read_text(encoding="utf-8").split(";\n\n"):
        db.execute(statement)
