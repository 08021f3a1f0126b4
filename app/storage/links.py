"""Links between spans: which memories belong together, why, and how strongly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlite_utils import Database

from app.core.clock import from_text, to_text


class Reason(StrEnum):
    """Why two memories are linked."""

    ALIKE = "alike"  # they are about the same
    TOGETHER = "together"  # they were recalled together


class Link(NamedTuple):
    """Two spans, the earlier first. `weight` is 0 to 1, as it was when the link was last strengthened."""

    a_id: int
    b_id: int
    reason: Reason
    weight: float
    strengthened_at: datetime


class Links:
    """The table `link`. A row that is `apart` is a link that a person took away, for good."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, links: Iterable[Link], job_run_id: int | None = None) -> None:
        """Keep these links, in place of what was known of them; those a person took away stay away."""
        self._db.conn.executemany(
            "INSERT INTO link (a_id, b_id, reason, weight, strengthened_at, job_run_id) SELECT a.id, b.id, ?, ?, ?, ? "
            "FROM span a, span b WHERE a.id = ? AND b.id = ? ON CONFLICT DO UPDATE SET weight = excluded.weight, "
            "strengthened_at = excluded.strengthened_at, job_run_id = excluded.job_run_id WHERE NOT apart",
            [
                (link.reason, link.weight, to_text(link.strengthened_at), job_run_id, link.a_id, link.b_id)
                for link in links
            ],
        )

    def of(self, ids: Sequence[int], reason: Reason | None = None) -> list[Link]:
        """The links of these spans."""
        which, values = ("AND reason = ?", [reason]) if reason else ("", [])
        marks = ", ".join("?" * len(ids))
        rows = []
        for end in ("a_id", "b_id"):
            rows += self._db.execute(
                "SELECT a_id, b_id, reason, weight, strengthened_at FROM link "
                f"WHERE {end} IN ({marks}) AND NOT apart {which}",
                [*ids, *values],
            ).fetchall()
        return sorted({Link(a, b, Reason(why), weight, from_text(at)) for a, b, why, weight, at in rows})

    def of_run(self, job_run_id: int, reason: Reason, limit: int = 1 << 62) -> list[tuple[int, int]]:
        """The pairs that a run was the last to link or to strengthen, the strongest first."""
        rows = self._db.execute(
            "SELECT a_id, b_id FROM link WHERE job_run_id = ? AND reason = ? AND NOT apart "
            "ORDER BY weight DESC, a_id, b_id LIMIT ?",
            [job_run_id, reason, limit],
        )
        return [(row[0], row[1]) for row in rows.fetchall()]

    def take_away(self, job_run_id: int, reason: Reason) -> int:
        """Unlink what a run was the last to link or to strengthen, and keep it so; how many links."""
        done = self._db.execute(
            "UPDATE link SET apart = 1 WHERE job_run_id = ? AND reason = ? AND NOT apart", [job_run_id, reason]
        )
        return done.rowcount

    def drop(self, reason: Reason, before: datetime) -> int:
        """Drop links that were last strengthened before this moment; how many."""
        old = "DELETE FROM link WHERE reason = ? AND strengthened_at < ? AND NOT apart"
        return self._db.execute(old, [reason, to_text(before)]).rowcount

    def count(self) -> int:
        """How many links there are."""
        return int(self._db.execute("SELECT count(*) FROM link WHERE NOT apart").fetchone()[0])

    def clear(self) -> None:
        """Drop all links but those that a person took away."""
        self._db.execute("DELETE FROM link WHERE NOT apart")
