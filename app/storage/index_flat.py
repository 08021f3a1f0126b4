"""Exact search over everything: what recall at size is measured against. Holds every vector in memory."""

from __future__ import annotations

from collections.abc import Iterable

import faiss
import numpy as np

from app.storage.index_signs import Ids, Vectors
from app.storage.store import Store

_AT_ONCE = 20_000


class FlatIndex:
    """A flat FAISS index over all vectors of a store at this moment, and BM25 over every match of every word."""

    def __init__(self, store: Store) -> None:
        self._db = store._db
        rows = self._db.execute("SELECT span_id, vector FROM span_vector ORDER BY id")
        self._spans: Ids = np.empty(0, dtype=np.int64)
        self._index = None
        while part := rows.fetchmany(_AT_ONCE):
            vectors = np.frombuffer(b"".join([row[1] for row in part]), dtype="<f4").reshape(len(part), -1)
            self._index = self._index or faiss.IndexFlatIP(vectors.shape[1])
            self._index.add(vectors)
            self._spans = np.append(self._spans, np.array([row[0] for row in part], dtype=np.int64))

    def nearest(self, vector: Vectors, limit: int) -> list[int]:
        """The spans of highest cosine, best first."""
        if self._index is None:
            return []
        found = self._index.search(vector.reshape(1, -1), min(limit, len(self._spans)))[1][0]
        return [int(key) for key in self._spans[found]]

    def with_words(self, words: Iterable[str], limit: int) -> list[int]:
        """The spans of highest BM25 for any of these words, best first."""
        match = " OR ".join('"' + word.replace('"', "") + '"' for word in words)
        rows = self._db.execute(
            "SELECT rowid FROM span_text WHERE span_text MATCH ? ORDER BY rank LIMIT ?", [match, limit]
        )
        return [row[0] for row in rows.fetchall()]
