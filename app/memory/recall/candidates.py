"""Collect what might answer, with everything the stages after it judge by. The only stage that reads the store."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.core.types import EpisodeState, Filter, Span
from app.memory.recall.graph import named, ranks
from app.memory.recall.query import Query
from app.memory.recall.words import judged
from app.storage.keys import KeyRows
from app.storage.store import Store

POOL = 100
_GRAPH_POOL = 30
_AROUND = 40  # of the best whose neighbours are candidates, too
_SEEDS = 12
_SHARPNESS = 0.1  # the score by which a place to start from counts e times another
_TELLING = 200
"""Spans that name an entity beyond which it leads everywhere, and so nowhere."""
_COMPARED = 5_000

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vectors:
    """What is asked, embedded: `plain` without the names of speakers, `full` as it was put."""

    plain: Vector
    full: Vector
    identity: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that might answer, and what speaks for it. Cosines are 0 where there is no vector."""

    span: Span
    beside: tuple[int, ...] = ()
    before: str = ""  # the words said right before it
    episode: int = 0
    state: EpisodeState = EpisodeState.VIVID
    cosine: float = 0.0
    context: float = 0.0  # cosine of the turn together with the one before it
    fact: float = 0.0  # best cosine of one of its facts with the question as it was put
    plain_fact: float = 0.0  # the same without the names of speakers
    hindsight: float | None = None  # cosine of the turn with two to each side; None where no night has looked back
    bm25: float = 0.0
    around: float = 0.0  # BM25 over it and two turns to each side
    coverage: float = 0.0  # share of the question's words, by weight, that it or a neighbour holds
    graph: float = 0.0  # how far names lead here from other good candidates
    about: float = 0.0  # how much of what the question names it names, too
    vector: Vector | None = None  # of its context: how alike two candidates are
    score: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)  # what each stage added to the score


def gather(
    store: Store, query: Query, vectors: Vectors | None, where: Filter | None = None, pool: int = POOL
) -> list[Candidate]:
    """The best `pool` by words, by meaning and by time, what the graph leads to from those, and their neighbours.

    A read-only operation. Unranked. With no vectors, without meaning. `where` keeps to a place and a time.
    """
    by_words = dict(store.spans.search(query.words, pool, where=where))
    nearest = _nearest(store, vectors.plain, where, pool) if vectors is not None else []
    direct = list(dict.fromkeys([*by_words, *(key for key, _ in nearest), *_in_time(store, query, pool)]))
    repeated = _folded(store, query, where, direct)
    direct = list(dict.fromkeys(repeated.get(key, key) for key in direct))
    first = _together(by_words, nearest)
    graph, about = _graph(store, query, _seeds(first))
    found = list(dict.fromkeys([*direct, *graph, *about]))
    beside = store.spans.beside(found)
    beside |= store.spans.beside(_new([beside[key] for key in _best(first, _AROUND) if key in beside], beside))
    spans = store.spans.read(list(beside))
    beside |= store.spans.beside(_new(beside.values(), beside))
    repeats = _folded(store, query, where, list(spans))
    episodes = store.episodes.numbers([span.first_message_id for span in spans.values()])
    states = store.strengths.states(set(episodes.values()))
    words = judged(store, query.words, {key: 1 + len(span.text) for key, span in spans.items()}, beside)
    near_to = _cosines(store, vectors, list(spans)) if vectors is not None else {}
    return [
        Candidate(
            span=span,
            beside=beside[key],
            before=_before(key, beside[key], spans),
            episode=episodes.get(span.first_message_id, -span.conversation_id),
            state=states.get(episodes.get(span.first_message_id, 0), EpisodeState.VIVID),
            bm25=float(words.own[row]),
            around=float(words.around[row]),
            coverage=float(words.coverage[row]),
            graph=graph.get(key, 0.0),
            about=about.get(key, 0.0),
            cosine=near.turn,
            context=near.context,
            fact=near.fact,
            plain_fact=near.plain_fact,
            hindsight=near.hindsight,
            vector=near.vector,
        )
        for row, (key, span) in enumerate(spans.items())
        if (where is None or where.keeps(span)) and key not in repeats
        for near in [near_to.get(key, _Cosines())]
    ]


def _nearest(store: Store, vector: Vector, where: Filter | None, pool: int) -> list[tuple[int, float]]:
    """The nearest by cosine; among few that a filter keeps all are compared, among many only the nearest of all."""
    if where is None:
        return store.vectors.search(vector, pool)
    if where == Filter(space=""):  # nearly all of a store, unless most of it is in spaces
        elsewhere = store.spans.in_spaces()
        near = store.vectors.search(vector, min(pool + len(elsewhere), _COMPARED))
        near = [found for found in near if found[0] not in elsewhere]
        if len(near) >= pool or len(elsewhere) < _COMPARED:
            return near[:pool]
    kept = store.spans.within(where)
    if len(kept) > _COMPARED:
        return [found for found in store.vectors.search(vector, _COMPARED) if found[0] in kept][:pool]
    return sorted(store.vectors.cosines(vector, list(kept)).items(), key=lambda found: -found[1])[:pool]


def _folded(store: Store, query: Query, where: Filter | None, ids: list[int]) -> dict[int, int]:
    """What says again what another says, with that other. Of a day or a place, each stands for itself; and in a space
    what repeats a memory of another one does."""
    if query.times or (where is not None and not where.space_alone):
        return {}
    found = store.folds.exemplars(ids)
    if where is None or not found:
        return found
    kept = store.spans.read(list(set(found.values())))
    return {key: other for key, other in found.items() if other in kept and where.keeps(kept[other])}


def _in_time(store: Store, query: Query, pool: int) -> list[int]:
    each = pool // max(len(query.times), 1)
    return [key for time in query.times for key in store.spans.said_between(time.first, time.last, each)]


def _together(by_words: Mapping[int, float], nearest: Sequence[tuple[int, float]]) -> dict[int, float]:
    """A first score by words and meaning: enough to know around which candidates to look further."""
    top = max(by_words.values(), default=1.0) or 1.0
    total = {key: score / top for key, score in by_words.items()}
    for key, cosine in nearest:
        total[key] = total.get(key, 0.0) + max(cosine, 0.0)
    return total


def _seeds(first: Mapping[int, float]) -> dict[int, float]:
    """The places from which the graph is walked."""
    best = _best(first, _SEEDS)
    return {key: math.exp((score - max(best.values())) / _SHARPNESS) for key, score in best.items()}


def _best(scores: Mapping[int, float], count: int) -> dict[int, float]:
    return {key: scores[key] for key in sorted(scores, key=lambda k: (-scores[k], -k))[:count]}


def _graph(store: Store, query: Query, seeds: Mapping[int, float]) -> tuple[dict[int, float], dict[int, float]]:
    """How strongly the names that the best candidates share with others lead to each span; and how much of what the
    question names each of them names. Nothing where no text under a heading is near: the names of talk lead nowhere."""
    asked = set(store.entities.named_in(query.text).values())
    linked = [m.entity_id for m in store.entities.mentions(list(seeds), _TELLING)]
    reached = store.entities.spans_of(list(dict.fromkeys([*sorted(asked), *linked])), _GRAPH_POOL, _TELLING)
    near = list(dict.fromkeys([*seeds, *reached]))
    if not store.entities.any_about(near):
        return {}, {}
    mentions = store.entities.mentions(near, _TELLING)
    return _best(ranks(mentions, seeds, asked), _GRAPH_POOL), _best(named(mentions, asked), _GRAPH_POOL)


def _new(rings: Iterable[tuple[int, ...]], known: Mapping[int, object]) -> list[int]:
    return sorted({key for ring in rings for key in ring} - known.keys())


def _before(key: int, beside: tuple[int, ...], spans: Mapping[int, Span]) -> str:
    return next((spans[other].text for other in beside if other < key and other in spans), "")


class _Cosines(NamedTuple):
    turn: float = 0.0
    context: float = 0.0
    fact: float = 0.0
    plain_fact: float = 0.0
    vector: Vector | None = None
    hindsight: float | None = None


def _cosines(store: Store, vectors: Vectors, ids: list[int]) -> dict[int, _Cosines]:
    keyed = _by_keys(store.keys.read(vectors.identity, ids, len(vectors.plain)), vectors)
    behind = store.hindsights.read(vectors.identity, ids)
    looked_back = {key: float(vector @ vectors.full) for key, vector in behind.items()}
    return {
        key: _judged(turn, keyed.get(key), looked_back.get(key))
        for key, turn in store.vectors.cosines(vectors.plain, ids).items()
    }


class _Keyed(NamedTuple):
    context: float
    fact: float  # less than any cosine where there are no facts
    plain_fact: float
    vector: Vector


def _by_keys(keys: KeyRows, vectors: Vectors) -> dict[int, _Keyed]:
    """The context of each span with keys, and the best of its facts: all spans at once, as there are hundreds."""
    if not keys.ids:
        return {}
    context = keys.vectors[keys.starts]
    plain, full = keys.vectors @ vectors.plain, keys.vectors @ vectors.full
    of_context = plain[keys.starts].tolist()
    plain[keys.starts] = full[keys.starts] = -np.inf
    facts, plain_facts = (np.maximum.reduceat(scores, keys.starts).tolist() for scores in (full, plain))
    return dict(zip(keys.ids, map(_Keyed, of_context, facts, plain_facts, context), strict=True))


def _judged(turn: float, keyed: _Keyed | None, hindsight: float | None) -> _Cosines:
    """A turn without keys, or without facts, is its own."""
    if keyed is None:
        return _Cosines(turn, turn, turn, turn, None, hindsight)
    if keyed.fact == -math.inf:
        return _Cosines(turn, keyed.context, turn, turn, keyed.vector, hindsight)
    return _Cosines(turn, *keyed, hindsight)
