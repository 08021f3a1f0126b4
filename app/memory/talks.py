"""What a session needs of a conversation, and the kind that is kept in the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from app.core.clock import Clock
from app.core.errors import StoreError
from app.core.types import Conversation, Filter, Hit, Message, MessageState, NewMessage, Recall, Verdict
from app.memory.engine import Memory


class Talks(Protocol):
    """Conversations to speak in. Thread-safe and blocking: not for the UI thread. Errors are StoreErrors."""

    def begin(self, text: str, now: datetime) -> tuple[Conversation, Message]:
        """Start a conversation with its first message. Raises InputError for an empty one."""
        ...

    def go_on(self, conversation_id: int, text: str, now: datetime) -> tuple[Conversation, Message] | None:
        """Add the user's next message; None when the conversation is gone."""
        ...

    def say_otherwise(self, message: Message, text: str, now: datetime) -> tuple[Conversation, Message] | None:
        """Put another version beside a message of the user's, on a branch of its own; None when it is gone."""
        ...

    def record(self, message: NewMessage) -> Message:
        """Keep a message."""
        ...

    def write_reply(self, message: Message, text: str, state: MessageState) -> Message:
        """Keep a reply's words so far."""
        ...

    def thread(self, conversation_id: int, through: int = 0) -> list[Message]:
        """The open branch, or that through a message; oldest first."""
        ...

    def versions(self, conversation_id: int) -> dict[int, tuple[int, ...]]:
        """For each message that has others in its place, all of these, itself among them, oldest first."""
        ...

    def choose(self, conversation_id: int, message_id: int) -> None:
        """Open the branch that goes through a message."""
        ...

    def off(self, message: Message) -> list[int]:
        """The messages of its conversation that do not lead to a message: other branches, and what comes after it."""
        ...

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
        ...

    def note_recall(self, question_id: int, recall: Recall, now: datetime) -> None:
        """Note what is put beside a question."""
        ...

    def note_cited(self, question: Message, reply: Message) -> None:
        """Note which of it the reply took words from."""
        ...

    def shown(self, message_ids: Sequence[int]) -> dict[int, list[Hit]]:
        """What was put beside each of these questions."""
        ...

    def verdicts(self, message_ids: Sequence[int]) -> dict[int, Verdict]:
        """What recall made of it."""
        ...


class KeptTalks:
    """Conversations in the store, which memory learns of as they are written."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock
        self.begin = memory.begin
        self.go_on = memory.go_on
        self.say_otherwise = memory.say_otherwise
        self.record = memory.record
        self.write_reply = memory.write_reply
        self.recall = memory.recall

    def thread(self, conversation_id: int, through: int = 0) -> list[Message]:
        """The open branch, or that through a message; oldest first."""
        return self._memory.store.call(lambda store: store.conversations.thread(conversation_id, through))

    def versions(self, conversation_id: int) -> dict[int, tuple[int, ...]]:
        """For each message that has others in its place, all of these, itself among them, oldest first."""
        return self._memory.store.call(lambda store: store.branches.versions(conversation_id))

    def choose(self, conversation_id: int, message_id: int) -> None:
        """Open the branch that goes through a message."""
        self._memory.store.write(lambda store: store.branches.choose(conversation_id, message_id))

    def off(self, message: Message) -> list[int]:
        """The messages of its conversation that do not lead to a message: other branches, and what comes after it."""
        return self._memory.store.call(lambda store: store.branches.off(message.conversation_id, message.id))

    def note_recall(self, question_id: int, recall: Recall, now: datetime) -> None:
        """Put on record what a question was shown, and what each stage said of it."""
        self._memory.store.write(
            lambda store: store.recalls.log(question_id, recall.hits, recall.by_meaning, now, recall.verdict)
        )
        with suppress(StoreError):  # what cannot be learned from is no reason not to answer
            self._memory.learning.note_shown(question_id, recall.hits)

    def note_cited(self, question: Message, reply: Message) -> None:
        """Note which of the memories shown the reply took words from."""
        with suppress(StoreError):
            self._memory.learning.note_cited(question.id, question.text, reply.text)

    def shown(self, message_ids: Sequence[int]) -> dict[int, list[Hit]]:
        """What was put beside each of these questions; what was erased since is gone."""
        return self._memory.store.call(lambda store: store.recalls.shown(message_ids))

    def verdicts(self, message_ids: Sequence[int]) -> dict[int, Verdict]:
        """What recall made of it."""
        return self._memory.store.call(lambda store: store.recalls.verdicts(message_ids))
