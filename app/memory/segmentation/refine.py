"""Boundary refinement over a similarity graph (EM-LLM: Fountas et al. 2024, section 3.2 and algorithm 1).

Each boundary moves, in order, to the place between its predecessor and itself where the two events beside it
form the best partition of the graph that those two events induce. The paper leaves open whether "the induced
graph" spans two events or all of them; two keep it online. 2-D prefix sums make a pass O(T^2), as the graph is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

Metric = Literal["modularity", "conductance"]
Floats = npt.NDArray[np.float64]


def refine(graph: npt.ArrayLike, boundaries: Sequence[int], metric: Metric = "modularity") -> list[int]:
    """Better places for `boundaries`, the first indices of events after the first one, ascending in 1..T-1.

    `graph` is the (T, T) similarity of the T tokens or turns. Two boundaries never meet: each event keeps a member.
    Of equal places the one nearest to the old stands. Raises ValueError when boundaries or graph are malformed.
    """
    weights = np.asarray(graph, dtype=np.float64)
    size = len(weights)
    if weights.shape != (size, size):
        raise ValueError(f"a graph is square, not {weights.shape}")
    moved = [0, *boundaries, size]
    if any(a >= b for a, b in pairwise(moved)):
        raise ValueError("boundaries ascend between 1 and T-1")
    sums = _prefix_sums(weights)
    for i in range(1, len(moved) - 1):
        start, old, end = moved[i - 1], moved[i], moved[i + 1]
        places = np.arange(old, start, -1)  # the old one first: argmax keeps the first of equals
        moved[i] = int(places[np.argmax(_quality(sums, start, places, end, metric))])
    return moved[1:-1]


def _quality(sums: Floats, start: int, cuts: npt.NDArray[np.intp], end: int, metric: Metric) -> Floats:
    """How good it is to cut nodes start..end at each of `cuts`; higher is better. Shape as `cuts`."""
    left, right = _block(sums, start, cuts, start, cuts), _block(sums, cuts, end, cuts, end)
    across = _block(sums, start, cuts, cuts, end)
    back = _block(sums, cuts, end, start, cuts)
    if metric == "conductance":
        return -_conductance(across, left, right)
    return _modularity(left, right, across, back)


def _modularity(left: Floats, right: Floats, across: Floats, back: Floats) -> Floats:
    """Modularity: (1 / 4m) sum over pairs within an event of A_ij - k_i k_j / 2m, with 2m the total weight."""
    total = left + right + across + back
    expected = (left + across) * (left + back) + (right + back) * (right + across)
    with np.errstate(divide="ignore", invalid="ignore"):
        quality = (left + right - expected / total) / (2 * total)
    return np.where(total > 0, quality, 0.0)


def _conductance(across: Floats, left: Floats, right: Floats) -> Floats:
    """Conductance: the weight cut over the smaller volume within; infinite where a side has none."""
    volume = np.minimum(left, right)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(volume > 0, across / volume, np.inf)


def _prefix_sums(weights: Floats) -> Floats:
    sums = np.zeros((len(weights) + 1, len(weights) + 1))
    np.cumsum(np.cumsum(weights, axis=0), axis=1, out=sums[1:, 1:])
    return sums


def _block(
    sums: Floats,
    top: int | npt.NDArray[np.intp],
    bottom: int | npt.NDArray[np.intp],
    left: int | npt.NDArray[np.intp],
    right: int | npt.NDArray[np.intp],
) -> Floats:
    """Sums of the weights in rows top..bottom and columns left..right, ends excluded."""
    return np.asarray(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])
