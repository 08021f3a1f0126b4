"""Personalised PageRank over who and what is named where: from what was found to what it leads to.

After HippoRAG (Gutiérrez et al., 2024, sec. 2.2 and 3): spans and entities are the nodes, a mention is an edge. The
walk starts at the best candidates and at the entities of the question, and half of the time goes back there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from app.storage.entities import Mention

_RETURN = 0.5
_STEPS = 20


def ranks(links: Iterable[Mention], seeds: Mapping[int, float], asked: Iterable[int] = ()) -> dict[int, float]:
    """For each span the share of the walk that is spent there. Pure; empty without links or places to start.

    `seeds` are spans with their weights, `asked` the entities of the question, which weigh as much as all seeds.
    """
    links = list(links)
    spans = {key: i for i, key in enumerate(dict.fromkeys([*seeds, *(link.span_id for link in links)]))}
    names = {key: i + len(spans) for i, key in enumerate(dict.fromkeys(link.entity_id for link in links))}
    start: npt.NDArray[np.float64] = np.zeros(len(spans) + len(names))
    for key, value in seeds.items():
        start[spans[key]] = value
    rarity = {link.entity_id: 1 / (1 + math.log(link.spans)) for link in links}
    known = [key for key in asked if key in names]
    for key in known:
        start[names[key]] = (sum(seeds.values()) or 1.0) * rarity[key] / sum(rarity[k] for k in known)
    if not links or not start.any():
        return {}
    start /= start.sum()
    source = np.array([spans[link.span_id] for link in links])
    target = np.array([names[link.entity_id] for link in links])
    weight = np.array([rarity[link.entity_id] for link in links])
    leaving = np.bincount(source, weight, start.size) + np.bincount(target, weight, start.size)
    to_names, to_spans = weight / leaving[source], weight / leaving[target]
    share = start.copy()
    for _ in range(_STEPS):
        moved = np.bincount(target, share[source] * to_names, start.size)
        moved += np.bincount(source, share[target] * to_spans, start.size)
        share = _RETURN * start + (1 - _RETURN) * moved
    return {key: float(share[spans[key]]) for key in dict.fromkeys(link.span_id for link in links)}
