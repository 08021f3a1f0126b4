"""Themes: which episodes are about the same, told by the sentences that say it best. Pure.

After RMM's summaries by topic (Tan et al., 2025), but nothing is written: a summary is a choice of what was said, so
that a small model cannot make anything up, and each line cites its episode.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

LIKE = 0.55
"""The least cosine between an episode and the theme it belongs to."""
LEAST = 3
"""Episodes that make a theme worth telling."""
LINES = 6
_OF_EPISODE = 3
_REPEATS = 0.9  # a line this near to a better one says nothing new
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_SHORTEST = 20

Vectors = npt.NDArray[np.float32]


class Line(NamedTuple):
    """A span that may stand for an episode or a theme, with its unit vector."""

    span_id: int
    vector: Vectors


def lines_of(lines: Sequence[Line], count: int = LINES) -> list[Line]:
    """The lines nearest to the middle of all, best first, none of which says again what a better one says."""
    if not lines:
        return []
    vectors = np.stack([line.vector for line in lines])
    order = np.argsort(-(vectors @ middle(lines)), kind="stable")
    chosen: list[Line] = []
    for row in order.tolist():
        if all(float(vectors[row] @ other.vector) < _REPEATS for other in chosen):
            chosen.append(lines[row])
        if len(chosen) == count:
            break
    return chosen


def gist(lines: Sequence[Line]) -> list[Line]:
    """The lines that stand for one episode."""
    return lines_of(lines, _OF_EPISODE)


def middle(lines: Sequence[Line]) -> Vectors:
    """The unit vector in the middle of these lines."""
    total = np.sum([line.vector for line in lines], axis=0)
    found: Vectors = (total / max(float(np.linalg.norm(total)), 1e-9)).astype(np.float32)
    return found


def theme_for(episode: Vectors, themes: Mapping[int, Vectors]) -> tuple[int, float] | None:
    """The theme that an episode belongs to, with their cosine; None when it is about something new."""
    if not themes:
        return None
    keys = list(themes)
    cosines = np.stack([themes[key] for key in keys]) @ episode
    best = int(cosines.argmax())
    return (keys[best], float(cosines[best])) if cosines[best] >= LIKE else None


def sentence(text: str, longest: int = 160) -> str:
    """The sentence of a text that says most, as it was said: the longest that is no question and not too long."""
    parts = [part.strip() for part in _SENTENCE.split(text) if part.strip()]
    said = [part for part in parts if not part.endswith(("?", "？")) and len(part) <= longest] or parts or [""]
    best = max(said, key=len)
    return best if len(best) <= longest else best[: longest - 1].rsplit(" ", 1)[0] + "…"


def telling(text: str) -> bool:
    """Whether a text can stand for what was talked about: long enough, and not a bare question."""
    return len(text.strip()) >= _SHORTEST and not text.strip().endswith(("?", "？"))


def label(words: Sequence[str], frequency: Callable[[str], int], total: int, count: int = 3) -> str:
    """What a theme is about in a few of the words of its lines: those said often in them and seldom elsewhere."""
    often = Counter(words)
    scores = {word: n * float(np.log(1 + total / max(frequency(word), 1))) for word, n in often.items()}
    best = sorted(scores, key=lambda word: (-scores[word], word))[:count]
    return ", ".join(best[:-1]) + (" and " if len(best) > 1 else "") + (best[-1] if best else "")
