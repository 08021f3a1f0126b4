"""Which experts are worth their room ("windowing", section 3.2). One number for each; the least goes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Use:
    """What a batch of tokens used of one layer.

    Experts are numbered over all layers, those of this one from `first` on. `chances`, (tokens, experts of the layer),
    is what the router gave each, chosen or not; empty where it cannot be read.
    """

    first: int
    experts: npt.NDArray[np.intp]
    counts: npt.NDArray[np.intp]
    tokens: int
    chances: npt.NDArray[np.float32]


class Policy(Protocol):
    """Told what is used, it keeps `worth`, one number an expert, over all layers; larger stays longer."""

    worth: Floats

    def used(self, use: Use) -> None:
        """A layer has chosen its experts."""
        ...


class Recent:
    """Least recently used goes first (LRU)."""

    def __init__(self, experts: int, layers: int) -> None:
        self.worth: Floats = np.zeros(experts)
        self._now = 0

    def used(self, use: Use) -> None:
        """Counts play no part."""
        self._now += 1
        self.worth[use.experts] = self._now


class Frequent:
    """Least frequently used goes first (LFU), where a use counts half after `_HALF_LIFE` tokens."""

    _HALF_LIFE = 16.0

    def __init__(self, experts: int, layers: int) -> None:
        self.worth: Floats = np.zeros(experts)
        self._gain = 2.0 ** (1.0 / (self._HALF_LIFE * layers))  # a use now weighs more than one a layer ago
        self._weight = 1.0

    def used(self, use: Use) -> None:
        """A prompt longer than a half-life counts as one of that length."""
        self._weight *= self._gain
        self.worth[use.experts] += self._weight * min(1.0, self._HALF_LIFE / use.tokens) * use.counts
        if self._weight > 1e100:
            self.worth /= self._weight
            self._weight = 1.0


class Routed:
    """What the routers gave least of late goes first, whether they chose it or not.

    An expert that was nearly chosen will be chosen soon. The last token counts most; what a whole prompt was given
    counts for as long as a reply takes.
    """

    _SHORT, _LONG, _SHARE = 1.0, 64.0, 0.3  # half-lives in tokens, and the weight of the long one
    _ENOUGH = 16  # tokens from the end of a prompt that the short one still sees

    def __init__(self, experts: int, layers: int) -> None:
        self._short: Floats = np.zeros(experts)
        self._long: Floats = np.zeros(experts)
        self.worth: Floats = np.zeros(experts)

    def used(self, use: Use) -> None:
        """Where chances cannot be read, the chosen count alone."""
        chances = use.chances
        if not chances.size:
            chances = np.bincount(use.experts - use.first, use.counts).astype(np.float32)[None, :] / use.counts.sum()
        here = slice(use.first, use.first + chances.shape[1])
        if len(chances) == 1:
            self._fade(here, chances[0])
        else:
            self._fade_many(here, chances, use.tokens)
        self.worth[here] = self._short[here] + self._SHARE * self._long[here]

    def _fade(self, here: slice, chances: npt.NDArray[np.float32]) -> None:
        short, long = self._short[here], self._long[here]
        short += (chances - short) * (1 - 0.5 ** (1 / self._SHORT))
        long += (chances - long) * (1 - 0.5 ** (1 / self._LONG))

    def _fade_many(self, here: slice, chances: npt.NDArray[np.float32], tokens: int) -> None:
        last, whole = chances[-self._ENOUGH :], chances.mean(0)
        keep = 0.5 ** (1 / self._SHORT)
        fading = keep ** np.arange(len(last) - 1, -1, -1) * (1 - keep)
        self._short[here] = self._short[here] * keep**tokens + fading @ last
        keep = 0.5 ** (tokens / self._LONG)
        self._long[here] = self._long[here] * keep + whole * (1 - keep)


POLICIES: dict[str, Callable[[int, int], Policy]] = {"recent": Recent, "frequent": Frequent, "routed": Routed}


def policy(name: str, experts: int, layers: int) -> Policy:
    """The policy of that name for so many experts in all."""
    return POLICIES[name](experts, layers)
