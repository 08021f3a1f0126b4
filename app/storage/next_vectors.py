"""Vectors of an embedder that is to serve once they are complete. Until then its name in the table begins with "next ",
so that nothing else takes them for those to search in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlite_utils import Database

from app.storage.index_signs import Vectors, signs_of

_NEXT = "next "
_AT_ONCE = 2_000  # rows that are dropped in a step


class NextVectors:
    """Adds them, tells what is missing, lets them take over, and drops those of embedders that serve no more."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, identity: str, dimension: int) -> str:
        """The name under which vectors of an embedder are kept from now on: its own if it served before."""
        if self._key(identity) is not None:
            return identity
        row = [_NEXT + identity, dimension]
        self._db.execute("INSERT OR IGNORE INTO embedder (identity, dimension) VALUES (?, ?)", row)
        return _NEXT + identity

    def pending(self, name: str, before: int, limit: int) -> list[int]:
        """Ids below `before` of spans that have no vector under this name, newest first."""
        rows = self._db.execute(
            "SELECT id FROM span WHERE id < ? AND NOT EXISTS (SELECT 1 FROM span_vector v WHERE v.embedder_id = ? "
            "AND v.span_id = span.id) ORDER BY id DESC LIMIT ?",
            [before, self._key(name), limit],
        )
        return [row[0] for row in rows.fetchall()]

    def missing(self, name: str) -> int:
        """How many spans have no vector under this name."""
        rows = self._db.execute("SELECT count(*) FROM span_vector WHERE embedder_id = ?", [self._key(name)])
        return max(0, int(self._db.execute("SELECT count(*) FROM span").fetchone()[0]) - int(rows.fetchone()[0]))

    def add(self, name: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Store vectors, shape (len(ids), dimension); spans erased meanwhile are passed over."""
        signs = signs_of(vectors)
        self._db.conn.executemany(
            "INSERT OR REPLACE INTO span_vector (span_id, embedder_id, signs, vector) "
            "SELECT span.id, ?, ?, ? FROM span WHERE span.id = ?",
            [
                (self._key(name), signs[i].tobytes(), vectors[i].astype(np.dtype("<f4")).tobytes(), key)
                for i, key in enumerate(ids)
            ],
        )

    def take_over(self, name: str) -> None:
        """From now on they are vectors like any others."""
        self._db.execute("UPDATE embedder SET identity = ? WHERE identity = ?", [name.removeprefix(_NEXT), name])

    def others(self, *names: str) -> list[str]:
        """Names of all embedders in the table but these."""
        rows = self._db.execute("SELECT identity FROM embedder ORDER BY id").fetchall()
        return [row[0] for row in rows if row[0] not in names]

    def drop(self, name: str) -> bool:
        """Drop a step of the vectors of an embedder, and its name with the last; whether any are left."""
        key = self._key(name)
        for table in ("span_vector", "span_key", "hindsight"):
            some = f"SELECT rowid FROM {table} WHERE embedder_id = ? LIMIT {_AT_ONCE}"
            gone = self._db.execute(f"DELETE FROM {table} WHERE rowid IN ({some})", [key])
            if gone.rowcount:
                return True
        self._db.execute("DELETE FROM embedder WHERE id = ?", [key])
        return False

    def _key(self, name: str) -> int | None:
        row = self._db.execute("SELECT id FROM embedder WHERE identity = ?", [name]).fetchone()
        return int(row[0]) if row is not None else None
