"""The learned part of segmentation: how likely a gap is a boundary, by logistic regression over what stands beside it.

`resources/segmentation.json` is written by `tools/train_segmentation.py`, which also says how well it does on
dialogues it has not seen. Weights belong to one embedder, those for a model that read along to that model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from app.core.paths import resources_dir
from app.memory.segmentation.features import NAMES, READING_NAMES, Floats, gap_features, reading_features

Level = Literal["topic", "session"]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReadingHead:
    """A second step where a model read along: it sees the first one's logits, surprise and keys."""

    threshold: float
    bias: float
    logit: float
    features: Scores

    def probabilities(self, logits: Scores, surprise: Floats, keys: Floats) -> Scores:
        """How likely each of the n-1 gaps is a boundary, given each turn's mean surprise (n,) and key (n, d)."""
        return sigmoid(self.bias + self.logit * logits + reading_features(surprise, keys) @ self.features)


@dataclass(frozen=True, slots=True)
class Head:
    """One level's weights. A boundary needs `threshold`; two stand at least `apart` turns from each other."""

    threshold: float
    apart: int
    bias: float
    features: Scores
    before: Scores
    after: Scores
    reading: ReadingHead | None = None

    def logits(self, texts: Sequence[str], vectors: Floats) -> Scores:
        """The logit of each of the n-1 gaps between n turns being a boundary."""
        beside = vectors[:-1] @ self.before + vectors[1:] @ self.after
        return np.asarray(self.bias + gap_features(texts, vectors) @ self.features + beside)


def sigmoid(logits: Scores) -> Scores:
    """Logits as probabilities."""
    return np.asarray(1 / (1 + np.exp(-logits)))


@cache
def learned(embedder: str, level: Level) -> Head | None:
    """The weights for vectors of this embedder ("name:hash", or its name), or None where there are none."""
    found = _resource()
    if embedder.partition(":")[0] != found["embedder"]:
        return None
    head = found["levels"][level]
    return Head(
        head["threshold"],
        head["apart"],
        head["bias"],
        np.array([head["features"][name] for name in NAMES]),
        np.array(head["before"]),
        np.array(head["after"]),
        _reading(head["reading"]) if "reading" in head else None,
    )


def reader() -> str:
    """The chat model whose surprise and keys the weights know."""
    return str(_resource()["reader"])


def trained_on() -> list[str]:
    """What the weights were learned from: conversations by name, dialogue files by name and number."""
    return list(_resource()["trained_on"])


@cache
def version() -> str:
    """Changes whenever the weights do, and then everything is cut anew."""
    return hashlib.blake2b(json.dumps(_resource()).encode(), digest_size=6).hexdigest()


def _reading(found: dict[str, Any]) -> ReadingHead:
    features = np.array([found["features"][name] for name in READING_NAMES])
    return ReadingHead(found["threshold"], found["bias"], found["logit"], features)


@cache
def _resource() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((resources_dir() / "segmentation.json").read_text(encoding="utf-8"))
    return found
