"""What happens in one turn, in order: stored, recalled, read, worded, answered."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.types import Conversation, Hit, Message, ReplyStats, Verdict
from app.runtime.protocols import Reading, Running


@dataclass(frozen=True, slots=True)
class Stored:
    """The question is on disk."""

    conversation: Conversation
    message: Message


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the reply will be shown, in the order of the prompt."""

    hits: tuple[Hit, ...]
    by_meaning: bool
    verdict: Verdict = Verdict()


@dataclass(frozen=True, slots=True)
class Words:
    """The next words of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The reply is on disk; None when it was stopped before its first word."""

    message: Message | None
    stats: ReplyStats


TurnEvent = Stored | Recalled | Reading | Running | Words | Answered
