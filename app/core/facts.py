"""What is known of somebody or something: statements as they were said, and the facts that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ME = "me"
"""The subject of what the user says of themselves and their household."""


class FactKind(StrEnum):
    """What a statement says of its value."""

    HOLDS = "holds"
    ENDED = "ended"
    WAS = "was"


BY_MODEL = "model "
"""What `method` begins with where a chat model read the statement; which one follows."""


@dataclass(frozen=True, slots=True)
class NewStatement:
    """A value said of an attribute of a subject, in the characters [start, end) of one message: the quote.

    It holds from `since` (None: from when it was said) until `until` (None: until something else is said). `adds`: it
    stands beside other values instead of taking their place; `mends`: what it replaces was never true. A value of ""
    ends whatever there was.
    """

    message_id: int
    start: int
    end: int
    subject: str
    attribute: str
    value: str
    kind: FactKind
    said_at: datetime
    since: datetime | None = None
    until: datetime | None = None
    adds: bool = False
    mends: bool = False
    by_hand: bool = False
    confidence: float = 1.0
    method: str = "rules"

    @property
    def by_model(self) -> bool:
        """Whether a chat model read it."""
        return self.method.startswith(BY_MODEL)


@dataclass(frozen=True, slots=True)
class Statement(NewStatement):
    """A stored statement, its quote read from its message. A `rejected` one was taken back by hand."""

    id: int = 0
    quote: str = ""
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and its two times: when it is true (`valid_*`) and when it was believed (`recorded_at`, `superseded_*`).

    `sources` are the statements it rests on, the first said first. `superseded_by` is the statement that took its
    place; `contested_by` one that says otherwise and does not win, because this one was written by hand. A
    `valid_from` of None is not known.
    """

    subject: str
    attribute: str
    value: str
    valid_from: datetime | None
    valid_to: datetime | None
    recorded_at: datetime
    sources: tuple[Statement, ...]
    superseded_at: datetime | None = None
    superseded_by: Statement | None = None
    contested_by: Statement | None = None

    @property
    def id(self) -> int:
        """The number of its first statement."""
        return self.sources[0].id

    @property
    def by_hand(self) -> bool:
        """Whether the person wrote it down themselves."""
        return any(source.by_hand for source in self.sources)

    @property
    def by_model(self) -> bool:
        """Whether only a chat model read it in what was said."""
        return all(source.by_model for source in self.sources)

    @property
    def confidence(self) -> float:
        """That of the surest of its sources."""
        return max(source.confidence for source in self.sources)

    def holds_at(self, moment: datetime) -> bool:
        """Whether it is true at a moment."""
        return (self.valid_from is None or self.valid_from <= moment) and (
            self.valid_to is None or moment < self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Told:
    """An answer by memory alone, or a remark on a memory, in words; `statements` are those it rests on."""

    words: str
    statements: tuple[int, ...] = ()
