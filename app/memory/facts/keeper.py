"""Keeps what was stated: read when it is said, and read anew in the background when the rules have changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from app.core.clock import Clock
from app.core.facts import ME
from app.core.types import Message, MessageState, Origin, Role
from app.memory.facts.clauses import Scene
from app.memory.facts.extract import Reader
from app.memory.facts.found import Found
from app.memory.facts.kinds import changes_of
from app.storage.owner import StoreOwner
from app.storage.store import Store

_log = logging.getLogger(__name__)
VERSION = "rules 2"
"""Names the rules: what another version has read is read anew."""
_AT_ONCE = 16
_GOES_ON = timedelta(hours=1)  # so long "it" may speak of what was said before


class FactKeeper:
    """Reads messages for facts. Thread-safe and blocking; one run at a time."""

    def __init__(self, store: StoreOwner, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def waiting(self) -> bool:
        """Whether there is anything to read: a cheap look, for whoever plans the work."""
        return bool(self._store.call(lambda store: store.facts.pending(VERSION, 0, 1), background=True))

    def extract_pending(self, keep_going: Callable[[], bool] = lambda: True) -> int:
        """Read what this version of the rules has not read, the first said first; how many messages that were.

        In small transactions, each with its mark: a run that ends early or is killed goes on where it stopped.
        Raises StoreError.
        """
        done = 0
        while keep_going():
            read = self._store.write(self._read_some, background=True)
            done += read
            if read < _AT_ONCE:
                break
        return done

    def _read_some(self, store: Store) -> int:
        """The next messages, and in the change log what took the place of what was known."""
        ids = store.facts.pending(VERSION, 0, _AT_ONCE)
        for key in ids:
            for change in changes_of(store, read_message(store, store.conversations.message(key))):
                store.changes.note(change, self._clock.now())
        return len(ids)


def read_message(store: Store, message: Message) -> list[int]:
    """Keep what a message states; the ids of what is new. Inside a transaction. Only the person's own words count."""
    if message.role is not Role.USER or message.state is not MessageState.COMPLETE:
        return []
    speaker = message.speaker.casefold() or ME
    reader = Reader(store.facts.under, Scene(speaker))
    for before in store.facts.said_before(message, message.created_at - _GOES_ON)[-1:]:
        reader.last = Found(before.subject, before.attribute, before.value)
        reader.scene.person = before.subject if before.subject != speaker else ""
        reader.scene.thing = (before.subject, before.attribute)
    by_hand = message.origin is Origin.REMEMBERED
    try:
        said = reader.read(message.id, message.text, message.created_at)
    except Exception as error:  # whatever is wrong with the rules, nobody's words are lost to it
        _log.error("a message could not be read for facts: %s", type(error).__name__)
        said = []
    new = store.facts.put(message.id, [replace(one, by_hand=by_hand) for one in said])
    store.facts.mark_read(message.id, VERSION)
    return new
