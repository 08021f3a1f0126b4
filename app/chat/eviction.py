"""Which turns leave the context when it is full: whole episodes, those that would be missed least first.

The system message always stays, and so do the latest turns: the first tokens, because attention comes back to them
(StreamingLLM: Xiao et al. 2024), and the recent ones, because they are what is being talked about.
"""

from __future__ import annotations

from collections.abc import Sequence

_KEEP_AFTER = 0.75
"""The share of the budget that is still used when some have left: the less, the seldomer it happens."""
_RECENT = 0.4
"""The share of the budget whose turns leave only when nothing else is left to."""


def leaving(costs: Sequence[int], groups: Sequence[Sequence[int]], values: Sequence[float], budget: int) -> set[int]:
    """Turns that leave so that the others fit `budget`; none as long as all fit.

    `costs` are tokens of each turn. `groups` are turns that leave together, in order; `values` say how much each would
    be missed, and of equals the oldest leaves first.
    """
    total = sum(costs)
    if total <= budget:
        return set()
    recent = _recent(costs, budget * _RECENT)
    old = [i for i, group in enumerate(groups) if not recent.intersection(group)]
    order = sorted(old, key=lambda i: (values[i], i)) + [i for i in range(len(groups)) if i not in old]
    gone: set[int] = set()
    for place, i in enumerate(order):
        if total <= (budget * _KEEP_AFTER if place < len(old) else budget):
            break
        gone.update(groups[i])
        total -= sum(costs[turn] for turn in groups[i])
    return gone


def _recent(costs: Sequence[int], tokens: float) -> set[int]:
    """The latest turns that together take so many tokens at most."""
    found: set[int] = set()
    for turn in reversed(range(len(costs))):
        tokens -= costs[turn]
        if tokens < 0:
            break
        found.add(turn)
    return found


def exchanges(speaks: Sequence[bool], episodes: Sequence[int]) -> list[list[int]]:
    """Turns as groups that can leave: each begins with one of the user's, and none reaches over an episode's end.

    `speaks` says whether the user does, `episodes` which episode a turn belongs to (0: to none yet). An exchange
    belongs to the episode of its first turn; turns in front of the first exchange are a group of their own.
    """
    groups: list[list[int]] = []
    known = 0
    for turn, (user, episode) in enumerate(zip(speaks, episodes, strict=True)):
        if (groups and not user) or (groups and episode and episode == known):
            groups[-1].append(turn)
        else:
            groups.append([turn])
            known = episode
    return groups
