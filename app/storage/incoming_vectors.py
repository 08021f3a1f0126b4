"""Takes the vectors of an archive into a store, for the spans that came in or were there."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

from app.storage.index_signs import signs_of
from app.storage.parts import GONE


class IncomingVectors:
    """`spans` has the ids of the spans by their numbers in the archive, as they come in."""

    def __init__(self, db: Database, spans: array[int]) -> None:
        self._db, self._spans = db, spans

    def put(self, identity: str, dimension: int, spans: npt.NDArray[np.int64], vectors: bytes) -> None:
        """Take in vectors (float32) of spans by their numbers; those that a span has already stay."""
        if (embedder := self._embedder(identity, dimension)) is None:
            return
        found, ids = np.frombuffer(vectors, dtype="<f4").reshape(len(spans), dimension), self._spans
        signs = signs_of(found)
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO span_vector (span_id, embedder_id, signs, vector) VALUES (?, ?, ?, ?)",
            [
                (ids[number], embedder, signs[i].tobytes(), found[i].tobytes())
                for i, number in enumerate(spans.tolist())
                if ids[number] != GONE
            ],
        )

    def put_keys(self, identity: str, dimension: int, counts: npt.NDArray[np.int64], vectors: bytes) -> None:
        """Take in keys (float16): rows of a span's number and how many it has, and these one after the other."""
        if (embedder := self._embedder(identity, dimension)) is None:
            return
        ids, rows, at = self._spans, [], 0
        for number, count in counts.tolist():
            end = at + count * dimension * 2
            if ids[number] != GONE:
                rows.append((ids[number], embedder, vectors[at:end]))
            at = end
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO span_key (span_id, embedder_id, vectors) VALUES (?, ?, ?)", rows
        )

    def _embedder(self, identity: str, dimension: int) -> int | None:
        """The embedder of this name; None where the one here gives vectors of another size."""
        self._db.execute("INSERT OR IGNORE INTO embedder (identity, dimension) VALUES (?, ?)", [identity, dimension])
        row = self._db.execute("SELECT id, dimension FROM embedder WHERE identity = ?", [identity]).fetchone()
        return int(row[0]) if row[1] == dimension else None
