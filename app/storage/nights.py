"""How far sleep has come: what it has gone over, and by which method."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

Vectors = npt.NDArray[np.float32]


class Reached(NamedTuple):
    """By which method sleep worked, up to which span, and up to which moment of the recall log (as text)."""

    method: str = ""
    span_id: int = 0
    recalled_at: str = ""


class Nights:
    """The table `consolidation`, and reading what is new since."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def reached(self) -> Reached:
        """How far sleep has come."""
        row = self._db.execute("SELECT method, span_id, recalled_at FROM consolidation").fetchone()
        return Reached(*row) if row else Reached()

    def reach(self, reached: Reached) -> None:
        """Keep how far sleep has come."""
        self._db.execute("INSERT OR REPLACE INTO consolidation VALUES (1, ?, ?, ?)", list(reached))

    def new(self, after: int, identity: str, limit: int) -> dict[int, Vectors]:
        """The next spans beyond `after` with their vectors by this embedder, up to the first that waits for one."""
        rows = self._db.execute(
            "SELECT span.id, vector FROM span LEFT JOIN span_vector v ON v.span_id = span.id AND v.embedder_id = "
            "(SELECT id FROM embedder WHERE identity = ?) WHERE span.id > ? ORDER BY span.id LIMIT ?",
            [identity, after, limit],
        )
        found: dict[int, Vectors] = {}
        for key, blob in rows.fetchall():
            if blob is None:
                break
            found[key] = np.frombuffer(blob, dtype="<f4")
        return found

    def left(self, after: int) -> int:
        """How many spans lie beyond this one."""
        return int(self._db.execute("SELECT count(*) FROM span WHERE id > ?", [after]).fetchone()[0])

    def recalled(self, after: str, limit: int) -> list[tuple[str, list[int]]]:
        """What was shown together beside each question recalled after this moment, oldest first, best first."""
        rows = self._db.execute(
            "SELECT id, created_at FROM recall WHERE created_at > ? ORDER BY created_at LIMIT ?", [after, limit]
        )
        hits = "SELECT span_id FROM recall_hit WHERE recall_id = ? ORDER BY score DESC, rank"
        return [(at, [row[0] for row in self._db.execute(hits, [key]).fetchall()]) for key, at in rows.fetchall()]

    def dimension(self, identity: str) -> int:
        """The dimension of an embedder's vectors."""
        row = self._db.execute("SELECT dimension FROM embedder WHERE identity = ?", [identity]).fetchone()
        return int(row[0]) if row else 0

    def vectors(self, span_ids: list[int], identity: str) -> dict[int, Vectors]:
        """The vectors of those of these spans that have one by this embedder."""
        found: dict[int, Vectors] = {}
        for start in range(0, len(span_ids), 500):
            part = span_ids[start : start + 500]
            rows = self._db.execute(
                "SELECT span_id, vector FROM span_vector JOIN embedder ON embedder.id = embedder_id "
                f"WHERE identity = ? AND span_id IN ({', '.join('?' * len(part))})",
                [identity, *part],
            )
            found |= {key: np.frombuffer(blob, dtype="<f4") for key, blob in rows.fetchall()}
        return found

    def spans_of(self, episode_ids: list[int]) -> dict[int, list[int]]:
        """The spans of each of these episodes, in order."""
        marks = ", ".join("?" * len(episode_ids))
        rows = self._db.execute(
            "SELECT episode.id, span.id FROM episode JOIN span ON span.conversation_id = episode.conversation_id "
            "AND span.first_message_id BETWEEN episode.first_message_id AND episode.last_message_id "
            f"WHERE episode.id IN ({marks}) ORDER BY span.id",
            episode_ids,
        )
        found: dict[int, list[int]] = {}
        for episode, span in rows.fetchall():
            found.setdefault(episode, []).append(span)
        return found
