"""How memories are linked: by likeness when they are new, and by use ever after. Pure.

Links with a reason and a weight are A-MEM's (Xu et al., 2025). Those of use follow Hebb: what is recalled together is
linked, more firmly each time, and less the longer it is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import combinations

from app.core.types import Span
from app.storage.links import Link, Reason

ALIKE = 0.6
"""The least cosine of memories that are linked for being alike."""
EACH = 3
"""Links that a new memory gets for being alike, at most."""
_RATE = 0.25
_HALF_LIFE = timedelta(days=60)
_SHOWN = 6  # of what was recalled together, the first


def alike(span: Span, earlier: Iterable[tuple[Span, float]], now: datetime) -> list[Link]:
    """Links from what is new to the nearest of what was said earlier, in other conversations."""
    near = [(c, b.id) for b, c in earlier if c >= ALIKE and b.conversation_id != span.conversation_id]
    best = sorted(near, key=lambda found: (-found[0], found[1]))[:EACH]
    return [Link(key, span.id, Reason.ALIKE, round(cosine, 4), now) for cosine, key in best]


def together(known: Iterable[Link], recalled: Iterable[int], at: datetime) -> list[Link]:
    """The links among what was recalled together, strengthened: each goes a quarter of the way that is left to 1."""
    before = {(link.a_id, link.b_id): link for link in known if link.reason is Reason.TOGETHER}
    found = []
    for a, b in combinations(sorted(list(dict.fromkeys(recalled))[:_SHOWN]), 2):
        weight = faded(before[a, b], at) if (a, b) in before else 0.0
        found.append(Link(a, b, Reason.TOGETHER, weight + _RATE * (1 - weight), at))
    return found


def faded(link: Link, now: datetime) -> float:
    """What is left of a link's weight: half of it every sixty days, if it is one of use."""
    if link.reason is not Reason.TOGETHER:
        return link.weight
    return float(link.weight * 0.5 ** (max(now - link.strengthened_at, timedelta(0)) / _HALF_LIFE))


def long_ago(now: datetime) -> datetime:
    """Links of use that were last strengthened before this are too weak to keep, however strong they were."""
    return now - 5 * _HALF_LIFE
