"""Order candidates by words, meaning, what was said beside them, and who said them.

Scores are brought to one scale over the candidates (z-score) before they are added: ranks throw
away how much better one is than the next, and lose to BM25 alone when fused with equal weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.core.types import Role
from app.memory.recall.candidates import Candidate
from app.memory.recall.query import Query


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts, in standard deviations. A part is switched off with 0.

    Round numbers on a plateau: each may vary by half without costing more than two points of
    recall@5 (LoCoMo 0-4).
    """

    cosine: float = 1.0
    bm25: float = 0.5
    beside: float = 0.25
    speaker: float = 1.5
    not_a_person: float = -0.5


def fuse(candidates: Sequence[Candidate], query: Query, weights: Weights | None = None) -> list[Candidate]:
    """The candidates with their `score`, best first; ties are settled by span id, the newer first.

    A turn is seen in the light of its neighbours: a share of their scores is added to its own.
    Words of an assistant or a tool count a little less than what a person said.
    """
    weights = weights or Weights()
    if not candidates:
        return []
    cosine = _scaled(_with_neighbours(candidates, [c.cosine for c in candidates], weights.beside))
    bm25 = _scaled(_with_neighbours(candidates, [c.bm25 for c in candidates], weights.beside))
    named = np.array([c.speaker in query.names for c in candidates], dtype=float)
    machine = np.array([c.role in (Role.ASSISTANT, Role.TOOL) for c in candidates], dtype=float)
    total = weights.cosine * cosine + weights.bm25 * bm25 + weights.speaker * named + weights.not_a_person * machine
    scored = [replace(c, score=float(score)) for c, score in zip(candidates, total, strict=True)]
    return sorted(scored, key=lambda c: (-c.score, -c.span_id))


def _with_neighbours(candidates: Sequence[Candidate], values: Sequence[float], share: float) -> npt.NDArray[np.float64]:
    of = {c.span_id: value for c, value in zip(candidates, values, strict=True)}
    return np.array([of[c.span_id] + share * sum(of.get(key, 0.0) for key in c.beside) for c in candidates])


def _scaled(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    scaled: npt.NDArray[np.float64] = (values - values.mean()) / max(float(values.std()), 1e-9)
    return scaled
