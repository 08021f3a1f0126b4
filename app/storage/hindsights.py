"""Vectors of spans in hindsight: with what was said around them, also after. Triggers drop those whose surroundings
changed, so that nothing that was erased lives on in its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

AROUND = 2
"""Spans to each side; the triggers say the same."""

Vectors = npt.NDArray[np.float32]

_AROUND = """
SELECT id FROM (SELECT id FROM span WHERE conversation_id = ?1 AND id <= ?2 ORDER BY id DESC LIMIT ?3)
UNION SELECT id FROM (SELECT id FROM span WHERE conversation_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3 - 1) ORDER BY id
"""


class Hindsights:
    """The table `hindsight`. A row that is `apart` is one that a person wants to do without, for good."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def pending(self, identity: str, after: int, limit: int) -> list[int]:
        """Ids beyond `after` of spans that have a vector by this embedder and none in hindsight, in order."""
        rows = self._db.execute(
            "SELECT v.span_id FROM span_vector v JOIN embedder ON embedder.id = v.embedder_id WHERE identity = ? "
            "AND v.span_id > ? AND NOT EXISTS (SELECT 1 FROM hindsight h WHERE h.span_id = v.span_id "
            "AND h.embedder_id = v.embedder_id) ORDER BY v.span_id LIMIT ?",
            [identity, after, limit],
        )
        return [row[0] for row in rows.fetchall()]

    def around(self, span_id: int) -> list[int]:
        """The span and the two to each side of it in its conversation, in order; none when it is gone."""
        row = self._db.execute("SELECT conversation_id FROM span WHERE id = ?", [span_id]).fetchone()
        if row is None:
            return []
        return [found[0] for found in self._db.execute(_AROUND, [row[0], span_id, AROUND + 1]).fetchall()]

    def add(self, identity: str, vectors: dict[int, Vectors], job_run_id: int | None = None) -> None:
        """Keep vectors, in half precision; spans erased meanwhile are passed over, and what is there stays."""
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO hindsight (span_id, embedder_id, vector, job_run_id) "
            "SELECT span.id, embedder.id, ?, ? FROM span, embedder WHERE span.id = ? AND embedder.identity = ?",
            [(found.astype("<f2").tobytes(), job_run_id, key, identity) for key, found in vectors.items()],
        )

    def read(self, identity: str, ids: Sequence[int]) -> dict[int, Vectors]:
        """The vectors in hindsight of those of these spans that have one."""
        found: dict[int, Vectors] = {}
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            rows = self._db.execute(
                "SELECT span_id, vector FROM hindsight JOIN embedder ON embedder.id = embedder_id "
                f"WHERE NOT apart AND identity = ? AND span_id IN ({', '.join('?' * len(part))})",
                [identity, *part],
            )
            found |= {key: np.frombuffer(blob, dtype="<f2").astype(np.float32) for key, blob in rows.fetchall()}
        return found

    def do_without(self, job_run_id: int) -> int:
        """Do without those that a run made, for good; how many."""
        done = self._db.execute("UPDATE hindsight SET apart = 1 WHERE job_run_id = ? AND NOT apart", [job_run_id])
        return done.rowcount

    def clear(self) -> None:
        """Drop all but what a person wants to do without."""
        self._db.execute("DELETE FROM hindsight WHERE NOT apart")
