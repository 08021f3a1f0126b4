"""The writing half of memory: what is said, noted, brought in and replied is stored, found by its words at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from app.core.clock import Clock
from app.core.errors import InputError
from app.core.text import storable
from app.core.types import (
    Conversation,
    ForeignConversation,
    Message,
    MessageState,
    NewMessage,
    Origin,
    Place,
    Role,
)
from app.memory.embedding import Embedding
from app.memory.entities import heading, names_in
from app.memory.facts.keeper import read_message
from app.memory.segmentation import Segmenter
from app.runtime.protocols import Embedder
from app.storage.owner import StoreOwner
from app.storage.store import Store

_NOTES = "Things to remember"
_TITLE_LENGTH = 60


class Recording:
    """Thread-safe and blocking: not for the UI thread. Errors are StoreErrors."""

    def __init__(
        self, store: StoreOwner, embedder: Embedder, clock: Clock, segment: Segmenter, here: Place | None
    ) -> None:
        self.store = store
        self.here = here or Place(app="Mneme")  # where what is said from now on is said
        self.paused = False  # while it is, nothing new is kept, and replies are given without it
        self._clock = clock
        self._segment = segment
        self._embedding = Embedding(store, embedder)

    def record(self, message: NewMessage) -> Message:
        """Store one message with its spans. When this returns, it is on disk and found by its words."""
        return self.record_all([message])[0]

    def record_all(self, messages: Sequence[NewMessage]) -> list[Message]:
        """Store messages in one transaction: all of them or, on an error, none."""
        return self.store.write(lambda store: self._add(store, messages))

    def add_inside(self, store: Store, messages: Iterable[NewMessage]) -> list[Message]:
        """Store messages with their spans inside a transaction of the caller's."""
        return self._add(store, messages)

    def remember(self, text: str) -> Message:
        """Keep a note of the user's own wording, outside any chat. Raises InputError while memory is paused."""
        self.refuse_while_paused()
        text = clean(text)
        return self.store.write(lambda store: self.note(store, text, self._clock.now(), self.here.space))

    def note(self, store: Store, text: str, now: datetime, space: str) -> Message:
        """Keep a note in a space, inside a transaction of the caller's. Each space has a conversation for its notes."""
        name = f"{_NOTES} {store.spaces.ensure(space).uid}" if space else _NOTES
        notes = store.conversations.find_external(name) or store.conversations.create(
            _NOTES, now, Origin.REMEMBERED, name, space
        )
        before = store.conversations.thread(notes.id)
        parent = before[-1].id if before else None
        place = replace(self.here, space=space)
        note = NewMessage(notes.id, Role.USER, text, now, parent, origin=Origin.REMEMBERED, place=place)
        return self._add(store, [note])[0]

    def bring_in(self, foreign: ForeignConversation) -> int:
        """Add what is new of another program's conversation, in one transaction; how many messages that were.

        The same conversation twice adds nothing, and one without words leaves nothing behind.
        """
        self.refuse_while_paused()
        if not foreign.messages:
            return 0

        def work(store: Store) -> int:
            here = store.conversations.find_external(foreign.external_id) or store.conversations.create(
                foreign.title, foreign.created_at, Origin.IMPORTED, foreign.external_id
            )
            known = store.conversations.external_ids(here.id)
            new = [m for m in foreign.messages if m.external_id not in known]
            for m in new:
                parent = known.get(m.parent_id) if m.parent_id else None
                imported = NewMessage(
                    here.id,
                    m.role,
                    clean(m.text),
                    m.created_at,
                    parent,
                    m.speaker,
                    Origin.IMPORTED,
                    external_id=m.external_id,
                    place=Place(here.space, foreign.app),
                )
                known[m.external_id] = self._add(store, [imported])[0].id
            return len(new)

        return self.store.write(work)

    def begin(self, text: str, now: datetime) -> tuple[Conversation, Message]:
        """Start a conversation with its first message, titled after it."""
        text = clean(text)

        def work(store: Store) -> tuple[Conversation, Message]:
            conversation = store.conversations.create(title_of(text), now, space=self.here.space)
            message = self._add(store, [NewMessage(conversation.id, Role.USER, text, now)])[0]
            return conversation, message

        return self.store.write(work)

    def say_otherwise(self, message: Message, text: str, now: datetime) -> tuple[Conversation, Message] | None:
        """Put another version beside a message of the user's, on a branch of its own; None when it is gone."""
        text = clean(text)

        def work(store: Store) -> tuple[Conversation, Message] | None:
            if (conversation := store.conversations.get(message.conversation_id)) is None:
                return None
            new = NewMessage(conversation.id, Role.USER, text, now, message.parent_id)
            return conversation, self._add(store, [new])[0]

        return self.store.write(work)

    def go_on(self, conversation_id: int, text: str, now: datetime) -> tuple[Conversation, Message] | None:
        """Add the user's next message at the end of a conversation; None when the conversation is gone."""
        text = clean(text)

        def work(store: Store) -> tuple[Conversation, Message] | None:
            if (conversation := store.conversations.get(conversation_id)) is None:
                return None
            thread = store.conversations.thread(conversation_id)
            parent = thread[-1].id if thread else None
            return conversation, self._add(store, [NewMessage(conversation_id, Role.USER, text, now, parent)])[0]

        return self.store.write(work)

    def write_reply(self, message: Message, text: str, state: MessageState) -> Message:
        """Write a reply's words so far; once it is no longer streaming it becomes a memory, too."""
        text = storable(text)

        def work(store: Store) -> Message:
            store.conversations.write(message.id, text, state)
            written = replace(message, text=text, state=state)
            if state is not MessageState.STREAMING:
                self._index(store, written)
            return written

        return self.store.write(work)

    def mend(self) -> int:
        """Close replies that an earlier end of the app cut off; how many there were. Idempotent."""

        def work(store: Store) -> int:
            torn = store.conversations.unfinished()
            for message in torn:
                store.conversations.write(message.id, message.text, MessageState.INTERRUPTED)
                self._index(store, message)
            return len(torn)

        return self.store.write(work)

    def refuse_while_paused(self) -> None:
        """Raise InputError while memory is paused."""
        if self.paused:
            raise InputError(
                "Memory is paused, so nothing is kept. End the pause in the settings or the tray, then try again."
            )

    def _add(self, store: Store, messages: Iterable[NewMessage]) -> list[Message]:
        stored = []
        for message in messages:
            here = message if message.place is not None else replace(message, place=self._place(store, message))
            stored.append(store.conversations.add(here))
            if message.state is not MessageState.STREAMING:
                self._index(store, stored[-1])
        return stored

    def _place(self, store: Store, message: NewMessage) -> Place:
        """Here, in the space in which its conversation goes on."""
        talk = store.conversations.get(message.conversation_id)
        return replace(self.here, space=talk.space if talk is not None else self.here.space)

    def _index(self, store: Store, message: Message) -> None:
        self._embedding.behind = True
        store.spans.remove_of(message.id)
        for span in self._segment([message]):
            words = message.text[span.start : span.end]
            store.entities.add(store.spans.add(span, message.speaker, words), names_in(words), heading(words))
        read_message(store, message)


def clean(text: str) -> str:
    """Text as it can be stored. Raises InputError when nothing is left of it."""
    text = storable(text)
    if not text.strip():
        raise InputError("The message is empty. Write something first.")
    return text


def title_of(text: str) -> str:
    """A title from the first words of a conversation."""
    line = " ".join(text.lstrip()[: 4 * _TITLE_LENGTH].split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
