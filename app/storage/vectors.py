"""Vectors of spans: kept in SQLite under the identity of their embedder, searched in FAISS.

The FAISS file is a cache. It is believed only when its checksum and its embedder agree, is then
brought in line with the table id by id, and is rebuilt from the table when anything is amiss.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

Vectors = npt.NDArray[np.float32]
_log = logging.getLogger(__name__)


class VectorIndex:
    """The table `span_vector` for one embedder, and the index over it. Vectors are unit length, so the
    inner product is the cosine."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self._path = path
        self._identity = ""
        self._embedder_id = 0
        self._seen_version = -1
        self._saved = 0
        self._index: Any = None

    def use(self, identity: str, dimension: int) -> None:
        """Search with this embedder from now on: load its cache or rebuild it. Idempotent."""
        if identity == self._identity:
            return
        self._embedder_id, self._identity = self._key_of(identity, dimension), identity
        self._index = self._load(dimension) or faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._saved, self._seen_version = self._index.ntotal, -1
        self._follow()

    @property
    def ready(self) -> bool:
        """Whether an embedder has been named."""
        return self._index is not None

    def pending(self, before: int, limit: int) -> list[int]:
        """Ids below `before` of spans that have no vector yet, newest first."""
        rows = self._db.execute(
            "SELECT id FROM span WHERE id < ? AND NOT EXISTS (SELECT 1 FROM span_vector v "
            "WHERE v.embedder_id = ? AND v.span_id = span.id) ORDER BY id DESC LIMIT ?",
            [before, self._embedder_id, limit],
        )
        return [row[0] for row in rows.fetchall()]

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Store vectors, shape (len(ids), dimension); spans erased meanwhile are passed over."""
        marks = ", ".join("?" * len(ids))
        alive = {r[0] for r in self._db.execute(f"SELECT id FROM span WHERE id IN ({marks})", list(ids)).fetchall()}
        keep = [i for i, key in enumerate(ids) if key in alive]
        self._db.conn.executemany(
            "INSERT OR REPLACE INTO span_vector (span_id, embedder_id, vector) VALUES (?, ?, ?)",
            [(ids[i], self._embedder_id, vectors[i].astype("<f4").tobytes()) for i in keep],
        )
        self._put(np.array([ids[i] for i in keep], dtype=np.int64), vectors[keep])

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """The nearest spans by cosine, best first."""
        self._follow()
        if not self._index.ntotal:
            return []
        scores, ids = self._index.search(vector.reshape(1, -1), min(limit, self._index.ntotal))
        return [(int(key), float(score)) for key, score in zip(ids[0], scores[0], strict=True) if key >= 0]

    def cosines(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The exact cosine for each of these spans that has a vector."""
        known = {}
        for key in ids:
            try:
                known[key] = float(self._index.reconstruct(int(key)) @ vector)
            except RuntimeError:  # faiss: the id is not in the index
                continue
        return known

    def count(self) -> int:
        """How many vectors the index holds."""
        return int(self._index.ntotal) if self._index is not None else 0

    def save(self) -> None:
        """Write the cache, if it has changed. A failure costs time at the next start, nothing else."""
        if self._index is None or self._index.ntotal == self._saved:
            return
        draft = self._path.with_suffix(".new")
        try:
            faiss.write_index(self._index, str(draft))
            note = {"identity": self._identity, "sha256": _sha256(draft)}
            os.replace(draft, self._path)
            self._path.with_suffix(".json").write_text(json.dumps(note), encoding="utf-8")
            self._saved = self._index.ntotal
        except (OSError, RuntimeError) as error:
            draft.unlink(missing_ok=True)
            _log.warning("the vector index was not saved: %s", error)

    def _key_of(self, identity: str, dimension: int) -> int:
        known = "SELECT id FROM embedder WHERE identity = ?"
        if (row := self._db.execute(known, [identity]).fetchone()) is None:
            with self._db.atomic():
                self._db.execute(
                    "INSERT OR IGNORE INTO embedder (identity, dimension) VALUES (?, ?)", [identity, dimension]
                )
            row = self._db.execute(known, [identity]).fetchone()
        return int(row[0])

    def _load(self, dimension: int) -> Any:
        try:
            note = json.loads(self._path.with_suffix(".json").read_text(encoding="utf-8"))
            if note["identity"] != self._identity or note["sha256"] != _sha256(self._path):
                return None
            index = faiss.read_index(str(self._path))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            _log.warning("the vector index is rebuilt: %s", error)
            return None
        return index if index.d == dimension else None

    def _follow(self) -> None:
        """Bring the index in line with the table when another process has changed it, and at the start."""
        version = self._db.execute("PRAGMA data_version").fetchone()[0]
        if version == self._seen_version:
            return
        rows = self._db.execute("SELECT span_id FROM span_vector WHERE embedder_id = ?", [self._embedder_id])
        stored = np.fromiter((row[0] for row in rows), dtype=np.int64)
        held = faiss.vector_to_array(self._index.id_map)
        gone = np.setdiff1d(held, stored)
        if gone.size:
            self._index.remove_ids(gone)
        for part in np.array_split(new := np.setdiff1d(stored, held), max(1, new.size // 10_000)):
            self._fetch(part)
        self._seen_version = version

    def _fetch(self, ids: npt.NDArray[np.int64]) -> None:
        if not ids.size:
            return
        rows = self._db.execute(
            "SELECT span_id, vector FROM span_vector WHERE embedder_id = ? AND span_id BETWEEN ? AND ?",
            [self._embedder_id, int(ids[0]), int(ids[-1])],
        ).fetchall()
        wanted = set(ids.tolist())
        rows = [row for row in rows if row[0] in wanted]
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), -1)
        self._put(np.array([row[0] for row in rows], dtype=np.int64), vectors)

    def _put(self, ids: npt.NDArray[np.int64], vectors: Vectors) -> None:
        if ids.size:
            self._index.remove_ids(ids)
            self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
