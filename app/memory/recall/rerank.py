"""Order candidates by a weighted sum of their features: light, and each part of a score can be shown."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from app.core.paths import resources_dir
from app.memory.recall.candidates import Candidate
from app.memory.recall.features import NAMES, STAGES, Matrix, features
from app.memory.recall.query import Query

_STAGE_OF = {name: stage for stage, names in STAGES.items() for name in names}
_OF_STAGE = np.array([[float(_STAGE_OF[name] == stage) for stage in STAGES] for name in NAMES])


@dataclass(frozen=True, slots=True)
class Reranker:
    """A weight for each feature, and the stages that are switched off."""

    weights: tuple[float, ...]
    without: frozenset[str] = frozenset()

    def rank(self, candidates: Sequence[Candidate], query: Query) -> list[Candidate]:
        """The candidates with their score and its parts, best first; of equals the newer first."""
        found = features(candidates, query, self.without)
        parts = (found * np.array(self.weights)) @ _OF_STAGE
        scores = parts.sum(axis=1)
        best = np.lexsort((-np.array([c.span.id for c in candidates], dtype=np.int64), -scores))
        return [replace(candidates[i], score=float(scores[i]), parts=_named(parts[i].tolist())) for i in best]

    def switched(self, without: Iterable[str]) -> Reranker:
        """The same weights without these stages."""
        return replace(self, without=frozenset(without))


def stage_of(feature: int) -> str:
    """The stage that computes this feature."""
    return _STAGE_OF[NAMES[feature]]


def as_weights(named: Mapping[str, float]) -> tuple[float, ...]:
    """Weights in the order of the features; a feature that is not named weighs nothing."""
    return tuple(float(named.get(name, 0.0)) for name in NAMES)


@cache
def default_reranker() -> Reranker:
    """The weights that ship with the app; `python -m app.bench.train` makes them."""
    found = json.loads((resources_dir() / "recall" / "weights.json").read_text(encoding="utf-8"))
    return Reranker(as_weights(found))


def fit(
    questions: Sequence[tuple[Matrix, Collection[int]]],
    decay: float = 1e-3,
    fixed: Mapping[str, float] | None = None,
    least: Mapping[str, float] | None = None,
) -> tuple[float, ...]:
    """Weights under which the right candidates of each question stand first (ListNet: Cao et al., 2007).

    Each question is its features, shape (candidates, len(NAMES)), and the rows that answer it; ones without a right
    row teach nothing. `decay` pulls weights to 0; `fixed` sets those that the questions cannot teach, and `least` keeps
    some from falling below what sense demands. Deterministic.
    """
    from scipy.optimize import minimize

    usable = [(x, sorted(right)) for x, right in questions if right]
    bounds = [_bounds(name, fixed or {}, least or {}) for name in NAMES]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = decay * float(weights @ weights), 2 * decay * weights
        for x, right in usable:
            scores = x @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            total -= float(np.log(share[right] + 1e-12).mean()) / len(usable)
            wanted = np.bincount(right, minlength=len(x)) / len(right)
            slope = slope - (wanted - share) @ x / len(usable)
        return total, slope

    found = minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300})
    return tuple(float(weight) for weight in found.x)


def _bounds(name: str, fixed: Mapping[str, float], least: Mapping[str, float]) -> tuple[float | None, float | None]:
    return (fixed[name], fixed[name]) if name in fixed else (least.get(name), None)


def _named(parts: Sequence[float]) -> dict[str, float]:
    """What each stage that counted added."""
    return {stage: part for stage, part in zip(STAGES, parts, strict=True) if part}
