"""Which experts the next layer will ask for: its router, on what this layer's router was given.

What one layer adds to the residual stream is small beside what is there, so that the guess is mostly right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.runtime.flash.memory import floats_at

Floats = npt.NDArray[np.float32]
_MOST_TOKENS = 8  # beyond, nearly every expert is wanted anyway


class Predictor:
    """Routers as matrices (experts, width), one a layer that has experts; None where a layer's cannot be read. `scales`
    are what each layer's norm multiplies by, in front of its router."""

    def __init__(self, routers: Sequence[Floats | None], scales: Sequence[Floats | None], guesses: int) -> None:
        self._guesses = guesses
        self._routers = [
            router if row == 0 else _behind(router, scales[row - 1], scales[row]) for row, router in enumerate(routers)
        ]

    def guess(self, row: int, address: int, tokens: int) -> npt.NDArray[np.intp]:
        """Experts of layer `row`, the likeliest first; `address` is that of the input to the router before it."""
        router = self._routers[row]
        if router is None or tokens > _MOST_TOKENS or self._guesses == 0:
            return _NONE
        width = router.shape[1]
        given = floats_at(address, width * tokens)
        logits = router @ given if tokens == 1 else (given.reshape(tokens, width) @ router.T).max(axis=0)
        top = np.argpartition(-logits, self._guesses - 1)[: self._guesses]
        found: npt.NDArray[np.intp] = top[np.argsort(-logits[top])]
        return found


def _behind(router: Floats | None, before: Floats | None, here: Floats | None) -> Floats | None:
    """A router as it must be to read what the layer before gave its own: each layer's norm has a scale."""
    if router is None or before is None or here is None:
        return router
    found: Floats = router * (here / before)
    return found


_NONE = np.zeros(0, np.intp)
