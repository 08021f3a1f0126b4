"""How present a memory still is: the forgetting curve, as pure functions of (state, event, now).

The formulas and their parameters are those published for FSRS 6 (Ye, Su and Cao, "A Stochastic Shortest Path Algorithm
for Optimizing Spaced Repetition Scheduling", KDD 2022, and its successors; parameters fitted to reviews of people).
Retrievability falls with the time since the last use by a power law; a use makes it fall more slowly from then on, and
the more so the further it had fallen, which is the spacing effect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.types import EpisodeState

VIVID, FADING = 0.7, 0.5
"""Retrievability from which on a memory is vivid, and below which it is archived."""

_DECAY = -0.1542
_FACTOR = 0.9 ** (1 / _DECAY) - 1  # so that after `stability` days retrievability is .9
_GROWTH = math.exp(1.8722)
_FLATTENING, _SPACING = 0.1666, 0.796
_DIFFICULTY = 5.0  # the middle of 1 to 10: nobody grades how hard a memory was
_DULLEST, _STRONGEST = 2.3065, 100.0  # days of stability at birth: a first "good" review, and the most that FSRS gives
_LONGEST = 36_500.0
_DAY = timedelta(days=1)


class Use(StrEnum):
    """What happened to a memory."""

    SHOWN = "shown"
    CITED = "cited"
    OPENED = "opened"


WORTH = {Use.SHOWN: 0.2, Use.CITED: 1.0, Use.OPENED: 1.8729}
"""How much a use strengthens: to be cited is FSRS's "good", to be opened its "easy". To have stood in a prompt is less
than its "hard" (0.6): what stands there was not chosen by a person, and would strengthen itself by being strong."""


@dataclass(frozen=True, slots=True)
class Strength:
    """The state of a memory. `stability` in days; `used_at` is its birth or its last use. Moments are aware."""

    born_at: datetime
    used_at: datetime
    salience: float
    stability: float
    uses: int = 0
    pinned: bool = False


def born(salience: float, now: datetime, *, pinned: bool = False) -> Strength:
    """A memory as it comes in: the more salient (0 to 1), the longer it lasts unused."""
    stability = _DULLEST * (_STRONGEST / _DULLEST) ** min(max(salience, 0.0), 1.0)
    return Strength(now, now, salience, stability, pinned=pinned)


def used(strength: Strength, use: Use, now: datetime) -> Strength:
    """The memory after a use. A use that is told late, after a later one, counts and moves nothing back."""
    growth = (
        _GROWTH
        * (11 - _DIFFICULTY)
        * strength.stability**-_FLATTENING
        * (math.exp((1 - retrievability(strength, now)) * _SPACING) - 1)
        * WORTH[use]
    )
    stability = min(strength.stability * (1 + growth), _LONGEST)
    return replace(strength, stability=stability, used_at=max(strength.used_at, now), uses=strength.uses + 1)


def retrievability(strength: Strength, now: datetime) -> float:
    """How likely it would still come to mind, 1 at its last use and towards 0 for ever; 1 where it is pinned."""
    if strength.pinned:
        return 1.0
    days = max((now - strength.used_at) / _DAY, 0.0)
    return float((1 + _FACTOR * days / strength.stability) ** _DECAY)


def falls_to(strength: Strength, share: float) -> datetime:
    """When retrievability comes down to `share`, if it is not used; never for what is pinned."""
    days = strength.stability / _FACTOR * (share ** (1 / _DECAY) - 1)
    latest = datetime.max.replace(tzinfo=strength.used_at.tzinfo) - _DAY
    return latest if strength.pinned or days * _DAY > latest - strength.used_at else strength.used_at + days * _DAY


def state_of(strength: Strength, now: datetime) -> EpisodeState:
    """Vivid, fading or archived."""
    left = retrievability(strength, now)
    return EpisodeState.VIVID if left > VIVID else EpisodeState.FADING if left > FADING else EpisodeState.ARCHIVED


def together(one: Strength, other: Strength) -> Strength:
    """Two memories that became one: what was stronger, used last, or pinned in either."""
    return Strength(
        min(one.born_at, other.born_at),
        max(one.used_at, other.used_at),
        max(one.salience, other.salience),
        max(one.stability, other.stability),
        max(one.uses, other.uses),
        one.pinned or other.pinned,
    )
