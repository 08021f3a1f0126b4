"""Let what a person does with recalled memories shift how much each stage of recall counts. Pure.

After RMM's retrospective reflection (Tan et al., "In Prospect and Retrospect", 2025), which learns from what replies
cite; but where RMM trains matrices, here each stage has one factor, 1 as shipped, found anew from all that is kept:
the most probable factors under a Gaussian prior at 1 and pairwise preferences (Joachims, 2002; Bradley and Terry).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from app.memory.recall.features import STAGES, Matrix
from app.memory.recall.query import parse_query
from app.memory.recall.rerank import Reranker, stage_of

LOWEST, HIGHEST = 0.5, 2.0
FULL_REACH = 200
"""Pieces of feedback before the bounds lie as far as they ever do; until then they open in proportion."""
_SPREAD = 1 / 3  # standard deviation of a factor before anything is known
_STEEPNESS = (0.05, 3.0)
_FARTHEST = 100.0  # what a stage may add to a score, so that a damaged row cannot outweigh the rest
_SAID_AGAIN = 2  # words that a reply has from a memory alone


class Signal(StrEnum):
    """What happened to a memory that was shown."""

    OPENED = "opened"
    CITED = "cited"
    DISMISSED = "dismissed"


WORTH: dict[Signal, float] = {Signal.OPENED: 1.0, Signal.CITED: 0.5, Signal.DISMISSED: -1.0}
"""What passes by without a signal is worth 0. A reply that repeats a memory may be wrong, so citing says less."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one question was shown: by row, what each stage added to the score under the shipped weights (shape
    (rows, len(STAGES))), and what the row turned out to be worth (shape (rows,))."""

    parts: Matrix
    worth: Matrix


def feedback(shown: Sequence[tuple[Mapping[str, float], Signal | None]]) -> Feedback:
    """Feedback from rows of named parts and their signals; a stage that is not named added nothing."""
    parts = np.array([[float(row.get(stage, 0.0)) for stage in STAGES] for row, _ in shown]).reshape(-1, len(STAGES))
    worth = [0.0 if signal is None else WORTH[signal] for _, signal in shown]
    return Feedback(np.clip(np.nan_to_num(parts), -_FARTHEST, _FARTHEST), np.array(worth))


def learned(found: Sequence[Feedback]) -> dict[str, float]:
    """How much each stage counts after this feedback: factors between LOWEST and HIGHEST, 1 without any.

    n pieces open the bounds by n / FULL_REACH, so that a few, however wrong, move little. The loss is convex: the
    order of the feedback says nothing, and what is taken away leaves no trace.
    """
    rows, weights = _preferences(found)
    if not len(rows):
        return dict.fromkeys(STAGES, 1.0)
    from scipy.optimize import minimize
    from scipy.special import expit

    reach = min(1.0, float(weights.sum()) / FULL_REACH)
    bounds = [(reach * (LOWEST - 1), reach * (HIGHEST - 1))] * len(STAGES)
    trust = _trust(rows.sum(axis=1), weights)

    def loss(shift: Matrix) -> tuple[float, Matrix]:
        margin = trust * (rows @ (1 + shift))
        value = float(weights @ np.logaddexp(0, -margin)) + float(shift @ shift) / (2 * _SPREAD**2)
        return value, -trust * (weights * expit(-margin)) @ rows + shift / _SPREAD**2

    shift = minimize(loss, np.zeros(len(STAGES)), jac=True, method="L-BFGS-B", bounds=bounds).x
    return {stage: 1.0 + float(value) for stage, value in zip(STAGES, shift, strict=True)}


def _trust(margins: Matrix, weights: Matrix) -> float:
    """How sharply the feedback follows the shipped order (a logistic's steepness, fitted).

    Without it, clicks that go wrong here and there would be read as every stage counting less.
    """
    from scipy.optimize import minimize_scalar

    def loss(steepness: float) -> float:
        return float(weights @ np.logaddexp(0, -steepness * margins))

    return float(minimize_scalar(loss, bounds=_STEEPNESS, method="bounded").x)


def scaled(reranker: Reranker, factors: Mapping[str, float]) -> Reranker:
    """The reranker with each stage counting so many times as much."""
    weights = (weight * factors.get(stage_of(i), 1.0) for i, weight in enumerate(reranker.weights))
    return replace(reranker, weights=tuple(weights))


def cited(question: str, reply: str, texts: Sequence[str]) -> list[int]:
    """Which of the memories the reply took words from: those that share most with it beyond the question's words.

    None when that is a single word, which may be chance.
    """
    asked = set(parse_query(question).words)
    said = set(parse_query(reply).words) - asked
    shared = [len(said & set(parse_query(text).words)) for text in texts]
    most = max(shared, default=0)
    return [row for row, count in enumerate(shared) if count == most >= _SAID_AGAIN]


def _preferences(found: Sequence[Feedback]) -> tuple[Matrix, Matrix]:
    """Rows by which a shown memory stood before a less worthy one, stage by stage; and what each such pair weighs.

    The pairs of one question weigh 1 together at most, however many memories it was shown.
    """
    rows: list[Matrix] = [np.zeros((0, len(STAGES)))]
    weights: list[npt.NDArray[np.float64]] = [np.zeros(0)]
    for one in found:
        better, worse = np.nonzero(one.worth[:, None] > one.worth[None, :])
        rows.append(one.parts[better] - one.parts[worse])
        weights.append(np.minimum(one.worth[better] - one.worth[worse], 1.0) / max(len(better), 1))
    return np.concatenate(rows), np.concatenate(weights)
