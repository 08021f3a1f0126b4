"""An index over the signs of vectors: one bit for each component, scanned whole.

The nearest by Hamming distance, as in SimHash (Charikar, 2002, section 3), are ordered by the inner product of their
signs with the vector that is asked for: the asymmetric distance (Jégou et al., 2011, section III-B; for bits Gordo et
al., 2014), which is closer to the cosine than the distance of two rounded vectors. Nothing is trained.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Signs = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_WIDE = 4_000  # taken by Hamming distance; the time hardly depends on it
_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32)


def signs_of(vectors: Vectors) -> Signs:
    """One bit for each component of each vector, shape (vectors, ceil(dimension / 8)): whether it is positive."""
    return np.packbits(vectors > 0, axis=1)


class SignIndex:
    """Ids with the signs of their vectors, in memory: 56 bytes each at 384 dimensions. Ids come in rising order."""

    def __init__(self, dimension: int) -> None:
        self._width = (dimension + 7) // 8
        self._flat = faiss.IndexBinaryFlat(8 * self._width)
        self._flat.use_heap = False  # type: ignore[attr-defined]  # counts by distance: many cost no more than few
        self._index = faiss.IndexBinaryIDMap(self._flat)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def ids(self) -> Ids:
        """All ids, rising. A view that is good until the next change."""
        ids: Ids = _view(self._index.id_map, len(self))
        return ids

    @property
    def signs(self) -> Signs:
        """The signs of each of `ids`. A view that is good until the next change."""
        signs: Signs = _view(self._flat.xb, len(self) * self._width)  # type: ignore[attr-defined]
        return signs.reshape(len(self), self._width)

    def add(self, ids: Ids, signs: Signs) -> None:
        """Take in vectors by their signs."""
        self._index.add_with_ids(signs, ids)

    def remove(self, ids: Ids) -> None:
        """Take these ids out; those that are not in it are passed over."""
        self._index.remove_ids(ids)  # type: ignore[arg-type]  # FAISS's own wrapper takes arrays

    def nearest(self, vector: Vectors, count: int, among: Callable[[Ids], Mask] | None = None) -> Ids:
        """About the `count` ids of highest inner product with `vector`, in no order; only those that are `among` some.
        Never more than there are."""
        if not len(self):
            return np.empty(0, dtype=np.int64)
        faiss.omp_set_num_threads(1)  # for this thread: waking others costs more than the scan takes
        found: Ids = self._index.search(signs_of(vector.reshape(1, -1)), min(max(count, _WIDE), len(self)))[1][0]
        if among is not None:
            found = found[among(found)]
        if count >= len(found):
            return found
        agreement = self._agreement(vector, self.signs[np.searchsorted(self.ids, found)])
        return found[np.argpartition(-agreement, count)[:count]]

    def _agreement(self, vector: Vectors, signs: Signs) -> Vectors:
        """The sum of the components whose bit is set, by a table of bytes: half the inner product and a constant."""
        padded = np.zeros(8 * self._width, dtype=np.float32)
        padded[: vector.size] = vector.reshape(-1)
        table = _BITS @ padded.reshape(self._width, 8).T
        total: Vectors = table[signs, np.arange(self._width)].sum(axis=1)
        return total


def _view(vector: Any, size: int) -> Any:
    return faiss.rev_swig_ptr(vector.data(), size)
