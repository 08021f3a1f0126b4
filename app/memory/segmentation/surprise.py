"""Events from token surprise, as EM-LLM finds them (Fountas et al. 2024, sections 3.1 and 3.2).

This is the paper's own method; it gives events of a dozen or two tokens, below a turn. The episodes that the app
keeps come from `segment`, which uses the same signals for each turn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.memory.segmentation.refine import Metric, refine

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class EventSettings:
    """`window` is tau in tokens, `gamma` the scale of the deviation. `momentum` of 0 is the paper's method.

    Boundaries are refined within blocks of `context` tokens, which bounds the graph."""

    window: int = 256
    gamma: float = 1.0
    momentum: float = 0.0
    metric: Metric | None = "modularity"
    context: int = 2048


def surprising(surprise: Floats, settings: EventSettings) -> list[int]:
    """Tokens t whose surprise exceeds mean + gamma * std of the `window` tokens before them (section 3.1).

    `surprise` holds nats, one for each token. A token with fewer than two before it is never a boundary.
    """
    values = _accumulated(np.asarray(surprise, dtype=np.float64), settings.momentum)
    found = []
    for t in range(2, len(values)):
        before = values[max(0, t - settings.window) : t]
        if values[t] > before.mean() + settings.gamma * before.std():
            found.append(t)
    return found


def events(surprise: Floats, keys: Floats | None, settings: EventSettings | None = None) -> list[int]:
    """First tokens of events after the first one: by surprise, then refined over the similarity of `keys` (T, d).

    Keys are attention keys before the rotation; their dot product is the graph's weight, below zero counted as none.
    """
    settings = settings or EventSettings()
    found = surprising(surprise, settings)
    if keys is None or settings.metric is None:
        return found
    refined: list[int] = []
    for start in range(0, len(surprise), settings.context):
        block = np.asarray(keys[start : start + settings.context], dtype=np.float64)
        inside = [t - start for t in found if start < t < start + len(block)]
        refined += [start + t for t in refine(np.maximum(block @ block.T, 0.0), inside, settings.metric)]
    return refined


def _accumulated(values: npt.NDArray[np.float64], momentum: float) -> npt.NDArray[np.float64]:
    """Surprise that decays rather than ends (Titans: Behrouz et al. 2025, section 3.1)."""
    if not momentum:
        return values
    kept = np.empty_like(values)
    past = float(values[0]) if len(values) else 0.0
    for t, value in enumerate(values):
        past = kept[t] = momentum * past + (1 - momentum) * value
    return kept
