"""Vectors of what was said and of what is asked: made when there is an embedder, caught up with when there was none."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from app.core.errors import EmbedderError, StoreError
from app.memory.recall.candidates import Vectors
from app.memory.recall.keys import key_texts
from app.memory.recall.query import Query
from app.runtime.protocols import Embedder
from app.runtime.switch import serving
from app.storage.owner import StoreOwner
from app.storage.store import Store

_log = logging.getLogger(__name__)
_AT_ONCE = 8  # spans, of three to four texts each, that are kept in one transaction
_PIECE = 8  # texts in one call of the embedder: whoever asks meanwhile waits for one
_CATCH_UP = 2  # batches that a question waits for at most


class Embedding:
    """Gives spans their vectors, and questions theirs. Thread-safe and blocking."""

    def __init__(self, store: StoreOwner, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._running = threading.Lock()
        self._complete = 0  # every span up to this id has its vector
        self.behind = True  # whether there may be spans without one

    def embed_pending(self, keep_going: Callable[[], bool], report: Callable[[int, int], None]) -> int:
        """Give every span that has none its vector, newest first, in small background steps; how many.

        Stops early, losing nothing, when `keep_going()` turns false. Raises EmbedderError.
        """
        with self._running:
            total = self._store.call(lambda store: store.vectors.missing(), background=True)
            done = 0
            for count in self._batches(keep_going):
                done += count
                report(done, max(done, total))
            return done

    def waiting(self) -> bool:
        """Whether there may be spans without a vector."""
        newest = self._store.call(lambda store: store.spans.newest(), background=True)
        return self.behind or newest > self._complete

    def asked(self, query: Query, wait_s: float | None, without: Collection[int] = ()) -> Vectors | None:
        """What is asked as vectors; None while there is no embedder to be had, or after `wait_s` of loading.

        What was said a moment ago gets its vectors first, unless it is among the messages that are asked `without`.
        """
        try:
            embedder = serving(self._embedder)
            if not embedder.load(wait_s):
                return None
            self._use(embedder)
            self._catch_up(without)
            texts = list(dict.fromkeys([query.meaning, query.text]))  # without a name they are the same
            vectors = embedder.embed(texts)
            return Vectors(vectors[0], vectors[-1], embedder.identity)
        except (EmbedderError, StoreError) as error:
            _log.warning("recall by words only: %s", error.message)
            return None

    def _catch_up(self, without: Collection[int]) -> None:
        """What was said a moment ago can be recalled by meaning now; a large backlog is left to the background."""
        if self.behind and self._missed(without) and self._running.acquire(blocking=False):
            try:
                for _ in itertools.islice(self._batches(lambda: True), _CATCH_UP):
                    pass
            except StoreError as error:
                _log.warning("new vectors wait: %s", error.message)
            finally:
                self._running.release()

    def _missed(self, without: Collection[int]) -> bool:
        """Whether any of the newest spans without vectors might be recalled."""

        identity = serving(self._embedder).identity

        def work(store: Store) -> bool:
            ids = store.keys.pending(identity, 1 << 62, _AT_ONCE * _CATCH_UP)
            return any(span.first_message_id not in without for span in store.spans.read(ids).values())

        return self._store.call(work)

    def _batches(self, keep_going: Callable[[], bool]) -> Iterator[int]:
        """Embed batch after batch, newest first; how many spans each has."""
        embedder = serving(self._embedder)
        self._use(embedder)
        before = 1 << 62
        self.behind, behind = False, True
        newest = self._store.call(lambda store: store.spans.newest(), background=True)
        try:
            identity, dimension = embedder.identity, embedder.dimension
            while batch := self._store.call(partial(_pending, identity=identity, before=before), background=True):
                if not keep_going():
                    return
                vectors = in_pieces(embedder, [text for texts in batch.values() for text in texts], keep_going)
                if vectors is None:
                    return
                keep = partial(_keep, identity=identity, dimension=dimension, batch=batch, vectors=vectors)
                self._store.write(keep, background=True)
                before = min(batch)
                yield len(batch)
            self._complete, behind = newest, False
        finally:
            self.behind = self.behind or behind

    def _use(self, embedder: Embedder) -> None:
        identity, dimension = embedder.identity, embedder.dimension
        self._store.call(lambda store: store.vectors.use(identity, dimension))


def embedded(embedder: Embedder, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """The vector of each text."""
    found = in_pieces(embedder, texts, lambda: True)
    assert found is not None, "nobody stops it"
    return found


def in_pieces(
    embedder: Embedder, texts: Sequence[str], keep_going: Callable[[], bool]
) -> npt.NDArray[np.float32] | None:
    """The vector of each text, a few of like length at once; None when it is told to stop in between. Those that are
    the same are embedded once: the only sentence of a turn is the turn."""
    different = sorted(set(texts), key=lambda text: (len(text), text))
    found: list[npt.NDArray[np.float32]] = []
    for start in range(0, len(different), _PIECE):
        if found and not keep_going():
            return None
        found.append(embedder.embed(different[start : start + _PIECE]))
    place = {text: n for n, text in enumerate(different)}
    vectors: npt.NDArray[np.float32] = np.concatenate(found)[[place[text] for text in texts]]
    return vectors


def _pending(store: Store, identity: str, before: int) -> dict[int, list[str]]:
    """Spans without vectors, each with the texts to embed for it."""
    return texts_of(store, store.keys.pending(identity, before, _AT_ONCE))


def texts_of(store: Store, ids: Sequence[int]) -> dict[int, list[str]]:
    """For each of these spans the texts to embed for it: itself, then its keys."""
    spans = store.spans.read(ids)
    places = store.spans.neighbours(ids)
    said_before = {key: max((k for k in place.beside if k < key), default=0) for key, place in places.items()}
    earlier = store.spans.read(list(said_before.values()))
    found = {}
    for key, span in spans.items():
        last = earlier.get(said_before.get(key, 0))
        listener = store.conversations.listener(span.conversation_id, span.speaker) if span.speaker else ""
        found[key] = [span.text, *key_texts(span.text, last.text if last else "", span.speaker, listener)]
    return found


def _keep(
    store: Store, identity: str, dimension: int, batch: dict[int, list[str]], vectors: npt.NDArray[np.float32]
) -> None:
    store.vectors.use(identity, dimension)  # another may have taken over meanwhile
    starts = itertools.accumulate((len(texts) for texts in batch.values()), initial=0)
    of = {key: vectors[start : start + len(batch[key])] for key, start in zip(batch, starts, strict=False)}
    store.vectors.add(list(of), np.stack([found[0] for found in of.values()]))
    store.keys.add(identity, {key: found[1:] for key, found in of.items()})
