"""Keys in hindsight: each memory embedded once more, together with what was said around it, also after it.

When something is said, only what came before it is known; at night the whole episode is. The question "What does Ida do
to relax?" is nearer to five turns about pottery than to any one of them. It is a key beside those of recall
(`app.memory.recall.keys`), and judges candidates only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from app.core.types import Span
from app.memory.consolidation.kinds import JOB, LOOKED_BACK, Tell
from app.runtime.protocols import Embedder
from app.storage.changes import NewChange
from app.storage.owner import StoreOwner
from app.storage.store import Store

_AT_ONCE = 8  # texts: whoever asks meanwhile waits for one such batch
_KEPT_AT_ONCE = 64  # in one transaction: waiting for the disk costs more than writing
_OWN, _OTHERS = 500, 240  # characters of the memory itself, and of each beside it

Vectors = npt.NDArray[np.float32]


class Hindsight:
    """Makes the keys that are missing, a few at a time. Thread-safe and blocking. Raises EmbedderError."""

    def __init__(self, store: StoreOwner, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder

    def look_back(self, keep_going: Callable[[], bool], told: Tell) -> int:
        """Give each memory that has none its key in hindsight; how many."""
        done, after = 0, 0
        keys: dict[int, Vectors] = {}
        while keep_going() and (batch := self._store.call(partial(self._next, after=after), background=True)):
            keys |= zip(batch, self._embedder.embed(list(batch.values())), strict=True)
            after = max(batch)
            if len(keys) >= _KEPT_AT_ONCE:
                done += self._kept(keys, told)
                keys = {}
        return done + self._kept(keys, told)

    def _kept(self, keys: dict[int, Vectors], told: Tell) -> int:
        if keys:
            self._store.write(partial(self._keep, keys=keys, told=told), background=True)
        return len(keys)

    def _next(self, store: Store, after: int) -> dict[int, str]:
        if not (identity := store.episodes.embedder()):
            return {}
        ids = store.hindsights.pending(identity, after, _AT_ONCE)
        around = {key: store.hindsights.around(key) for key in ids}
        spans = store.spans.read(list({key for keys in around.values() for key in keys}))
        return {key: surroundings(key, [spans[k] for k in keys if k in spans]) for key, keys in around.items()}

    def _keep(self, store: Store, keys: dict[int, Vectors], told: Tell) -> None:
        run = store.job_runs.open(JOB)
        store.hindsights.add(store.episodes.embedder(), keys, run)
        if run is not None:
            told(store, NewChange(LOOKED_BACK, [("run", run)], {"count": len(keys)}), ("run", run))


def surroundings(key: int, spans: list[Span]) -> str:
    """A memory and those beside it as one text: the end of what came before, it, the beginning of what came after."""
    return " ".join(_said(span, key) for span in spans)


def _said(span: Span, key: int) -> str:
    beside = span.text[-_OTHERS:] if span.id < key else span.text[:_OTHERS]
    text = span.text[:_OWN] if span.id == key else beside
    return f"{span.speaker}: {text}" if span.speaker else text
