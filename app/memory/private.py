"""Conversations that are never written: they live in this process's memory until they are kept or let go."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.core.errors import InputError
from app.core.types import (
    PRIVATE,
    Conversation,
    Filter,
    Hit,
    Message,
    MessageState,
    Mode,
    NewMessage,
    Origin,
    Recall,
    Role,
    Verdict,
    is_private,
)
from app.memory.engine import Memory
from app.memory.recording import clean, title_of
from app.storage.store import Store


@dataclass(slots=True)
class _Talk:
    conversation: Conversation
    kept_in: int | None = None  # the stored conversation that it goes on from
    messages: dict[int, Message] = field(default_factory=dict)
    branch: int = 0  # a message that the open branch goes through, where it is not the newest


class PrivateTalks:
    """Talks under ids from PRIVATE on. Nothing here touches a disk; ended with the process, they are gone.

    In the mode "read" questions are answered from memory, in the mode "off" nothing is read either.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._talks: dict[int, _Talk] = {}
        self._recalls: dict[int, Recall] = {}
        self._ids = itertools.count(PRIVATE + 1)
        self._door = threading.RLock()
        self.paused = False

    def open(self, mode: Mode, now: datetime, title: str = "", kept_in: int | None = None) -> Conversation:
        """Start an empty private conversation; with `kept_in` one that goes on from what is stored there."""
        space = self._memory.here.space
        messages: dict[int, Message] = {}
        if kept_in is not None:
            kept, thread = self._memory.store.call(
                lambda store: (store.conversations.get(kept_in), store.conversations.thread(kept_in))
            )
            space = kept.space if kept is not None else space
            messages = {message.id: message for message in thread}
        conversation = Conversation(
            next(self._ids), title or "Private chat", Origin.SAID, now, now, mode=mode, space=space
        )
        talk = _Talk(conversation, kept_in, messages)
        with self._door:
            self._talks[conversation.id] = talk
        return conversation

    def begin(self, text: str, now: datetime, mode: Mode = Mode.OFF) -> tuple[Conversation, Message]:
        """Start a private conversation with its first message, titled after it."""
        conversation = self.open(mode, now, title_of(clean(text)))
        return self._say(conversation.id, text, now)

    def go_on(self, conversation_id: int, text: str, now: datetime) -> tuple[Conversation, Message] | None:
        """Add the user's next message; None when the conversation is gone."""
        return self._say(conversation_id, text, now) if conversation_id in self._talks else None

    def record(self, message: NewMessage) -> Message:
        """Hold a message in memory."""
        with self._door:
            talk = self._talk(message.conversation_id)
            stored = Message(**{name: getattr(message, name) for name in NewMessage.__slots__}, id=next(self._ids))
            talk.messages[stored.id] = stored
            talk.branch = 0
            talk.conversation = replace(talk.conversation, updated_at=message.created_at)
        return stored

    def write_reply(self, message: Message, text: str, state: MessageState) -> Message:
        """Hold a reply's words so far."""
        written = replace(message, text=text, state=state)
        with self._door:
            if (talk := self._talks.get(message.conversation_id)) is not None:  # let go while it streamed
                talk.messages[message.id] = written
        return written

    def thread(self, conversation_id: int, through: int = 0) -> list[Message]:
        """The open branch, or the newest through a message; oldest first. What was let go is empty."""
        with self._door:
            talk = self._talks.get(conversation_id)
            if talk is None or not talk.messages:
                return []
            return list(_branch(talk.messages, _newest(talk.messages, through or talk.branch)))[::-1]

    def versions(self, conversation_id: int) -> dict[int, tuple[int, ...]]:
        """For each message that has others in its place, all of these, itself among them, oldest first."""
        with self._door:
            talk = self._talks.get(conversation_id)
            beside: dict[int | None, tuple[int, ...]] = {}
            for message in sorted(talk.messages.values(), key=lambda m: m.id) if talk else ():
                beside[message.parent_id] = (*beside.get(message.parent_id, ()), message.id)
            return {key: ids for ids in beside.values() if len(ids) > 1 for key in ids}

    def choose(self, conversation_id: int, message_id: int) -> None:
        """Open the branch that goes through a message."""
        with self._door:
            self._talk(conversation_id).branch = message_id

    def off(self, message: Message) -> list[int]:
        """The messages of its conversation that do not lead to a message."""
        with self._door:
            talk = self._talks.get(message.conversation_id)
            if talk is None or message.id not in talk.messages:
                return []
            path = {m.id for m in _branch(talk.messages, message.id)}
            return [key for key in talk.messages if key not in path]

    def say_otherwise(self, message: Message, text: str, now: datetime) -> tuple[Conversation, Message] | None:
        """Put another version beside a message of the user's; None when the conversation is gone."""
        with self._door:
            if (talk := self._talks.get(message.conversation_id)) is None:
                return None
            new = NewMessage(message.conversation_id, Role.USER, clean(text), now, message.parent_id)
            return talk.conversation, self.record(new)

    def recall(
        self,
        text: str,
        limit: int,
        *,
        without: Collection[int],
        wait_s: float | None,
        strict: bool,
        where: Filter | None = None,
    ) -> Recall:
        """What memory holds that bears on a question; `where` keeps to a place and time."""
        return self._memory.recall(text, limit, without=without, wait_s=wait_s, strict=strict, where=where)

    def reads(self, conversation_id: int) -> bool:
        """Whether replies in a conversation may use memory."""
        talk = self._talks.get(conversation_id)
        return talk is not None and talk.conversation.mode is not Mode.OFF and not self.paused

    def note_recall(self, question_id: int, recall: Recall, now: datetime) -> None:
        """Hold what is put beside a question."""
        self._recalls[question_id] = recall

    def note_cited(self, question: Message, reply: Message) -> None:
        """Nothing is learned from a private conversation."""

    def shown(self, message_ids: Sequence[int]) -> dict[int, list[Hit]]:
        """What was put beside each of these questions."""
        return {key: list(found.hits) for key in message_ids if (found := self._recalls.get(key)) is not None}

    def verdicts(self, message_ids: Sequence[int]) -> dict[int, Verdict]:
        """What recall made of it."""
        return {key: found.verdict for key in message_ids if (found := self._recalls.get(key)) is not None}

    def all(self) -> list[Conversation]:
        """The private conversations there are, the last spoken in first."""
        with self._door:
            found = [talk.conversation for talk in self._talks.values()]
        return sorted(found, key=lambda talk: (talk.updated_at, talk.id), reverse=True)

    def get(self, conversation_id: int) -> Conversation | None:
        """A private conversation, or None."""
        talk = self._talks.get(conversation_id)
        return talk.conversation if talk is not None else None

    def set_mode(self, conversation_id: int, mode: Mode) -> None:
        """Read from memory or not; to remember, it must be kept."""
        with self._door:
            talk = self._talk(conversation_id)
            talk.conversation = replace(talk.conversation, mode=mode)

    def rename(self, conversation_id: int, title: str) -> None:
        """Give it another title."""
        with self._door:
            talk = self._talk(conversation_id)
            talk.conversation = replace(talk.conversation, title=title)

    def keep(self, conversation_id: int) -> Conversation:
        """Write a private conversation into the store, in one transaction: from now on it is remembered.

        One that went on from a stored conversation joins it again. Raises InputError when there is nothing to keep.
        """
        with self._door:
            talk = self._talk(conversation_id)
            if not any(is_private(key) for key in talk.messages):
                raise InputError("Nothing was said in this private chat yet, so there is nothing to keep.")
            kept = self._memory.store.write(lambda store: self._keep(store, talk))
            self.let_go(conversation_id)
        return kept

    def let_go(self, conversation_id: int) -> None:
        """Forget a private conversation now. Idempotent."""
        with self._door:
            if (talk := self._talks.pop(conversation_id, None)) is not None:
                for key in talk.messages:
                    self._recalls.pop(key, None)

    def forget(self, message_ids: Collection[int]) -> None:
        """Drop what is held of stored messages that were erased."""
        gone = set(message_ids)
        with self._door:
            for talk in self._talks.values():
                talk.messages = {key: message for key, message in talk.messages.items() if key not in gone}
            for key, found in self._recalls.items():
                hits = tuple(hit for hit in found.hits if hit.span.first_message_id not in gone)
                self._recalls[key] = replace(found, hits=hits)

    def _keep(self, store: Store, talk: _Talk) -> Conversation:
        told = talk.conversation
        here = store.conversations.get(talk.kept_in) if talk.kept_in is not None else None
        if here is None:
            here = store.conversations.create(told.title, told.created_at, space=told.space)
        store.conversations.set_mode(here.id, Mode.REMEMBER)
        stored: dict[int, int] = {}
        for message in talk.messages.values():
            if is_private(message.id):
                stored[message.id] = self._keep_message(store, message, here.id, stored)
        return replace(store.conversations.get(here.id) or here, mode=Mode.REMEMBER)

    def _keep_message(self, store: Store, message: Message, conversation: int, stored: dict[int, int]) -> int:
        new = NewMessage(**{name: getattr(message, name) for name in NewMessage.__slots__})
        parent = stored.get(message.parent_id or 0, message.parent_id)
        state = MessageState.INTERRUPTED if message.state is MessageState.STREAMING else message.state
        new = replace(new, conversation_id=conversation, parent_id=self._there(store, parent), state=state)
        key = self._memory.add_inside(store, [new])[0].id
        if (recall := self._recalls.get(message.id)) is not None:
            alive = store.spans.read([hit.span.id for hit in recall.hits])
            hits = [hit for hit in recall.hits if hit.span.id in alive]
            store.recalls.log(key, hits, recall.by_meaning, message.created_at, recall.verdict)
        return key

    @staticmethod
    def _there(store: Store, message_id: int | None) -> int | None:
        """The id of a stored message, or None when it was erased meanwhile."""
        if message_id is None:
            return None
        try:
            return store.conversations.message(message_id).id
        except KeyError:
            return None

    def _say(self, conversation_id: int, text: str, now: datetime) -> tuple[Conversation, Message]:
        text = clean(text)
        with self._door:
            thread = self.thread(conversation_id)
            parent = thread[-1].id if thread else None
            message = self.record(NewMessage(conversation_id, Role.USER, text, now, parent))
            return self._talk(conversation_id).conversation, message

    def _talk(self, conversation_id: int) -> _Talk:
        if (talk := self._talks.get(conversation_id)) is None:
            raise InputError("This private chat is no longer there. What was said in it was not written.")
        return talk


def _newest(messages: dict[int, Message], through: int) -> int:
    """The newest message that follows on a message, or is it; of all where there is no such message."""
    if through not in messages:
        return max(messages)
    below = {through}
    for key in sorted(messages):
        if messages[key].parent_id in below:
            below.add(key)
    return max(below)


def _branch(messages: dict[int, Message], end: int) -> Iterator[Message]:
    """From a message back to the first."""
    newest = messages[end]
    while True:
        yield newest
        if newest.parent_id is None or newest.parent_id not in messages:
            return
        newest = messages[newest.parent_id]
