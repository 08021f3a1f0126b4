"""What speaks for each candidate, as numbers on one scale: the rows a linear reranker weighs.

Scores are brought to standard deviations over the candidates (z-scores): ranks throw away how much better one is
than the next, and lose to BM25 alone when fused with equal weight.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

import numpy as np
import numpy.typing as npt

from app.core.types import Origin, Role
from app.memory.entities import heading
from app.memory.recall.candidates import Candidate
from app.memory.recall.query import Query
from app.memory.recall.times import overlap, times_in
from app.memory.recall.when import asks_when

Matrix = npt.NDArray[np.float64]

STAGES: dict[str, tuple[str, ...]] = {
    "meaning": ("cosine", "context"),
    "facts": ("fact", "plain_fact", "fact_of_named"),
    "words": ("bm25", "around", "coverage"),
    "graph": ("graph", "about"),
    "speaker": ("named",),
    "time": ("date", "tells_when"),
    "place": ("place",),
    "episode": ("episode",),
    "hindsight": ("hindsight",),
    "dialogue": ("asks", "answers"),
    "role": ("machine",),
}
"""The features that each stage of recall computes. A stage is switched off by leaving its features at 0."""

NAMES = tuple(name for names in STAGES.values() for name in names)
_ASKS = re.compile(r"[?？]\W*$")
_EPISODE_TOP = 3
_ALIKE = 0.1
_READ_FOR_TIMES = 100


def features(candidates: Sequence[Candidate], query: Query, without: Collection[str] = ()) -> Matrix:
    """The features of each candidate, shape (candidates, len(NAMES)), with those of the stages `without` at 0. Pure."""
    if not candidates:
        return np.zeros((0, len(NAMES)))
    of = {name: _scaled([getattr(c, name) for c in candidates]) for name in _SCORES}
    named = np.array([c.span.speaker in query.names for c in candidates], dtype=float)
    if named.all() or len(query.names) > 1:
        named[:] = 0.0  # says nothing about any of them
    of["named"] = named
    of["fact_of_named"] = of["fact"] * named
    documents = np.array([not c.span.speaker and bool(heading(c.span.text)) for c in candidates], dtype=float)
    for name in STAGES["graph"]:  # those who talk name the same few others all the time, which leads everywhere
        of[name] = of[name] * documents
    of["hindsight"] = _hindsight(candidates, query)
    of["coverage"] = np.array([c.coverage for c in candidates])
    of["place"] = np.array([query.places.match(c.span.place) for c in candidates])
    of["episode"] = _scaled(_episodes(candidates, of["cosine"] + of["bm25"] / 2 + of["fact"] / 4))
    for name, of_one in _OWN.items():
        of[name] = np.array([of_one(c) for c in candidates], dtype=float)
    likely = (-(of["cosine"] + of["bm25"] + of["fact"])).argsort()[:_READ_FOR_TIMES].tolist()
    times = _times(candidates, query, likely)
    of["date"], of["tells_when"] = times[:, 0], times[:, 1]
    off = {name for stage in without for name in STAGES.get(stage, ())}
    return np.stack([np.zeros(len(candidates)) if name in off else of[name] for name in NAMES], axis=1)


_SCORES = ("cosine", "context", "fact", "plain_fact", "bm25", "around", "graph", "about")

_OWN: dict[str, Callable[[Candidate], bool]] = {
    "asks": lambda c: bool(_ASKS.search(c.span.text)),
    "answers": lambda c: bool(_ASKS.search(c.before)),
    "machine": lambda c: c.span.role in (Role.ASSISTANT, Role.TOOL) and c.span.origin is not Origin.DOCUMENT,
}


def _times(candidates: Sequence[Candidate], query: Query, likely: Sequence[int]) -> Matrix:
    """How far each lies in the time that is asked about; and, where a date is asked for, whether it tells one.

    All are judged by the day they were said, the `likely` also by the times that they tell.
    """
    found = np.zeros((len(candidates), 2))
    when = asks_when(query.text)
    if query.times:
        found[:, 0] = [overlap(query.times, (), c.span.said_at) for c in candidates]
    for row in likely if query.times or when else ():
        span = candidates[row].span
        told = times_in(span.text, span.said_at)
        found[row] = (overlap(query.times, told, span.said_at), float(when and bool(told)))
    return found


def _episodes(candidates: Sequence[Candidate], scores: Matrix) -> list[float]:
    """For each candidate the mean of the best of its episode: a turn is seen in the light of what it belongs to."""
    best: dict[int, list[float]] = {}
    for candidate, score in zip(candidates, scores, strict=True):
        best.setdefault(candidate.episode, []).append(float(score))
    mean = {key: sum(sorted(values)[-_EPISODE_TOP:]) / min(len(values), _EPISODE_TOP) for key, values in best.items()}
    return [mean[c.episode] for c in candidates]


def _hindsight(candidates: Sequence[Candidate], query: Query) -> Matrix:
    """How near each is in the light of what was said around it. Says nothing where no night has looked back, nor where
    a date is asked for, which is told by a turn and not by its surroundings."""
    known = [c.hindsight for c in candidates if c.hindsight is not None]
    if not known or asks_when(query.text):
        return np.zeros(len(candidates))
    mean = sum(known) / len(known)
    return _scaled([mean if c.hindsight is None else c.hindsight for c in candidates])


def _scaled(values: Sequence[float]) -> Matrix:
    """Z-scores; where all are nearly alike, as among few candidates, their small differences stay small."""
    found = np.asarray(values, dtype=float)
    scaled: Matrix = (found - found.mean()) / max(float(found.std()), _ALIKE * float(np.abs(found).max()), 1e-9)
    return scaled
