"""Cut a conversation into episodes, as people cut experience into events: turn by turn, online.

Hard boundaries stand where time passed or the thread branched. Between them a gap becomes a boundary where the
learned weights say so (`weights`): from the embeddings alone or, where the chat model has read along, from its surprise
and attention keys as well. For an embedder that they were not learned on, a gap is a boundary where the cohesion of the
turns has a valley deeper than usual (TextTiling: Hearst 1997). Episodes too long are cut at their likeliest gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from app.memory.segmentation.features import cohesion, depths
from app.memory.segmentation.weights import Level, learned, sigmoid

Floats = npt.NDArray[np.floating]

_WIDTH = 2  # turns on each side of a valley
_DEEP = 0.5  # standard deviations, as in TextTiling


@dataclass(frozen=True, slots=True)
class Turn:
    """What one said at once. `vector` has unit length. `surprise` is the mean over its `tokens`, in nats, where a
    model read along; `key` is its mean attention key where that is the model of the weights. `follows` is false when
    it continues something other than the turn before it.
    """

    text: str
    vector: Floats
    said_at: datetime | None = None
    surprise: float | None = None
    tokens: int = 1
    key: Floats | None = None
    follows: bool = True


@dataclass(frozen=True, slots=True)
class SegmentSettings:
    """`level` says how coarse. `pause` without a word ends an episode; none is longer than `longest` turns."""

    level: Level = "topic"
    pause: timedelta = timedelta(minutes=30)
    longest: int = 40


class Method(StrEnum):
    """What told where the boundaries are."""

    COHESION = "cohesion"
    EMBEDDING = "embedding"
    READING = "embedding+surprise+keys"


@dataclass(frozen=True, slots=True)
class Segment:
    """Turns [first, last] of one episode. Surprise in nats a token: mean, highest turn, and first turn's; or None."""

    first: int
    last: int
    method: Method
    surprise: float | None = None
    peak: float | None = None
    boundary: float | None = None


def segment(turns: Sequence[Turn], embedder: str, settings: SegmentSettings | None = None) -> list[Segment]:
    """The episodes of a conversation, in order; together they hold every turn once. Pure and deterministic."""
    settings = settings or SegmentSettings()
    hard = [i for i in range(1, len(turns)) if _parted(turns[i - 1], turns[i], settings.pause)]
    found: list[Segment] = []
    for start, end in pairwise([0, *hard, len(turns)] if turns else []):
        method, cuts = _cut(turns[start:end], embedder, settings)
        edges = [start, *(start + cut for cut in cuts), end]
        found += [_described(turns, a, b - 1, method) for a, b in pairwise(edges)]
    return found


def by_depth(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Depth of each gap in standard deviations above the mean; where all are alike, below every threshold."""
    found = depths(values)
    spread = found.std() if len(found) else 0.0
    return np.asarray((found - found.mean()) / spread if spread > 0 else np.full(len(found), -np.inf))


def _cut(turns: Sequence[Turn], embedder: str, settings: SegmentSettings) -> tuple[Method, list[int]]:
    """Boundaries between turns that follow on each other, and what told where they are."""
    vectors = np.stack([turn.vector for turn in turns])
    head = learned(embedder, settings.level)
    if head is None or len(turns) < 2:
        scores = by_depth(cohesion(vectors, _WIDTH))
        return Method.COHESION, split_long(scores, highest(scores, _DEEP, _WIDTH), settings.longest)
    if len(turns) == 1:
        return Method.EMBEDDING, []
    logits = head.logits([turn.text for turn in turns], vectors)
    method, scores, threshold = Method.EMBEDDING, sigmoid(logits), head.threshold
    keys = [turn.key for turn in turns if turn.key is not None and turn.surprise is not None]
    if head.reading is not None and len(keys) == len(turns):
        surprise = np.array([turn.surprise for turn in turns], dtype=np.float64)
        method, threshold = Method.READING, head.reading.threshold
        scores = head.reading.probabilities(logits, surprise, np.stack(keys))
    return method, split_long(scores, highest(scores, threshold, head.apart), settings.longest)


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


def _described(turns: Sequence[Turn], first: int, last: int, method: Method) -> Segment:
    read = [(turn.surprise, turn.tokens) for turn in turns[first : last + 1] if turn.surprise is not None]
    if len(read) <= last - first:
        return Segment(first, last, method)
    tokens = sum(count for _, count in read)
    mean = sum(surprise * count for surprise, count in read) / max(tokens, 1)
    return Segment(first, last, method, mean, max(surprise for surprise, _ in read), read[0][0])
