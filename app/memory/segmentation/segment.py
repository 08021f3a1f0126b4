"""Cut a conversation into episodes, as people cut experience into events: turn by turn, online.

Hard boundaries stand where time passed or the thread branched. Between them a gap becomes a boundary where the
learned weights say so (`weights`) or, for an embedder that they were not learned on, where the cohesion of the turns
has a valley deeper than usual (TextTiling: Hearst 1997). Too short and too long episodes are then mended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from app.memory.segmentation.features import cohesion, depths
from app.memory.segmentation.weights import Level, learned

Floats = npt.NDArray[np.floating]

_WIDTH = 2  # turns on each side of a valley
_DEEP = 0.5  # standard deviations, as in TextTiling


@dataclass(frozen=True, slots=True)
class Turn:
    """What one said at once. `vector` has unit length; `surprise` is the mean over its `tokens`, in nats, where a
    model read along. `follows` is false when it continues something other than the turn before it.
    """

    text: str
    vector: Floats
    said_at: datetime | None = None
    surprise: float | None = None
    tokens: int = 1
    follows: bool = True


@dataclass(frozen=True, slots=True)
class SegmentSettings:
    """`level` says how coarse. `pause` without a word ends an episode; none is longer than `longest` turns."""

    level: Level = "topic"
    pause: timedelta = timedelta(minutes=30)
    longest: int = 40


@dataclass(frozen=True, slots=True)
class Segment:
    """Turns [first, last] of one episode. Surprise in nats a token: mean, highest turn, and first turn's; or None."""

    first: int
    last: int
    surprise: float | None = None
    peak: float | None = None
    boundary: float | None = None


def segment(turns: Sequence[Turn], embedder: str, settings: SegmentSettings | None = None) -> list[Segment]:
    """The episodes of a conversation, in order; together they hold every turn once. Pure and deterministic."""
    if not turns:
        return []
    settings = settings or SegmentSettings()
    starts = [0, *boundaries(turns, embedder, settings), len(turns)]
    return [_described(turns, a, b - 1) for a, b in pairwise(starts)]


def boundaries(turns: Sequence[Turn], embedder: str, settings: SegmentSettings) -> list[int]:
    """The first turn of each episode after the first one."""
    hard = [i for i in range(1, len(turns)) if _parted(turns[i - 1], turns[i], settings.pause)]
    edges = [0, *hard, len(turns)]
    found = list(hard)
    for start, end in pairwise(edges):
        if end - start > 1:
            found += [start + cut for cut in _soft(turns[start:end], embedder, settings)]
    return sorted(found)


def by_depth(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Depth of each gap in standard deviations above the mean; where all are alike, below every threshold."""
    found = depths(values)
    spread = found.std()
    return np.asarray((found - found.mean()) / spread if spread > 0 else np.full(len(found), -np.inf))


def _soft(turns: Sequence[Turn], embedder: str, settings: SegmentSettings) -> list[int]:
    vectors = np.stack([turn.vector for turn in turns])
    if head := learned(embedder, settings.level):
        scores = head.probabilities([turn.text for turn in turns], vectors)
        found = highest(scores, head.threshold, head.apart)
    else:
        scores = by_depth(cohesion(vectors, _WIDTH))
        found = highest(scores, _DEEP, _WIDTH)
    return split_long(scores, found, settings.longest)


def highest(scores: npt.NDArray[np.float64], threshold: float, apart: int) -> list[int]:
    """Boundaries 1..n-1 whose score reaches the threshold, the higher first, none nearer than `apart` to another."""
    taken = np.zeros(len(scores) + 1, dtype=bool)
    for gap in np.argsort(-scores, kind="stable"):
        if scores[gap] < threshold:
            break
        place = int(gap) + 1
        if not taken[max(0, place - apart + 1) : place + apart].any():
            taken[place] = True
    return [int(place) for place in np.flatnonzero(taken)]


def split_long(scores: npt.NDArray[np.float64], found: Sequence[int], longest: int) -> list[int]:
    """Cut episodes of more than `longest` turns where the score is highest, until none is left."""
    edges, kept = [0, *found, len(scores) + 1], list(found)
    waiting = list(pairwise(edges))
    while waiting:
        start, end = waiting.pop()
        if end - start > longest:
            margin = (end - start) // 4  # not at the very edge, where a cut would help little
            inner = scores[start + margin : end - 1 - margin]
            cut = start + margin + int(np.argmax(inner)) + 1
            kept.append(cut)
            waiting += [(start, cut), (cut, end)]
    return sorted(kept)


def _parted(before: Turn, after: Turn, pause: timedelta) -> bool:
    if not after.follows:
        return True
    return before.said_at is not None and after.said_at is not None and after.said_at - before.said_at > pause


def _described(turns: Sequence[Turn], first: int, last: int) -> Segment:
    read = [(turn.surprise, turn.tokens) for turn in turns[first : last + 1] if turn.surprise is not None]
    if len(read) <= last - first:
        return Segment(first, last)
    tokens = sum(count for _, count in read)
    mean = sum(surprise * count for surprise, count in read) / max(tokens, 1)
    return Segment(first, last, mean, max(surprise for surprise, _ in read), read[0][0])
