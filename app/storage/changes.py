"""The log of what background runs, and people, changed in memory: what the diary is read from.

It holds ids, numbers and the names of states, never a word that anyone said. What a change is about are its subjects;
when the last of them is erased, a trigger empties the line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from app.core.clock import from_text, to_text

Subject = tuple[str, int]
"""A table and the id of a row in it: ("message", 7)."""


class Actor(StrEnum):
    """Who made a change."""

    NIGHT = "night"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class NewChange:
    """What was done. `kind` names the way to tell and undo it; `detail` and `undo` are what these two need to know:
    mappings of ids, numbers, states (as StrEnum) and lists of these."""

    kind: str
    subjects: Sequence[Subject]
    detail: Mapping[str, Any] = field(default_factory=dict)
    undo: Mapping[str, Any] = field(default_factory=dict)
    actor: Actor = Actor.NIGHT
    job_run_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change(NewChange):
    """A change as it was logged. One whose subjects are all erased has none left, and no detail."""

    id: int = 0
    at: datetime = datetime.min
    undone_at: datetime | None = None

    def ids(self, subject: str) -> list[int]:
        """The ids of the subjects of one kind, in order."""
        return [key for kind, key in self.subjects if kind == subject]


class Changes:
    """The tables `change_log` and `change_subject`. To be used inside the transaction that makes the change."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def note(self, change: NewChange, now: datetime) -> int:
        """Log a change; its id. Raises ValueError for a detail that could hold words."""
        key = self._db.execute(
            "INSERT INTO change_log (at, job_run_id, actor, kind, detail, undo) VALUES (?, ?, ?, ?, ?, ?)",
            [
                to_text(now),
                change.job_run_id,
                change.actor,
                change.kind,
                json.dumps(_wordless(change.detail)),
                json.dumps(_wordless(change.undo)),
            ],
        ).lastrowid
        assert key is not None
        self._subject(key, change.subjects)
        return key

    def extend(self, change: NewChange, now: datetime, same: Subject | None = None) -> int:
        """Log a change, or add it to the line of the same kind that its run has written already (about `same`, if one
        is named): numbers of `detail` are summed up, and lists of `undo` joined. The id of the line."""
        if change.job_run_id is None or (line := self._line(change, same)) is None:
            return self.note(change, now)
        detail = {key: line.detail.get(key, 0) + value for key, value in change.detail.items()}
        undo = {key: [*line.undo.get(key, []), *value] for key, value in change.undo.items()}
        self._db.execute(
            "UPDATE change_log SET detail = ?, undo = ? WHERE id = ?",
            [json.dumps(_wordless(detail)), json.dumps(_wordless(undo)), line.id],
        )
        self._subject(line.id, change.subjects)
        return line.id

    def get(self, key: int) -> Change | None:
        """The change of this id."""
        return next(iter(self._read("WHERE id = ?", [key])), None)

    def read(self, limit: int = 100, before: int = 1 << 62, job_run_id: int | None = None) -> list[Change]:
        """Changes with ids below `before`, the newest first; of one run if it is named."""
        of_run, values = ("AND job_run_id = ?", [job_run_id]) if job_run_id is not None else ("", [])
        return self._read(f"WHERE id < ? {of_run} ORDER BY id DESC LIMIT ?", [before, *values, limit])

    def about(self, subject: Subject, limit: int = 100) -> list[Change]:
        """Changes of this row, the newest first."""
        mine = "SELECT change_id FROM change_subject WHERE subject = ? AND subject_id = ?"
        return self._read(f"WHERE id IN ({mine}) ORDER BY id DESC LIMIT ?", [*subject, limit])

    def mark_undone(self, key: int, now: datetime) -> bool:
        """Note that a change was taken back; False when it had been already."""
        done = self._db.execute(
            "UPDATE change_log SET undone_at = ? WHERE id = ? AND undone_at IS NULL", [to_text(now), key]
        )
        return done.rowcount > 0

    def _line(self, change: NewChange, same: Subject | None) -> Change | None:
        about, values = "", []
        if same is not None:
            about = "AND id IN (SELECT change_id FROM change_subject WHERE subject = ? AND subject_id = ?)"
            values = list(same)
        which = f"WHERE job_run_id = ? AND kind = ? AND undone_at IS NULL {about} LIMIT 1"
        return next(iter(self._read(which, [change.job_run_id, change.kind, *values])), None)

    def _subject(self, key: int, subjects: Sequence[Subject]) -> None:
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO change_subject VALUES (?, ?, ?)",
            [(key, subject, number) for subject, number in subjects],
        )

    def _read(self, which: str, values: Sequence[Any]) -> list[Change]:
        rows = list(self._db.query(f"SELECT * FROM change_log {which}", list(values)))
        return [
            Change(
                kind=row["kind"],
                subjects=self._subjects(row["id"]),
                detail=json.loads(row["detail"]),
                undo=json.loads(row["undo"]),
                actor=Actor(row["actor"]),
                job_run_id=row["job_run_id"],
                id=row["id"],
                at=from_text(row["at"]),
                undone_at=from_text(row["undone_at"]) if row["undone_at"] else None,
            )
            for row in rows
        ]

    def _subjects(self, key: int) -> tuple[Subject, ...]:
        rows = self._db.execute(
            "SELECT subject, subject_id FROM change_subject WHERE change_id = ? ORDER BY subject, subject_id", [key]
        )
        return tuple((row[0], row[1]) for row in rows.fetchall())


def _wordless(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _checked(value) for key, value in found.items()}


def _checked(value: Any) -> Any:
    """The value, when it is a number, a state or a list or mapping of these."""
    if value is None or isinstance(value, bool | int | float | StrEnum):
        return value
    if isinstance(value, list | tuple):
        return [_checked(part) for part in value]
    if isinstance(value, Mapping):
        return {int(key): _checked(part) for key, part in value.items()}
    raise ValueError(f"the change log holds no words, and {type(value).__name__} may be some")
