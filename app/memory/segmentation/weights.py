"""The learned part of segmentation: how likely a gap is a boundary, by logistic regression over what stands beside it.

`resources/segmentation.json` is written by `tools/train_segmentation.py`, which also says how well it does on
dialogues it has not seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.core.paths import resources_dir
from app.memory.segmentation.features import NAMES, Floats, gap_features

Level = Literal["topic", "session"]


@dataclass(frozen=True, slots=True)
class Head:
    """One level's weights. A boundary needs `threshold`; two stand at least `apart` turns from each other."""

    threshold: float
    apart: int
    bias: float
    features: npt.NDArray[np.float64]
    before: npt.NDArray[np.float64]
    after: npt.NDArray[np.float64]

    def probabilities(self, texts: Sequence[str], vectors: Floats) -> npt.NDArray[np.float64]:
        """How likely each of the n-1 gaps between n turns is a boundary."""
        logits = self.bias + gap_features(texts, vectors) @ self.features
        logits += vectors[:-1] @ self.before + vectors[1:] @ self.after
        return np.asarray(1 / (1 + np.exp(-logits)))


@cache
def learned(embedder: str, level: Level) -> Head | None:
    """The weights for vectors of this embedder ("name:hash", or its name), or None where there are none."""
    found = json.loads((resources_dir() / "segmentation.json").read_text(encoding="utf-8"))
    if embedder.split(":", maxsplit=1)[0] != found["embedder"]:
        return None
    head = found["levels"][level]
    return Head(
        head["threshold"],
        head["apart"],
        head["bias"],
        np.array([head["features"][name] for name in NAMES]),
        np.array(head["before"]),
        np.array(head["after"]),
    )


def trained_on() -> list[str]:
    """What the weights were learned from: conversations by name, dialogue files by name and number."""
    found = json.loads((resources_dir() / "segmentation.json").read_text(encoding="utf-8"))
    return list(found["trained_on"])


@cache
def version() -> str:
    """Changes whenever the weights do, and then everything is cut anew."""
    return hashlib.blake2b((resources_dir() / "segmentation.json").read_bytes(), digest_size=6).hexdigest()
