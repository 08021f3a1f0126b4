"""What the gap between two turns looks like: how meaning changes across it, who asks, and how long the turns are.

No list of words of any language. Cohesion of windows and its dips go back to TextTiling (Hearst 1997); every value
depends on at most eight turns on each side, so that boundaries further back stay when a conversation grows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]

_WINDOWS = (1, 2, 3, 5)
_DIPS = (1, 2, 3)
_AROUND = 3  # gaps on each side that a dip is measured against
_RECENT = 8  # turns that a rise of surprise is measured against
_OFFSETS = (-2, -1, 0, 1)  # turns around the gap, 0 being the one after it
_QUESTIONS = ("?", "？", "؟")

NAMES = (
    *(f"cohesion{k}" for k in _WINDOWS),
    *(f"dip{k}" for k in _DIPS),
    *(f"{kind}{offset:+d}" for kind in ("asks", "ends_asking", "length") for offset in _OFFSETS),
)


def gap_features(texts: Sequence[str], vectors: Floats) -> npt.NDArray[np.float64]:
    """Features of the n-1 gaps between n turns, (n-1, len(NAMES)). `vectors` are (n, d); n is at least 2."""
    cohesions = {k: cohesion(vectors, k) for k in _WINDOWS}
    columns = [*cohesions.values(), *(_dip(cohesions[k]) for k in _DIPS)]
    asks = np.array([any(sign in text for sign in _QUESTIONS) for text in texts], dtype=np.float64)
    ends = np.array([text.rstrip().endswith(_QUESTIONS) for text in texts], dtype=np.float64)
    lengths = np.log1p([len(text) for text in texts])
    columns += [_beside(values, offset) for values in (asks, ends, lengths) for offset in _OFFSETS]
    return np.column_stack(columns)


READING_NAMES = (
    *(f"surprise{offset:+d}" for offset in (-1, 0, 1)),
    "rise",
    *(f"key_cohesion{k}" for k in _WINDOWS),
    *(f"key_dip{k}" for k in _DIPS),
)


def reading_features(surprise: Floats, keys: Floats) -> npt.NDArray[np.float64]:
    """What a model that read along adds, (n-1, len(READING_NAMES)): each turn's mean surprise in nats (n,), how far
    it rises above the eight turns before, and how its attention keys (n, d), here centred, cohere."""
    gaps = np.arange(1, len(surprise))
    rise = [surprise[gap] - surprise[max(0, gap - _RECENT) : gap].mean() for gap in gaps]
    centred = keys - keys.mean(axis=0)
    cohesions = {k: cohesion(centred, k) for k in _WINDOWS}
    columns = [_beside(np.asarray(surprise, dtype=np.float64), offset) for offset in (-1, 0, 1)]
    return np.column_stack([*columns, rise, *cohesions.values(), *(_dip(cohesions[k]) for k in _DIPS)])


def cohesion(vectors: Floats, width: int) -> npt.NDArray[np.float64]:
    """Cosine of the mean of up to `width` turns before each gap and that of those after it, (n-1,)."""
    count = len(vectors)
    sums = np.vstack([np.zeros(vectors.shape[1]), np.cumsum(vectors, axis=0, dtype=np.float64)])
    gaps = np.arange(1, count)
    before = sums[gaps] - sums[np.maximum(gaps - width, 0)]
    after = sums[np.minimum(gaps + width, count)] - sums[gaps]
    size = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return np.asarray((before * after).sum(axis=1) / np.maximum(size, 1e-9))


def depths(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How deep the valley at each gap is below the peaks beside it (Hearst 1997, section 4.3)."""
    return _climb(values) + _climb(values[::-1])[::-1]


def _climb(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """From each value, how far one rises to the left before it falls again."""
    peaks = values.copy()
    for i in range(1, len(values)):
        if values[i - 1] >= values[i]:
            peaks[i] = peaks[i - 1]
    return np.asarray(peaks - values)


def _dip(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The mean of each value and those around it, minus the value."""
    padded = np.pad(values, _AROUND, mode="edge")
    around = np.convolve(padded, np.ones(2 * _AROUND + 1) / (2 * _AROUND + 1), mode="valid")
    return np.asarray(around - values)


def _beside(values: npt.NDArray[np.float64], offset: int) -> npt.NDArray[np.float64]:
    gaps = np.arange(1, len(values))
    return np.asarray(values[np.clip(gaps + offset, 0, len(values) - 1)])
