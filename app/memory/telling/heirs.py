"""Which line takes the place of which: what was said later of the same, and of a change. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.memory.telling.kin import stems
from app.memory.telling.lines import Line, known_names, named_in
from app.memory.telling.shapes import shapes
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
    shut | shuts | hacked | jump(?:ed|s) | conked | packed (?:in|it in) | (?:went|gone|goes) bust | expired | ended |
    fired | sacked | adjourned | revised | resumed | henceforth | vacancy | taper\w* | merged | took it | takes? it on |
    replacement | successor | reassigned | handed over | split up | broke up | let go | made redundant | put me up |
    from (?:today|tomorrow|next|this) | from (?:mon|tues|wednes|thurs|fri|satur|sun)day |
    from (?:january|february|march|april|may|june) | from (?:july|august|september|october|november|december)
    """
)
_STEPS, _PASSED_ON = 2, 0.8  # how far what is asked is passed on from line to line
_SHAPE = {"date": 1.0, "weekday": 1.0, "clock": 0.8, "money": 0.8, "month": 0.8}
_PLAIN = 0.4
_OPENING = re.compile(r"\A\W*(?:(?:my|our|the) [\w'’-]+ [\w'’-]+|[\w'’-]+ [\w'’-]+)", re.I)
Table = npt.NDArray[np.float64]


class Heirs(NamedTuple):
    """By line: how far it takes the place of an earlier one that is about what is asked, how far a later one takes its
    own, and how far one of after the time that is asked about does: by a name in both, by words, by meaning, by a value
    of whom it tells otherwise, and by the shape of its values."""

    heir_name: list[float]
    heir_words: list[float]
    heir_meaning: list[float]
    heir_value: list[float]
    heir_shape: list[float]
    ousted_name: list[float]
    ousted_words: list[float]
    ousted_meaning: list[float]
    ousted_value: list[float]
    ousted_shape: list[float]
    outdated: list[float]
    sequel_name: list[float]
    sequel_words: list[float]
    sequel_meaning: list[float]
    sequel_value: list[float]
    sequel_shape: list[float]
    mends: list[float]


def tells_change(words: str) -> bool:
    """Whether words tell of a change."""
    return _CHANGE.search(words) is not None


def heirs(
    lines: Sequence[Line], relevance: Sequence[float], held: Sequence[bool], asked_of: frozenset[str] = frozenset()
) -> Heirs:
    """How the lines follow on each other. `relevance` is how near each is to the question, `held` whether it holds a
    value of the sort that is asked for, `asked_of` whom the question names."""
    best = max(relevance)
    change = np.array([tells_change(line.words) for line in lines])
    has, good = np.array(held), np.array(relevance)
    when = np.array([line.hit.span.said_at.timestamp() for line in lines])
    since = np.array([line.later for line in lines])  # after the time that is asked about
    later = when[None, :] < when[:, None]  # row after column
    alike, shared, named = _alike(lines), _shared(lines), _named(lines)
    value, shape = _valued(lines, asked_of) & has[:, None] & has[None, :], _shaped(lines)
    told = _through(np.maximum(0.0, 1 - (best - good) / _RANGE), later, np.maximum(value, shape * alike))
    weight, soft = 0.5 + 0.5 * change, later * (0.4 + 0.6 * change)[:, None]
    follows, open_to = later & change[:, None], ~since[:, None]
    topical = (told > 0)[None, :]
    after = (
        (follows & topical & named) * told[None, :],
        (later & topical) * shared * told[None, :] * weight[:, None],
        soft * topical * has[:, None] * alike * (told**2)[None, :],
        (later & value) * told[None, :] * weight[:, None],
        later * has[:, None] * shape * told[None, :] * weight[:, None],
    )
    over = (
        (follows & topical & named & open_to) * (0.5 + 0.5 * has)[:, None],
        (later & topical & open_to) * shared * (has * (0.3 + 0.7 * told) * weight)[:, None],
        soft * topical * open_to * has[:, None] * alike * (0.3 + 0.7 * told)[:, None],
        (later & value & open_to) * weight[:, None],
        (later & open_to) * has[:, None] * shape * (told * weight)[:, None],
        (later & open_to & has[:, None] & (good[:, None] > good[None, :] - _NEAR)) * alike,
    )
    mends = (later & (good > best - 2 * _NEAR)[None, :]) * alike
    next_ones = (follows & since[:, None]) * told[:, None]
    sequels = (next_ones * named, next_ones * shared, next_ones * alike, next_ones * value, next_ones * shape)
    columns = [*(table.max(axis=1) for table in after), *(table.max(axis=0) for table in (*over, *sequels))]
    return Heirs._make(column.astype(float).tolist() for column in (*columns, mends.max(axis=1)))


def _through(told: Table, follows: npt.NDArray[np.bool_], links: Table) -> Table:
    """How far each line is about what is asked, also by way of those whose place it takes."""
    for _ in range(_STEPS):
        told = np.maximum(told, _PASSED_ON * (follows * links * told[None, :]).max(axis=1))
    return told


def _valued(lines: Sequence[Line], asked_of: frozenset[str]) -> npt.NDArray[np.bool_]:
    """Whether the row names whom or what the column gives as its value, and another, too. What a line begins with is
    what it is about rather than its value, and those who are asked about are none."""
    known = known_names([line.words for line in lines]) - asked_of
    names = [named_in(line.words, known) for line in lines]
    values = [named_in(_OPENING.sub("", line.words), known) for line in lines]
    return np.array(
        [[bool(row & value) and bool(row - own) for own, value in zip(names, values, strict=True)] for row in names]
    )


def _shaped(lines: Sequence[Line]) -> Table:
    """How much the values of two lines are of one shape: a plain number of as many digits says little."""
    found = [shapes(line.words) for line in lines]
    return np.array(
        [
            [
                max((_SHAPE.get(one, 1.0 if "unit" in one or "part" in one else _PLAIN) for one in a & b), default=0.0)
                for b in found
            ]
            for a in found
        ]
    )


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
    known = known_names([line.words for line in lines])
    names = [named_in(line.words, known) for line in lines]
    often = Counter(name for one in names for name in one)
    rare = {name for name, count in often.items() if count <= max(4, len(lines) * _COMMON)}
    return np.array([[bool(a & b & rare) for b in names] for a in names])
