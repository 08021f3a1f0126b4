"""What became of memories that were shown: opened, cited or dismissed. The signal that recall learns from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from app.core.clock import to_text

KEPT = 1_000
"""Pieces of feedback that are kept; the oldest give way."""


class Shown(NamedTuple):
    """A memory that was shown: what each stage added to its score, and its signal, or None."""

    parts: dict[str, float]
    signal: str | None


class FeedbackLog:
    """The table `feedback`, and what the stages said of each hit. Numbers alone; it copies no words.

    A row hangs on its hit in the recall log, and goes with it when the memory or the question is erased.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, message_id: int, parts: Mapping[int, Mapping[str, float]]) -> None:
        """Note for spans that were shown beside the question `message_id` what each stage added to their scores."""
        self._db.conn.executemany(
            "UPDATE recall_hit SET parts = ? WHERE span_id = ? "
            "AND recall_id = (SELECT id FROM recall WHERE message_id = ?)",
            [(json.dumps(dict(of_one)), span_id, message_id) for span_id, of_one in parts.items()],
        )

    def add(self, message_id: int, span_id: int, signal: str, now: datetime, *, weak: bool = False) -> bool:
        """Note what became of a span shown beside a question, in place of what was noted before.

        A `weak` signal replaces none. Returns whether it was noted: only what was shown, with its parts, can be.
        """
        how = "IGNORE" if weak else "REPLACE"
        done = self._db.execute(
            f"INSERT OR {how} INTO feedback (recall_id, rank, signal, created_at) "
            "SELECT recall_id, rank, ?, ? FROM recall_hit JOIN recall ON recall.id = recall_id "
            "WHERE message_id = ? AND span_id = ? AND parts IS NOT NULL",
            [signal, to_text(now), message_id, span_id],
        )
        self._db.execute(
            "DELETE FROM feedback WHERE id <= (SELECT id FROM feedback ORDER BY id DESC LIMIT 1 OFFSET ?)", [KEPT]
        )
        return done.rowcount > 0

    def read(self) -> list[list[Shown]]:
        """For each question with feedback, all that it was shown, in the order of the prompt. Rows that cannot be
        read are passed over."""
        rows = self._db.execute(
            "SELECT h.recall_id, h.parts, f.signal FROM recall_hit h "
            "LEFT JOIN feedback f ON f.recall_id = h.recall_id AND f.rank = h.rank "
            "WHERE h.recall_id IN (SELECT recall_id FROM feedback) AND h.parts IS NOT NULL ORDER BY h.recall_id, h.rank"
        )
        found: dict[int, list[Shown]] = {}
        for recall_id, text, signal in rows.fetchall():
            if (parts := _parts(text)) is not None:
                found.setdefault(recall_id, []).append(Shown(parts, signal))
        return list(found.values())

    def state(self) -> tuple[int, int]:
        """How many there are, and the newest: changes whenever the feedback does."""
        count, newest = self._db.execute("SELECT count(*), coalesce(max(id), 0) FROM feedback").fetchone()
        return int(count), int(newest)

    def clear(self) -> int:
        """Forget all feedback, and what the stages said; how many pieces that were."""
        self._db.execute("UPDATE recall_hit SET parts = NULL WHERE parts IS NOT NULL")
        return int(self._db.execute("DELETE FROM feedback").rowcount)


def _parts(text: str) -> dict[str, float] | None:
    try:
        return {str(stage): float(value) for stage, value in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError):
        return None
