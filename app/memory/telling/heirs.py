"""Which line takes the place of which: what was said later of the same, and of a change. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.memory.telling.lines import Line, names_in, stems
from app.memory.telling.wanted import any_of

_NEAR = 0.2  # of relevance: about as good
_RANGE = 0.5  # of relevance: this far behind the best, a line says nothing on what is asked
_COMMON = 0.3  # of the lines: a name that more of them hold tells nothing apart
_CHANGE = any_of(
    r"""
    switch\w* | cancel\w* | replac\w* | swap\w* | instead | in place of | rather than | sold | left |
    leav(?:e|es|ing) | quit | stop\w* | no longer | no more | not any | isn['’]t | aren['’]t |
    any ?(?:more|longer) | chang\w* | mov(?:e|ed|es|ing) | shift(?:ed|ing) | push(?:ed)? | postponed | delayed |
    resched\w* | brought forward | put (?:up|back|down|off|me) | trad(?:e|ed|ing) | g[ai]ve(?:n|s)? (?:up|me) |
    got rid | drop\w* | ditch\w* | scrap\w* | new | now | these days | from now | as of | so it['’]s | after all |
    bump\w* | rais\w* | lower\w* | increas\w* | cut | rose | risen | up to | down to | gone | went | goes up |
    back to | has become | became | over to | is up | are up | taken? over | took over | took on | retir\w* |
    passed away | died | broke | stolen | lost | promot\w* | transfer\w* | upgrad\w* | extend\w* | renew\w* |
    hand(?:ed|s) | start(?:ed|ing) | join\w* | bought | landed | adopt\w* | picked | chose | settled | again |
    finally | turned | can['’]t | couldn['’]t | clos(?:ed|ing|es) | rebook\w* | reset | refinanced | renam\w* |
    discharged | fell through | called off | failed | further notice | signed | got through |
    from (?:today|tomorrow|next|this) | from (?:mon|tues|wednes|thurs|fri|satur|sun)day |
    from (?:january|february|march|april|may|june) | from (?:july|august|september|october|november|december)
    """
)
Table = npt.NDArray[np.float64]


class Heirs(NamedTuple):
    """By line: how far it takes the place of an earlier one that is about what is asked (by a name in both, by words,
    by meaning), and how far a later one takes its own."""

    by_name: list[float]
    by_words: list[float]
    by_meaning: list[float]
    ousted_by_name: list[float]
    ousted_by_words: list[float]
    ousted_by_meaning: list[float]
    outdated: list[float]
    mends: list[float]


def tells_change(words: str) -> bool:
    """Whether words tell of a change."""
    return _CHANGE.search(words) is not None


def heirs(lines: Sequence[Line], relevance: Sequence[float], held: Sequence[bool]) -> Heirs:
    """How the lines follow on each other. `relevance` is how near each is to the question, `held` whether it holds a
    value of the sort that is asked for."""
    best = max(relevance)
    told = np.array([max(0.0, 1 - (best - one) / _RANGE) for one in relevance])
    change = np.array([tells_change(line.words) for line in lines])
    has, good = np.array(held), np.array(relevance)
    when = np.array([line.hit.span.said_at.timestamp() for line in lines])
    later = when[None, :] < when[:, None]  # row after column
    alike, shared, named = _alike(lines), _shared(lines), _named(lines)
    follows = later & (told > 0)[None, :] & change[:, None]
    weight = 0.5 + 0.5 * change
    by_name = (follows & named) * told[None, :]
    by_words = (later & (told > 0)[None, :]) * shared * told[None, :] * weight[:, None]
    soft = (later & (told > 0)[None, :]) * (0.4 + 0.6 * change)[:, None]
    by_meaning = soft * has[:, None] * alike * (told**2)[None, :]
    ousted_by_name = (follows & named) * (0.5 + 0.5 * has)[:, None]
    ousted_by_words = (later & (told > 0)[None, :]) * shared * (has * (0.3 + 0.7 * told) * weight)[:, None]
    ousted_by_meaning = soft * has[:, None] * alike * (0.3 + 0.7 * told)[:, None]
    rivals = later & has[:, None] & (good[:, None] > good[None, :] - _NEAR)
    mends = later & (good > best - 2 * _NEAR)[None, :]
    after = [table.max(axis=1).tolist() for table in (by_name, by_words, by_meaning)]
    over = (ousted_by_name, ousted_by_words, ousted_by_meaning, rivals * alike)
    before = [table.max(axis=0).tolist() for table in over]
    return Heirs._make([*after, *before, (mends * alike).max(axis=1).tolist()])


def _alike(lines: Sequence[Line]) -> Table:
    """The cosines of the lines, none below 0; 0 where a line has no vector."""
    size = next((len(line.vectors[0]) for line in lines if line.vectors), 1)
    vectors = np.stack([line.vectors[0] if line.vectors else np.zeros(size, np.float32) for line in lines])
    return np.asarray(np.maximum(vectors @ vectors.T, 0.0), dtype=np.float64)


def _shared(lines: Sequence[Line]) -> Table:
    """What two lines have in common of the words of the one that has fewer, the rare ones counting more."""
    words = [stems(line.words) for line in lines]
    often = Counter(word for one in words for word in one)
    place = {word: n for n, word in enumerate(often)}
    table = np.zeros((len(lines), max(len(place), 1)))
    for row, one in enumerate(words):
        for word in one:
            table[row, place[word]] = math.sqrt(math.log(1 + len(lines) / (0.5 + often[word])))
    common = table @ table.T
    own = np.diag(common)
    return np.asarray(common / np.maximum(np.minimum(own[:, None], own[None, :]), 1e-9))


def _named(lines: Sequence[Line]) -> Table:
    """Whether two lines have a name in common that not many have."""
    names = [names_in(line.words) for line in lines]
    often = Counter(name for one in names for name in one)
    rare = {name for name, count in often.items() if count <= max(4, len(lines) * _COMMON)}
    return np.array([[bool(a & b & rare) for b in names] for a in names])
