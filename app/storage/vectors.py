"""Vectors of spans: kept in SQLite under the identity of their embedder, and found by their signs.

There is no file beside the table that could disagree with it: docs/decisions/0008-index-kinds.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

import numpy as np
from sqlite_utils import Database

from app.storage.index_signs import Ids, Mask, SignIndex, Vectors, signs_of

_JUDGED = 500  # proposals that are judged by their true cosine, beside twice as many as are asked for
_AT_ONCE = 20_000  # rows in memory while the index is read
_FEW_GONE = 20  # more than so many proposals that are gone: then others are gone, too, and all are looked up


class VectorIndex:
    """The table `span_vector` for one embedder, and the index over it. Vectors are unit length, so the inner product is
    the cosine.

    The index only proposes; what is returned was read from the table at that moment. Ids in the index are those of
    `span_vector`, which are never used twice, so that following other processes is a look beyond the last one known.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._identity = ""
        self._embedder_id = 0
        self._index: SignIndex | None = None
        self._last = 0  # the highest id in the index
        self._spans = np.empty((0, 2), dtype=np.int64)  # id and span of the rows up to the id `_listed`, when asked for
        self._listed = 0
        self._complete = 0  # every span up to this id has its vector

    def use(self, identity: str, dimension: int) -> None:
        """Search with this embedder from now on: read its index from the table. Idempotent."""
        if identity == self._identity:
            return
        self._embedder_id, self._identity = self._key_of(identity, dimension), identity
        self._index = SignIndex(dimension)
        self._last = self._complete = self._listed = 0
        self._spans = np.empty((0, 2), dtype=np.int64)
        self._followed()

    @property
    def ready(self) -> bool:
        """Whether an embedder has been named."""
        return self._index is not None

    def serves(self, identity: str) -> bool:
        """Whether it is vectors of this embedder that are searched now."""
        return self._index is not None and identity == self._identity

    def pending(self, before: int, limit: int) -> list[int]:
        """Ids below `before` of spans that have no vector yet, newest first."""
        rows = self._db.execute(
            "SELECT id FROM span WHERE id < ? AND id > ? AND NOT EXISTS (SELECT 1 FROM span_vector v "
            "WHERE v.embedder_id = ? AND v.span_id = span.id) ORDER BY id DESC LIMIT ?",
            [before, self._complete, self._embedder_id, limit],
        )
        found = [row[0] for row in rows.fetchall()]
        if len(found) < limit:
            self._complete = max(self._complete, min([*found, before, self._highest_span() + 1]) - 1)
        return found

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Store vectors, shape (len(ids), dimension); spans erased meanwhile are passed over."""
        marks = ", ".join("?" * len(ids))
        alive = {r[0] for r in self._db.execute(f"SELECT id FROM span WHERE id IN ({marks})", list(ids)).fetchall()}
        signs = signs_of(vectors)
        rows = [
            (key, self._embedder_id, signs[i].tobytes(), vectors[i].astype("<f4").tobytes())
            for i, key in enumerate(ids)
            if key in alive
        ]
        with self._db.atomic():
            self._db.conn.executemany(
                "INSERT OR REPLACE INTO span_vector (span_id, embedder_id, signs, vector) VALUES (?, ?, ?, ?)", rows
            )

    def search(
        self, vector: Vectors, limit: int, before: int = 1 << 62, judged: int = _JUDGED
    ) -> list[tuple[int, float]]:
        """The nearest spans by cosine, best first. Exact among the `judged + 2 limit` that their signs propose. Only
        those with ids below `before`, whatever came after."""
        index = self._followed()
        among = partial(self._below, before) if before <= self._highest_span() else None
        while (proposed := index.nearest(vector, judged + 2 * limit, among)).size:
            keys, spans, cosines = self._read("id", proposed, vector)
            if len(keys) == proposed.size:
                best = np.lexsort((spans, -cosines))[:limit]
                return [(int(spans[i]), float(cosines[i])) for i in best]
            self._drop(index, np.setdiff1d(proposed, keys))
        return []

    def cosines(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The exact cosine for each of these spans that has a vector."""
        _, spans, cosines = self._read("span_id", np.asarray(ids, dtype=np.int64), vector)
        return dict(zip(spans.tolist(), cosines.tolist(), strict=True))

    def read(self, ids: Sequence[int]) -> Vectors:
        """The vectors of those of these spans that have one, shape (found, dimension)."""
        wanted = "SELECT vector FROM span_vector WHERE embedder_id = ? AND span_id IN (SELECT value FROM json_each(?))"
        found = self._db.execute(wanted, [self._embedder_id, json.dumps(list(ids))]).fetchall()
        rows = [row[0] for row in found]
        return np.frombuffer(b"".join(rows), dtype="<f4").reshape(len(rows), -1) if rows else np.zeros((0, 0), "<f4")

    def count(self) -> int:
        """How many vectors there are of this embedder."""
        rows = self._db.execute("SELECT count(*) FROM span_vector WHERE embedder_id = ?", [self._embedder_id])
        return int(rows.fetchone()[0])

    def _below(self, before: int, ids: Ids) -> Mask:
        """Which rows of the table, by id, are of spans below `before`."""
        if self._last > self._listed:
            rows = self._db.execute(
                "SELECT id, span_id FROM span_vector WHERE embedder_id = ? AND id > ? ORDER BY id",
                [self._embedder_id, self._listed],
            ).fetchall()
            self._spans = np.concatenate([self._spans, np.array(rows, dtype=np.int64).reshape(-1, 2)])
            self._listed = self._last
        if not len(self._spans):
            return np.zeros(len(ids), dtype=bool)
        known = np.minimum(np.searchsorted(self._spans[:, 0], ids), len(self._spans) - 1)  # what is gone finds another
        return np.asarray(self._spans[known, 1] < before)

    def missing(self) -> int:
        """How many spans have no vector of this embedder."""
        return max(0, int(self._db.execute("SELECT count(*) FROM span").fetchone()[0]) - self.count())

    def verify(self) -> int:
        """Take out of the index in memory what has left the table; how many that were."""
        if self._index is None:
            return 0
        index = self._followed()
        before = len(index)
        if before != self.count():
            index.remove(self._gone(index))
        return before - len(index)

    def _key_of(self, identity: str, dimension: int) -> int:
        known = "SELECT id FROM embedder WHERE identity = ?"
        if (row := self._db.execute(known, [identity]).fetchone()) is None:
            with self._db.atomic():
                self._db.execute(
                    "INSERT OR IGNORE INTO embedder (identity, dimension) VALUES (?, ?)", [identity, dimension]
                )
            row = self._db.execute(known, [identity]).fetchone()
        return int(row[0])

    def _highest_span(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM span").fetchone()[0])

    def _followed(self) -> SignIndex:
        """The index with what is new in the table, from this process or another. What is not committed yet waits: were
        it rolled back, its ids would come again with other vectors."""
        assert self._index is not None, "an embedder is named first"
        if not self._db.conn.in_transaction:
            rows = self._db.execute(
                "SELECT id, signs FROM span_vector WHERE embedder_id = ? AND id > ? ORDER BY id",
                [self._embedder_id, self._last],
            )
            while part := rows.fetchmany(_AT_ONCE):
                ids = np.array([row[0] for row in part], dtype=np.int64)
                signs = np.frombuffer(b"".join([row[1] for row in part]), dtype=np.uint8)
                self._index.add(ids, signs.reshape(len(part), -1))
                self._last = int(ids[-1])
        return self._index

    def _drop(self, index: SignIndex, gone: Ids) -> None:
        """Take out ids that have left the table; when there are many, all that have."""
        index.remove(self._gone(index) if gone.size > _FEW_GONE else gone)

    def _gone(self, index: SignIndex) -> Ids:
        """All ids of the index that have left the table."""
        rows = self._db.execute("SELECT id FROM span_vector WHERE embedder_id = ?", [self._embedder_id])
        stored = np.fromiter((row[0] for row in rows), dtype=np.int64)
        return np.setdiff1d(index.ids, stored)

    def _read(self, column: str, wanted: Ids, vector: Vectors) -> tuple[Ids, Ids, Vectors]:
        """Ids, spans and cosines of the rows whose `column` is among `wanted`."""
        rows: list[tuple[int, int, bytes]] = []
        for start in range(0, wanted.size, _AT_ONCE):
            part = wanted[start : start + _AT_ONCE].tolist()
            rows += self._db.execute(
                f"SELECT id, span_id, vector FROM span_vector WHERE embedder_id = ? "
                f"AND {column} IN ({', '.join('?' * len(part))})",
                [self._embedder_id, *part],
            ).fetchall()
        vectors = np.frombuffer(b"".join([row[2] for row in rows]), dtype="<f4").reshape(len(rows), vector.size)
        keys = np.array([row[:2] for row in rows], dtype=np.int64).reshape(-1, 2)
        return keys[:, 0], keys[:, 1], vectors @ vector.reshape(-1)
