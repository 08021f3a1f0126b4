"""Another embedder takes over: its vectors are made in the background while the old ones serve, and survive a kill."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from app.memory.embedding import embedded, texts_of
from app.runtime.protocols import Embedder
from app.runtime.switch import EmbedderSwitch, end
from app.storage.owner import StoreOwner
from app.storage.store import Store

_AT_ONCE = 8  # spans: whoever asks meanwhile waits for one such batch


class Reembedding:
    """Gives every span a vector by the next embedder, then lets that serve, then drops what the others left.

    `wanted` is the folder of the next embedder, "" for none; `make` opens one; `took_over` is told of the folder that
    serves now. Blocking; for one thread.
    """

    def __init__(
        self,
        store: StoreOwner,
        switch: EmbedderSwitch,
        make: Callable[[str], Embedder],
        wanted: Callable[[], str],
        took_over: Callable[[str], None],
    ) -> None:
        self._store, self._switch, self._make = store, switch, make
        self._wanted, self._took_over = wanted, took_over
        self._tidied = False
        self.progress = (0, 0)  # spans done and in all, while it runs

    def waiting(self) -> bool:
        """Whether there is an embedder to come, or anything left of one that was."""
        return bool(self._wanted()) or not self._tidied

    def run(self, keep_going: Callable[[], bool], report: Callable[[int, int], None]) -> int:
        """Go on; how many spans got a vector. Stops early, losing nothing. Raises EmbedderError: the old one serves."""
        done = 0
        if folder := self._wanted():
            self._tidied = False
            embedder = self._make(folder)
            try:
                done, complete = self._make_all(embedder, keep_going, report)
                if not complete or self._wanted() != folder:
                    return done
                before, embedder = self._switch.swap(embedder), self._switch.current
                end(before)
                self._took_over(folder)
            finally:
                self.progress = (0, 0)
                if embedder is not self._switch.current:
                    end(embedder)
        self._tidy(keep_going)
        return done

    def _make_all(
        self, embedder: Embedder, keep_going: Callable[[], bool], report: Callable[[int, int], None]
    ) -> tuple[int, bool]:
        """Make what is missing, newest first; how many, and whether all are there and may be searched now."""
        embedder.load()
        identity, dimension = embedder.identity, embedder.dimension
        name = self._store.write(lambda store: store.next_vectors.begin(identity, dimension), background=True)
        total = self._store.call(lambda store: store.next_vectors.missing(name), background=True)
        done, before = 0, 1 << 62
        self.progress = (0, total)
        while True:
            if not keep_going():
                return done, False
            batch = self._store.call(partial(_pending, name=name, before=before), background=True)
            if not batch:
                if before == 1 << 62:
                    break
                before = 1 << 62  # what was said meanwhile
                continue
            vectors = embedded(embedder, [text for texts in batch.values() for text in texts])
            self._store.write(partial(_keep, name=name, batch=batch, vectors=vectors), background=True)
            done, before = done + len(batch), min(batch)
            self.progress = (done, max(done, total))
            report(*self.progress)
        self._store.write(lambda store: store.next_vectors.take_over(name), background=True)
        return done, True

    def _tidy(self, keep_going: Callable[[], bool]) -> None:
        """Drop the vectors of embedders that serve no more, once the one that serves has all of its own."""
        identity = self._switch.identity
        if self._store.call(lambda store: store.next_vectors.missing(identity), background=True):
            return
        for name in self._store.call(lambda store: store.next_vectors.others(identity), background=True):
            drop = partial(_drop, name=name)
            while self._store.write(drop, background=True):
                if not keep_going():
                    return
        self._tidied = True


def _pending(store: Store, name: str, before: int) -> dict[int, list[str]]:
    return texts_of(store, store.next_vectors.pending(name, before, _AT_ONCE))


def _keep(store: Store, name: str, batch: dict[int, list[str]], vectors: npt.NDArray[np.float32]) -> None:
    starts = itertools.accumulate((len(texts) for texts in batch.values()), initial=0)
    of = {key: vectors[start : start + len(batch[key])] for key, start in zip(batch, starts, strict=False)}
    store.next_vectors.add(name, list(of), np.stack([found[0] for found in of.values()]))
    store.keys.add(name, {key: found[1:] for key, found in of.items()})


def _drop(store: Store, name: str) -> bool:
    return store.next_vectors.drop(name)
