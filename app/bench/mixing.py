"""An embedder for benchmarks of size: the first texts get real vectors, the rest mixtures of two of those."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.runtime.protocols import Embedder

_NOISE = 0.25  # length of the noise against the mixture's 1


class Mixing:
    """Embeds `real` texts by another embedder and times them; what follows costs next to nothing, and has as many near
    neighbours. `seconds` are those that it took in all."""

    def __init__(self, embedder: Embedder, real: int) -> None:
        self._embedder = embedder
        self._real = real
        self._known = np.zeros((0, embedder.dimension), np.float32)
        self._rng = np.random.default_rng(0)
        self._real_s = 0.0
        self.load, self.identity, self.dimension = embedder.load, embedder.identity, embedder.dimension
        self.texts = 0
        self.seconds = 0.0

    @property
    def running(self) -> bool:
        """Whether it answers at once."""
        return self._embedder.running

    @property
    def ms_per_text(self) -> float:
        """What a real vector takes."""
        return self._real_s / max(len(self._known), 1) * 1000

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A unit vector for each text."""
        begun = time.perf_counter()
        self.texts += len(texts)
        if len(self._known) < self._real:
            found = self._embedder.embed(texts)
            self._known = np.concatenate([self._known, found])
            self._real_s += time.perf_counter() - begun
        else:
            found = self._mixed(len(texts))
        self.seconds += time.perf_counter() - begun
        return found

    def _mixed(self, count: int) -> npt.NDArray[np.float32]:
        pairs = self._rng.integers(len(self._known), size=(2, count))
        share = self._rng.random((count, 1), dtype=np.float32)
        mixed = share * self._known[pairs[0]] + (1 - share) * self._known[pairs[1]]
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
        noise = self._rng.standard_normal(mixed.shape, dtype=np.float32) * (_NOISE / math.sqrt(mixed.shape[1]))
        found: npt.NDArray[np.float32] = (mixed + noise).astype(np.float32)
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        return found
