"""Choose the line that tells what is asked, as it was last said: a linear model over what speaks for each."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from app.core.paths import resources_dir
from app.memory.telling.features import FEATURES, Rows, answerable, features
from app.memory.telling.lines import Line, Vector

SIGNALS = (
    "bias", "cosine", "overlap", "soft", "place", "fact", "sort", "any_sort", "named", "unnamed", "nobody", "another",
    "empty", "attribute", "both", "fits", "best_cosine", "best_overlap", "best_attribute", "best_fit", "nearest_fit",
    "none_fits", "product", "stands_out", "ahead",
)  # fmt: skip
"""What speaks for there being an answer at all: what the chosen line has, and the best that any has."""


def chosen(question: str, asked: Vector | None, lines: Sequence[Line]) -> tuple[Line, float] | None:
    """The line that tells what is asked, and how likely it does, 0 to 1; None for no lines. Pure."""
    rows = features(question, asked, lines) if lines else np.zeros((0, len(FEATURES)))
    scores = rows @ _weights("line", FEATURES)
    if (best := best_of(scores, lines)) is None:
        return None
    told = signals(rows, scores, best, answerable(question, asked, lines)) @ _weights("told", SIGNALS)
    return lines[best], 1 / (1 + math.exp(-float(told)))


def least() -> float:
    """How likely a line must be the answer to be told at all."""
    return float(_learned()["least"])


def best_of(scores: Rows, lines: Sequence[Line]) -> int | None:
    """Which line tells it by these scores: none that was said after the time that is asked about."""
    open_to = [n for n, line in enumerate(lines) if not line.later]
    return max(open_to, key=lambda n: float(scores[n])) if open_to else None


def signals(rows: Rows, scores: Rows, best: int, parts: Mapping[str, Rows]) -> Rows:
    """What speaks for an answer in the chosen of these rows of features, in the order of SIGNALS."""
    table = dict(zip(FEATURES, rows.T, strict=True))
    cosine, overlap, fits = table["cosine"], table["overlap"], parts["fits"]
    found = {
        "bias": 1.0,
        **{name: table[name][best] for name in ("cosine", "overlap", "soft", "place", "fact", "named", "unnamed")},
        **{name: parts[name][best] for name in ("another", "empty", "attribute", "fits")},
        "sort": 1.0 - table["no_sort"][best],
        "any_sort": table["sort"][best],
        "nobody": table["unnamed"].all(),  # who is asked about was never spoken of
        "both": cosine[best] * parts["attribute"][best],
        "best_cosine": cosine.max(),
        "best_overlap": overlap.max(),
        "best_attribute": parts["attribute"].max(),
        "best_fit": (parts["attribute"] * fits).max(),
        "nearest_fit": parts["near"].max(),
        "none_fits": not fits.any(),
        "product": (cosine * overlap).max(),
        "stands_out": cosine[best] - float(np.median(cosine)),
        "ahead": scores[best] - float(np.median(scores)),
    }
    return np.array([float(found[name]) for name in SIGNALS])


@cache
def _learned() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((resources_dir() / "recall" / "telling.json").read_text(encoding="utf-8"))
    return found


@cache
def _weights(model: str, names: tuple[str, ...]) -> Rows:
    return np.array([float(_learned()[model].get(name, 0.0)) for name in names])
