"""Which experts are worth their room ("windowing", section 3.2). One number for each; the least goes first."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Policy(Protocol):
    """Told what is used, it keeps `worth`, one number an expert, over all layers; larger stays longer."""

    worth: Floats

    def used(self, experts: npt.NDArray[np.intp], counts: npt.NDArray[np.intp], tokens: int) -> None:
        """Experts, each once and numbered over all layers, were used by so many of the `tokens` just read."""
        ...


class Recent:
    """Least recently used goes first."""

    def __init__(self, experts: int) -> None:
        self.worth: Floats = np.zeros(experts)
        self._now = 0

    def used(self, experts: npt.NDArray[np.intp], counts: npt.NDArray[np.intp], tokens: int) -> None:
        """Counts play no part."""
        self._now += 1
        self.worth[experts] = self._now


class Frequent:
    """Least frequently used goes first, where each use counts half after `half_life` tokens.

    A prompt counts as its tokens one after the other would, except that its end is no more recent than its beginning:
    so what it used most is what stays for the reply.
    """

    def __init__(self, experts: int, layers: int, half_life: float) -> None:
        self.worth: Floats = np.zeros(experts)
        self._gain = 2.0 ** (1.0 / (half_life * layers))  # a use now weighs more than one a layer ago
        self._weight = 1.0
        self._longest = half_life

    def used(self, experts: npt.NDArray[np.intp], counts: npt.NDArray[np.intp], tokens: int) -> None:
        """A prompt longer than a half-life counts as one of that length."""
        self._weight *= self._gain
        share = min(1.0, self._longest / tokens)
        self.worth[experts] += self._weight * share * counts
        if self._weight > 1e100:
            self.worth /= self._weight
            self._weight = 1.0


POLICIES = ("recent", "frequent")


def policy(name: str, experts: int, layers: int) -> Policy:
    """The policy of that name."""
    return Recent(experts) if name == "recent" else Frequent(experts, layers, half_life=16.0)
