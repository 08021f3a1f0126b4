"""What each background run did. An open run is also the lock that keeps another from beginning, in any process."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from app.core.clock import from_text, to_text

KEPT = 2_000
"""Runs that are kept; the oldest give way."""


class Outcome(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # somebody came back, or the app was closed: the next run goes on
    ASKED = "asked"  # it would have changed more than it may without a word from the user
    FAILED = "failed"
    DIED = "died"  # its process ended in the middle


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a job: how far it got (`done` of `total`), figures by name, and how it ended."""

    id: int
    name: str
    started_at: datetime
    ended_at: datetime | None
    done: int
    total: int
    outcome: Outcome
    figures: Mapping[str, float] = field(default_factory=dict)


class JobRuns:
    """The table `job_run`. Inside a transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, name: str, holder: str, alive: Callable[[str], bool], now: datetime) -> int | None:
        """Begin a run in the name of a process (`holder`); its id, or None while another that is `alive` has not ended.

        A run whose process is gone is closed as one that died.
        """
        rows = self._db.execute("SELECT id, holder FROM job_run WHERE name = ? AND ended_at IS NULL", [name]).fetchall()
        for key, other in rows:
            if alive(other):
                return None
            self.end(key, Outcome.DIED, now)
        key = self._db.execute(
            "INSERT INTO job_run (name, holder, started_at, seen_at) VALUES (?, ?, ?, ?)",
            [name, holder, to_text(now), to_text(now)],
        ).lastrowid
        self._db.execute(
            "DELETE FROM job_run WHERE id <= (SELECT id FROM job_run ORDER BY id DESC LIMIT 1 OFFSET ?)", [KEPT]
        )
        return key

    def report(self, key: int, done: int, total: int, now: datetime) -> None:
        """Note how far a run got."""
        self._db.execute(
            "UPDATE job_run SET done = ?, total = ?, seen_at = ? WHERE id = ?", [done, total, to_text(now), key]
        )

    def end(self, key: int, outcome: Outcome, now: datetime, figures: Mapping[str, float] | None = None) -> None:
        """Close a run. One that is closed already stays as it is."""
        self._db.execute(
            "UPDATE job_run SET ended_at = ?, outcome = ?, figures = ? WHERE id = ? AND ended_at IS NULL",
            [to_text(now), outcome, json.dumps(dict(figures or {})), key],
        )

    def drop(self, key: int) -> None:
        """Take back a run that found nothing to do."""
        self._db.execute("DELETE FROM job_run WHERE id = ?", [key])

    def open(self, name: str) -> int | None:
        """The id of the run of this job that has not ended."""
        row = self._db.execute("SELECT id FROM job_run WHERE name = ? AND ended_at IS NULL", [name]).fetchone()
        return int(row[0]) if row else None

    def get(self, key: int) -> JobRun | None:
        """The run of this id."""
        return next(iter(self._read("WHERE id = ?", [key])), None)

    def recent(self, limit: int = 50, name: str = "") -> list[JobRun]:
        """The newest runs first; of one job if it is named."""
        which, values = ("WHERE name = ?", [name]) if name else ("", [])
        return self._read(f"{which} ORDER BY id DESC LIMIT ?", [*values, limit])

    def last(self, name: str, outcome: Outcome = Outcome.DONE) -> JobRun | None:
        """The newest run of a job that ended so."""
        return next(iter(self._read("WHERE name = ? AND outcome = ? ORDER BY id DESC LIMIT 1", [name, outcome])), None)

    def _read(self, which: str, values: list[Any]) -> list[JobRun]:
        return [
            JobRun(
                row["id"],
                row["name"],
                from_text(row["started_at"]),
                from_text(row["ended_at"]) if row["ended_at"] else None,
                row["done"],
                row["total"],
                Outcome(row["outcome"]),
                json.loads(row["figures"]),
            )
            for row in self._db.query(f"SELECT * FROM job_run {which}", values)
        ]
