"""Keeps the episodes up to date while nobody waits: what was said, cut into events.

Needs no model: the vectors that recall made are enough, and an episode's `method` then says "embedding". Where the
chat model is loaded and idle it reads along, and the method says "embedding+surprise+keys" once it has read all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from app.core.types import NewEpisode, Role
from app.memory.segmentation.segment import Segment, SegmentSettings, Turn, segment
from app.memory.segmentation.weights import reader, version
from app.runtime.protocols import Observation, Observer
from app.storage.episodes import Read, Said
from app.storage.owner import StoreOwner
from app.storage.store import Store

_log = logging.getLogger(__name__)
_READ_AT_ONCE = 8  # messages that a person who asks meanwhile may have to wait for, at most
_READ_A_RUN = 64
_BEFORE = 2_000  # characters of what was said before, which the model reads first


class EpisodeKeeper:
    """Cuts conversations that changed. Thread-safe and blocking; one run at a time."""

    def __init__(
        self, store: StoreOwner, observer: Observer | None = None, settings: SegmentSettings | None = None
    ) -> None:
        self._store = store
        self._observer = observer
        self._settings = settings or SegmentSettings()

    def waiting(self) -> bool:
        """Whether there may be something to cut or to read: a cheap look, for whoever plans the work."""
        model = self._observer
        if model is not None and model.running and not model.busy:
            return True
        return bool(self._store.call(lambda store: store.episodes.pending(self._method(store)), background=True))

    def segment_pending(
        self,
        keep_going: Callable[[], bool] = lambda: True,
        report: Callable[[int, int], None] = lambda done, total: None,
    ) -> int:
        """Bring the episodes of changed conversations up to date, the last spoken in first; how many were cut.

        Each is one transaction, so that a run that ends early or is killed loses nothing. Conversations whose
        messages have no vectors yet wait for the next run. Raises StoreError or ModelError.
        """
        embedder = self._store.call(lambda store: store.episodes.embedder(), background=True)
        if not embedder:
            return 0
        method = self._store.call(self._method, background=True)
        cut = 0
        pending = self._store.call(lambda store: store.episodes.pending(method), background=True)
        for done, conversation in enumerate(pending):
            if not keep_going():
                return cut
            cut += self._cut(conversation, embedder, method)
            report(done + 1, len(pending))
        for conversation in self._read_along(keep_going):
            self._cut(conversation, embedder, method)
        return cut

    def _method(self, store: Store) -> str:
        return f"{version()} {store.episodes.embedder()} {self._settings}"

    def _cut(self, conversation: int, embedder: str, method: str) -> bool:
        """Find the episodes of one conversation and keep them; False when it is not ready, or changed meanwhile."""

        def look(store: Store) -> tuple[list[Said], list[Turn], list[int]] | None:
            if store.episodes.unembedded(conversation, embedder):
                return None
            said = store.episodes.messages(conversation)
            return said, *_turns(store, conversation, embedder, said)

        if (seen := self._store.call(look, background=True)) is None:
            return False
        said, turns, places = seen
        ids = [message.id for message in said]
        found = [_episode(conversation, part, places, ids) for part in segment(turns, embedder, self._settings)]
        keep = partial(_keep, conversation=conversation, found=found, method=method, said=said)
        return self._store.write(keep, background=True)

    def _read_along(self, keep_going: Callable[[], bool]) -> list[int]:
        """Let the idle chat model read messages it has not read; the conversations that these belong to."""
        touched: dict[int, None] = {}
        model, left = self._observer, _READ_A_RUN
        while model is not None and model.running and not model.busy and left > 0 and keep_going():
            work = partial(_next_unread, model=model.identity)
            conversation, ids, texts, before = self._store.call(work, background=True)
            if not ids:
                break
            seen = [_read(model.identity, found) for found in model.observe(texts, before)]
            read = dict(zip(ids, seen, strict=False))
            self._store.write(partial(_keep_read, read=read), background=True)
            touched[conversation] = None
            left -= len(ids)
            if len(read) < len(ids):  # somebody asked
                break
        return list(touched)


def _turns(store: Store, conversation: int, embedder: str, said: Sequence[Said]) -> tuple[list[Turn], list[int]]:
    """Messages that have words as turns, and the place of each among all. Prompts are never memories."""
    vectors = store.episodes.vectors(conversation, embedder)
    observed = store.episodes.observed(conversation)
    turns, places = [], []
    for place, message in enumerate(said):
        if message.role is Role.SYSTEM or message.id not in vectors:
            continue
        read = observed.get(message.id)
        turn = Turn(
            message.text,
            vectors[message.id],
            message.created_at,
            follows=place > 0 and message.parent_id == said[place - 1].id,
        )
        if read is not None:
            key = read.key if read.model == reader() else None
            turn = replace(turn, surprise=read.surprise, tokens=read.tokens, key=key)
        turns.append(turn)
        places.append(place)
    return turns, places


def _episode(conversation: int, part: Segment, places: Sequence[int], ids: Sequence[int]) -> NewEpisode:
    """An episode reaches to the next one's first message, so that messages without words belong to one, too."""
    last = places[part.last + 1] - 1 if part.last + 1 < len(places) else len(ids) - 1
    surprise = (part.surprise, part.peak, part.boundary)
    return NewEpisode(conversation, ids[places[part.first]], ids[last], part.method, *surprise)


def _keep(store: Store, conversation: int, found: Sequence[NewEpisode], method: str, said: Sequence[Said]) -> bool:
    return store.episodes.replace(conversation, found, method, said)


def _keep_read(store: Store, read: dict[int, Read]) -> None:
    store.episodes.observe(read)


def _next_unread(store: Store, model: str) -> tuple[int, list[int], list[str], str]:
    """The next messages of one conversation to be read, their texts, and the end of what came before them."""
    ids = store.episodes.unread(model, _READ_AT_ONCE)
    if not ids:
        return 0, [], [], ""
    messages = [store.conversations.message(key) for key in ids]
    talk = messages[0].conversation_id
    mine = [message for message in messages if message.conversation_id == talk]
    before = "\n".join(said.text for said in store.episodes.messages(talk) if said.id < mine[0].id)
    return talk, [message.id for message in mine], [message.text for message in mine], before[-_BEFORE:]


def _read(model: str, found: Observation) -> Read:
    count = len(found.surprise)
    return Read(model, count, float(found.surprise.mean()) if count else 0.0, found.key)
