"""Collect what might answer: by words (BM25), by meaning (cosine), and what was said right beside those."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.core.types import Role
from app.memory.recall.query import Query
from app.storage.store import Store

POOL = 150


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that might answer. `cosine` is 0 where there is no vector, `bm25` is 0 where no word matches."""

    span_id: int
    message_id: int
    speaker: str
    role: Role
    beside: tuple[int, ...]
    cosine: float = 0.0
    bm25: float = 0.0
    score: float = 0.0


def gather(store: Store, query: Query, vector: npt.NDArray[np.float32] | None, pool: int = POOL) -> list[Candidate]:
    """The best `pool` by words and the best `pool` by meaning, with their neighbours; unranked.

    A read-only operation. With no vector, by words alone.
    """
    by_words = dict(store.spans.search(query.words, pool))
    nearest = [key for key, _ in store.vectors.search(vector, pool)] if vector is not None else []
    first = store.spans.neighbours(list(dict.fromkeys([*by_words, *nearest])))
    around = {key for place in first.values() for key in place.beside} - first.keys()
    places = first | store.spans.neighbours(sorted(around))
    cosines = store.vectors.cosines(vector, list(places)) if vector is not None else {}
    return [
        Candidate(
            span_id=key,
            message_id=place.message_id,
            speaker=place.speaker,
            role=place.role,
            beside=place.beside,
            cosine=cosines.get(key, 0.0),
            bm25=by_words.get(key, 0.0),
        )
        for key, place in places.items()
    ]
