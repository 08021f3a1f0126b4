"""What was said again: spans that recall shows as the one they repeat, their exemplar. Nothing is rewritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlite_utils import Database


class Fold(NamedTuple):
    """A span that says what its exemplar says; `likeness` is their cosine."""

    span_id: int
    exemplar_id: int
    likeness: float


class Folds:
    """The table `fold`. A row that is `apart` is a pair that a person took apart again, for good."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, folds: Iterable[Fold]) -> None:
        """Fold these spans. Pairs that a person took apart stay so, and what was folded once stays with its first."""
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO fold (span_id, exemplar_id, likeness) SELECT s.id, e.id, ? FROM span s, span e "
            "WHERE s.id = ? AND e.id = ?",
            [(fold.likeness, fold.span_id, fold.exemplar_id) for fold in folds],
        )

    def join(self, folds: Iterable[Fold]) -> None:
        """Fold these spans as a person wishes, also where they took them apart before. What was folded into one of them
        follows it."""
        for fold in folds:
            self._db.execute(
                "INSERT INTO fold (span_id, exemplar_id, likeness) VALUES (?, ?, ?) ON CONFLICT (span_id) "
                "DO UPDATE SET exemplar_id = excluded.exemplar_id, likeness = excluded.likeness, apart = 0",
                [fold.span_id, fold.exemplar_id, fold.likeness],
            )
            self._db.execute(
                "UPDATE fold SET exemplar_id = ?1 WHERE exemplar_id = ?2 AND span_id != ?1 AND NOT apart",
                [fold.exemplar_id, fold.span_id],
            )
            self._db.execute("DELETE FROM fold WHERE span_id = ? AND exemplar_id = ?", [fold.exemplar_id, fold.span_id])

    def exemplars(self, ids: Sequence[int]) -> dict[int, int]:
        """The exemplar of each of these spans that is folded."""
        found: dict[int, int] = {}
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            marks = ", ".join("?" * len(part))
            rows = self._db.execute(
                f"SELECT span_id, exemplar_id FROM fold WHERE NOT apart AND span_id IN ({marks})", part
            )
            found |= dict(rows.fetchall())
        return found

    def repeats(self, exemplar_ids: Sequence[int]) -> dict[int, int]:
        """How many spans are folded into each of these."""
        marks = ", ".join("?" * len(exemplar_ids))
        rows = self._db.execute(
            f"SELECT exemplar_id, count(*) FROM fold WHERE NOT apart AND exemplar_id IN ({marks}) GROUP BY exemplar_id",
            list(exemplar_ids),
        )
        return dict(rows.fetchall())

    def repeated(self, ids: Sequence[int]) -> set[int]:
        """Which of these were ever found to repeat others, also where a person took them apart."""
        marks = ", ".join("?" * len(ids))
        rows = self._db.execute(f"SELECT span_id FROM fold WHERE span_id IN ({marks})", list(ids))
        return {row[0] for row in rows.fetchall()}

    def take_apart(self, span_ids: Iterable[int]) -> None:
        """Let these spans stand for themselves, and keep it so."""
        self._db.conn.executemany("UPDATE fold SET apart = 1 WHERE span_id = ?", [(key,) for key in span_ids])

    def count(self) -> int:
        """How many spans are folded."""
        return int(self._db.execute("SELECT count(*) FROM fold WHERE NOT apart").fetchone()[0])

    def clear(self) -> None:
        """Drop all folds but what a person took apart."""
        self._db.execute("DELETE FROM fold WHERE NOT apart")
