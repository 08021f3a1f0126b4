"""Personalised PageRank over who and what is named where: from what was found to what it leads to.

After HippoRAG (Gutiérrez et al., 2024, sec. 2.2 and 3): spans and names are the nodes, a mention is an edge. A walk
starts at each of the best candidates, and half of the time it goes back there. Two things differ. What a walk spends at
its own start says nothing that is not known, and is left out. And the names that the question gave are not walked over:
they led to the first candidates already, while what comes next is reached by names that the question could not know.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

import numpy as np
import numpy.typing as npt

from app.storage.entities import Mention

_RETURN = 0.5
_STEPS = 4  # spans away; what lies further gets less than a thirtieth
_ABOUT = 4.0
"""How many mentions it is worth that a span is about what is named, and does not only name it."""


def weight(mention: Mention) -> float:
    """How much a mention tells: more where few name the same, and where the span is about it."""
    return (_ABOUT if mention.about else 1.0) / (1 + math.log(mention.spans))


def named(mentions: Iterable[Mention], asked: Collection[int]) -> dict[int, float]:
    """For each span how much of what was `asked` about it names. Pure."""
    found: dict[int, float] = {}
    for mention in mentions:
        if mention.entity_id in asked:
            found[mention.span_id] = found.get(mention.span_id, 0.0) + weight(mention)
    return found


def ranks(mentions: Iterable[Mention], seeds: Mapping[int, float], asked: Collection[int] = ()) -> dict[int, float]:
    """For each span the share of walks from other spans that arrives there, 0 to 1; at most 1 together. Pure.

    `seeds` are spans with their weights, none below 0; `asked` are names that are not walked over.
    """
    links = [mention for mention in mentions if mention.entity_id not in asked]
    spans = {key: i for i, key in enumerate(dict.fromkeys([*seeds, *(link.span_id for link in links)]))}
    names = {key: i for i, key in enumerate(dict.fromkeys(link.entity_id for link in links))}
    total = sum(seeds.values())
    if not links or total <= 0:
        return {}
    source = np.array([spans[link.span_id] for link in links])
    target = np.array([names[link.entity_id] for link in links])
    weights = np.array([weight(link) for link in links])
    to_names = weights / np.bincount(source, weights, len(spans))[source]
    to_spans = weights / np.bincount(target, weights, len(names))[target]
    found: npt.NDArray[np.float64] = np.zeros(len(spans))
    for seed, value in seeds.items():
        arrived = _walked(spans[seed], source, target, to_names, to_spans, found.size)
        arrived[spans[seed]] = 0.0
        found += value / total * arrived
    return {key: float(found[i]) for key, i in spans.items()}


def _walked(
    start: int,
    source: npt.NDArray[np.int64],
    target: npt.NDArray[np.int64],
    to_names: npt.NDArray[np.float64],
    to_spans: npt.NDArray[np.float64],
    spans: int,
) -> npt.NDArray[np.float64]:
    """Where a walk from one span spends its time after it has left."""
    share: npt.NDArray[np.float64] = np.zeros(spans)
    share[start] = 1.0
    time = np.zeros(spans)
    for step in range(_STEPS):
        at_names = np.bincount(target, share[source] * to_names)
        share = np.bincount(source, at_names[target] * to_spans, spans).astype(np.float64)
        time += _RETURN * (1 - _RETURN) ** step * share
    return time
