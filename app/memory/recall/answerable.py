"""How likely memory holds the answer at all. The best score does not tell (AUC about .5): something always is best.

What tells is whose words the best ones are. A question about one person that is answered by another's words alone is
most often a question about what never happened; and a question whose words nobody said has no answer here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from app.core.paths import resources_dir
from app.memory.recall.candidates import Candidate
from app.memory.recall.query import Query

SIGNALS = ("margin", "coverage_margin", "fact", "coverage")
_SPEAKER = "speaker"
_BEST = 5

Matrix = npt.NDArray[np.float64]


def signals(ranked: Sequence[Candidate], query: Query) -> tuple[float, ...]:
    """What speaks for an answer, in the order of SIGNALS; zeros for no candidates. Pure.

    `margin` is the best score among turns of the person asked about less the best among others, `coverage_margin` the
    same of the share of the question's words; both are 0 where nobody is named, or everybody.
    """
    if not ranked:
        return (0.0,) * len(SIGNALS)
    mine = [c for c in ranked if c.span.speaker in query.names]
    others = [c for c in ranked if c.span.speaker not in query.names]
    best = mine[:_BEST] or list(ranked[:_BEST])
    named = bool(mine and others)
    return (
        max(map(_unnamed, mine)) - max(map(_unnamed, others)) if named else 0.0,
        max(map(_coverage, mine)) - max(map(_coverage, others)) if named else 0.0,
        max(c.fact for c in best),
        max(c.coverage for c in best),
    )


def answerable(ranked: Sequence[Candidate], query: Query) -> float:
    """The probability, 0 to 1, that the candidates, best first, hold what the question asks for."""
    if not ranked:
        return 0.0
    bias, weights = _default()
    return 1 / (1 + math.exp(-bias - float(np.dot(weights, signals(ranked, query)))))


def fit(rows: Sequence[tuple[float, ...]], answered: Sequence[bool], decay: float = 1e-3) -> tuple[float, ...]:
    """Logistic regression: the bias, then a weight for each signal. Deterministic."""
    from scipy.optimize import minimize

    x = np.column_stack([np.ones(len(rows)), np.array(rows)])
    y = np.where(np.array(answered), 1.0, -1.0)

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        margin = y * (x @ weights)
        slope = -(y / (1 + np.exp(margin))) @ x / len(y)
        return float(np.logaddexp(0, -margin).mean() + decay * weights @ weights), slope + 2 * decay * weights

    return tuple(float(w) for w in minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x)


def _unnamed(candidate: Candidate) -> float:
    """The score without the part for being said by the one who is asked about."""
    return candidate.score - candidate.parts.get(_SPEAKER, 0.0)


def _coverage(candidate: Candidate) -> float:
    return candidate.coverage


@cache
def _default() -> tuple[float, tuple[float, ...]]:
    found = json.loads((resources_dir() / "recall" / "answerable.json").read_text(encoding="utf-8"))
    return float(found["bias"]), tuple(float(found.get(name, 0.0)) for name in SIGNALS)
