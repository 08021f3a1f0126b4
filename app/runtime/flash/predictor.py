"""Which experts the next layer will ask for: its router, on what this layer's router was given.

What one layer adds to the residual stream is small beside what is there, so that the guess is mostly right.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_MOST_TOKENS = 8  # beyond, nearly every expert is wanted anyway


class Predictor:
    """Routers as matrices (experts, width), one a layer that has experts; None where a layer's cannot be read."""

    def __init__(self, routers: Sequence[Floats | None], scales: Sequence[Floats | None], guesses: int) -> None:
        self._routers = routers
        self._scales = scales  # what each layer's norm multiplies by, in front of its router
        self._guesses = guesses

    def guess(self, row: int, address: int, tokens: int) -> npt.NDArray[np.intp]:
        """Experts of layer `row`, the likeliest first; `address` is that of the input to the router before it."""
        router = self._routers[row]
        if router is None or tokens > _MOST_TOKENS or self._guesses == 0:
            return _NONE
        width = router.shape[1]
        given = np.ctypeslib.as_array((ctypes.c_float * (width * tokens)).from_address(address)).reshape(tokens, width)
        before, here = self._scales[row - 1], self._scales[row]
        if before is not None and here is not None:
            given = given * (here / before)
        logits = (given @ router.T).max(axis=0)
        top = np.argpartition(-logits, self._guesses - 1)[: self._guesses]
        found: npt.NDArray[np.intp] = top[np.argsort(-logits[top])]
        return found


_NONE = np.zeros(0, np.intp)
