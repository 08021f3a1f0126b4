"""Vectors of keys: other wordings under which a span is found, one row a span and embedder.

The first key is the span with what was said before it, the rest are its sentences as facts. They only judge
candidates and are never searched, so they need no index and half precision is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

Vectors = npt.NDArray[np.float32]


class KeyRows(NamedTuple):
    """The vectors of some spans under each other, shape (keys, dimension); of `ids[i]` from row `starts[i]`."""

    ids: list[int]
    starts: npt.NDArray[np.int64]
    vectors: Vectors


class Keys:
    """The table `span_key`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._complete: dict[str, int] = {}  # by embedder: every span up to this id has its keys

    def add(self, identity: str, vectors: dict[int, Vectors]) -> None:
        """Store the key vectors, shape (keys, dimension), of each span; spans erased meanwhile are passed over."""
        self._db.conn.executemany(
            "INSERT OR REPLACE INTO span_key (span_id, embedder_id, vectors) "
            "SELECT span.id, embedder.id, ? FROM span, embedder WHERE span.id = ? AND embedder.identity = ?",
            [(found.astype("<f2").tobytes(), key, identity) for key, found in vectors.items()],
        )

    def pending(self, identity: str, before: int, limit: int) -> list[int]:
        """Ids below `before` of spans that have no keys of this embedder yet, newest first."""
        complete = self._complete.get(identity, 0)
        rows = self._db.execute(
            "SELECT id FROM span WHERE id < ? AND id > ? AND NOT EXISTS (SELECT 1 FROM span_key k WHERE "
            "k.span_id = span.id AND k.embedder_id = (SELECT id FROM embedder WHERE identity = ?)) "
            "ORDER BY id DESC LIMIT ?",
            [before, complete, identity, limit],
        )
        found = [row[0] for row in rows.fetchall()]
        if len(found) < limit and not self._db.conn.in_transaction:
            highest = int(self._db.execute("SELECT coalesce(max(id), 0) FROM span").fetchone()[0])
            self._complete[identity] = max(complete, min([*found, before, highest + 1]) - 1)
        return found

    def read(self, identity: str, ids: Sequence[int], dimension: int) -> KeyRows:
        """The key vectors of those of these spans that have some."""
        found: dict[int, bytes] = {}
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            rows = self._db.execute(
                "SELECT span_id, vectors FROM span_key JOIN embedder ON embedder.id = embedder_id "
                f"WHERE identity = ? AND vectors > x'' AND span_id IN ({', '.join('?' * len(part))})",
                [identity, *part],  # that of an archived memory is empty
            )
            found |= dict(rows.fetchall())
        vectors = np.frombuffer(b"".join(found.values()), dtype="<f2").astype(np.float32).reshape(-1, dimension)
        counts = [len(blob) // (2 * dimension) for blob in found.values()]
        return KeyRows(list(found), np.cumsum([0, *counts[:-1]])[: len(found)], vectors)

    def empty(self, ids: Sequence[int]) -> None:
        """Give up the keys of these spans, and make no new ones."""
        self._db.conn.executemany("UPDATE span_key SET vectors = x'' WHERE span_id = ?", [(key,) for key in ids])

    def refill(self, ids: Sequence[int]) -> None:
        """Let these spans have keys again where they gave them up: they are pending once more."""
        self.again([key for key in ids if self._is_empty(key)])

    def again(self, ids: Sequence[int]) -> None:
        """Drop the keys of these spans, so that new ones are made."""
        self._db.conn.executemany("DELETE FROM span_key WHERE span_id = ?", [(key,) for key in ids])
        self._complete = {name: min(done, min(ids, default=done) - 1) for name, done in self._complete.items()}

    def _is_empty(self, span_id: int) -> bool:
        rows = self._db.execute("SELECT 1 FROM span_key WHERE span_id = ? AND vectors = x''", [span_id])
        return rows.fetchone() is not None
