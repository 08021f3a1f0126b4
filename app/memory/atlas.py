"""A map of what is named: names that stand together in memories lie near each other. Pure but for the reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.storage.store import Store

Points = npt.NDArray[np.float64]
_STEPS = 120
_GRAVITY = 0.12
_SEED = 7
_LINKS_EACH = 6
_CLOSE = 2.2
_LOOKED_AT = 6  # of the memories that name something
_SHORTEST = 2
_NO_NAMES = frozenset(  # what an apostrophe leaves, and days: what happens on them is on the timeline
    """i t ve s re ll d m monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat
    sun january february march april june july august september october november december""".split()  # noqa: SIM905
)
_BEGINS = ".!?…:;\"'“”‘’()[]{}*#>-–—•\n"


@dataclass(frozen=True, slots=True)
class Name:
    """Something that is named, by how many memories, and where it lies on the map, about -1 to 1."""

    id: int
    name: str
    memories: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Tie:
    """Two names, by their places in the list, and how many memories name both."""

    a: int
    b: int
    memories: int


@dataclass(frozen=True, slots=True)
class Atlas:
    """What is named most, the most named first, and what ties it together."""

    names: tuple[Name, ...]
    ties: tuple[Tie, ...]


def atlas(store: Store, limit: int = 500, space: str | None = None) -> tuple[list[tuple[int, str, int]], list[Tie]]:
    """What is named most, and the strongest ties of each. Read-only; `drawn` lays it out, off the store's thread.

    Words that are only ever written large where a sentence begins are no names.
    """
    names: list[tuple[int, str, int]] = []
    found = store.overview.names(3 * limit, space)
    known = {plain for _, plain, _ in found}
    for key, plain, count in found:
        if len(names) == limit:
            break
        both = plain.split(" and ")
        if (len(both) == 1 or not known.issuperset(both)) and (
            spelt := spelling(plain, store.overview.wordings(key, _LOOKED_AT))
        ):
            names.append((key, spelt, count))
    place = {key: number for number, (key, _, _) in enumerate(names)}
    pairs = [(place[a], place[b], count) for a, b, count in store.overview.together(list(place), space)]
    often = [count for _, _, count in names]
    pairs.sort(key=lambda pair: -pair[2] / (often[pair[0]] * often[pair[1]]) ** 0.5)
    degree, ties = [0] * len(names), []
    for a, b, count in pairs:
        if min(degree[a], degree[b]) < _LINKS_EACH:
            degree[a], degree[b] = degree[a] + 1, degree[b] + 1
            ties.append(Tie(a, b, count))
    return names, ties


def spelling(plain: str, texts: Sequence[str]) -> str:
    """How a name is written in these texts, within a sentence; "" where it is no name there."""
    words = plain.split()
    if not words or len(plain) < _SHORTEST or {*words} & _NO_NAMES:
        return ""
    if not any(letter.upper() != letter.lower() for letter in plain):
        return plain  # a script without large letters
    apart = r"\W+".join(map(re.escape, words))
    wanted = re.compile(rf"(?<![\w'’]){apart}(?!\w)", re.IGNORECASE)
    spelt = ""
    for text in texts:
        for found in wanted.finditer(text):
            if not found[0][0].isupper():
                return ""
            before = text[: found.start()].rstrip()
            if not spelt and before and before[-1] not in _BEGINS:
                spelt = " ".join(found[0].split())
    return spelt


def drawn(names: list[tuple[int, str, int]], ties: list[Tie]) -> Atlas:
    """The map: the same for the same names. A second for 500 names at most."""
    at = laid_out(len(names), [(tie.a, tie.b, float(tie.memories)) for tie in ties])
    placed = (Name(key, name, count, float(x), float(y)) for (key, name, count), (x, y) in zip(names, at, strict=True))
    return Atlas(tuple(placed), tuple(ties))


def laid_out(count: int, ties: list[tuple[int, int, float]]) -> Points:
    """Points of shape (count, 2), ties short and all else apart (Fruchterman and Reingold 1991, with a pull to the
    middle, so that what is tied to nothing does not drift away)."""
    if count == 0:
        return np.zeros((0, 2))
    random = np.random.default_rng(_SEED)
    at = random.uniform(-1, 1, (count, 2))
    a, b = (np.array([tie[end] for tie in ties], dtype=int) for end in (0, 1))
    weight = np.log1p(np.array([tie[2] for tie in ties])) if ties else np.zeros(0)
    wide = _CLOSE / np.sqrt(count)
    for step in range(_STEPS):
        square = sum((axis[:, None] - axis[None, :]) ** 2 for axis in at.T)
        push = wide**2 / np.maximum(square, 1e-4)
        move = at * push.sum(axis=1, keepdims=True) - push @ at
        if ties:
            pull = (at[a] - at[b]) * (np.linalg.norm(at[a] - at[b], axis=1) * weight / wide)[:, None]
            np.add.at(move, a, -pull)
            np.add.at(move, b, pull)
        move -= at * _GRAVITY * count**0.5
        length = np.maximum(np.linalg.norm(move, axis=1, keepdims=True), 1e-9)
        at += move / length * np.minimum(length, 0.12 * (1 - step / _STEPS) + 0.002)
    at -= at.mean(axis=0)
    return np.asarray(at / max(float(np.abs(at).max()), 1e-9))
