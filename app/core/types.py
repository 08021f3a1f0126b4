"""The nouns of Mneme. Plain, frozen values: no room hands another a database row or a native handle."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.core.documents import Passage
from app.core.facts import Told
from app.core.phrase import Phrase


class Role(StrEnum):
    """Who speaks, in the words of a chat template."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class Origin(StrEnum):
    """How words came into the store; it decides how far they are trusted."""

    SAID = "said"
    REMEMBERED = "remembered"
    IMPORTED = "imported"
    DOCUMENT = "document"


class Mode(StrEnum):
    """What a conversation has to do with memory: all; recall without being remembered; neither."""

    REMEMBER = "remember"
    READ = "read"
    OFF = "off"


class MessageState(StrEnum):
    """How far a message got. Only a reply is ever anything but complete."""

    COMPLETE = "complete"
    STREAMING = "streaming"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread of messages. `external_id` names it in the export it came from, if any.

    `mode` says what becomes of the words that are said next, and `space` where they belong.
    """

    id: int
    title: str
    origin: Origin
    created_at: datetime
    updated_at: datetime
    external_id: str | None = None
    mode: Mode = Mode.REMEMBER
    pinned: bool = False
    space: str = ""

    @property
    def private(self) -> bool:
        """Whether it is kept in this process's memory alone, and nowhere on disk."""
        return is_private(self.id)


PRIVATE = 1 << 40
"""Ids of conversations and messages that are never written begin here; no store ever counts so far."""


def is_private(key: int | None) -> bool:
    """Whether the id of a conversation or a message is that of a private one."""
    return key is not None and key >= PRIVATE


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said; a part that is not known is ""."""

    space: str = ""
    app: str = ""
    device: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """Words to be stored. `parent_id` makes a conversation a tree: editing and regenerating branch."""

    conversation_id: int
    role: Role
    text: str
    created_at: datetime
    parent_id: int | None = None
    speaker: str = ""
    origin: Origin = Origin.SAID
    state: MessageState = MessageState.COMPLETE
    model: str = ""
    external_id: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Message(NewMessage):
    """Stored words, as they were said. Nothing that was recalled is ever part of `text`."""

    id: int = 0


@dataclass(frozen=True, slots=True)
class NewSpan:
    """A unit of memory: characters [start, end) of the text of consecutive messages first..last.

    For a span of one message the characters are those of that message; a span over several
    messages covers them whole (start 0, end = length of the last).
    """

    conversation_id: int
    first_message_id: int
    last_message_id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Span(NewSpan):
    """A stored unit of memory with its words, speaker and time read back from its messages."""

    id: int = 0
    text: str = ""
    role: Role = Role.USER
    speaker: str = ""
    origin: Origin = Origin.SAID
    said_at: datetime = datetime.min
    conversation_title: str = ""
    place: Place = Place()
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps what was said in all parts of a place that are named here, from `since` on and before `until`.

    Case is ignored. Moments are aware. A `space` of None is all of them, and "" what is in none.
    """

    space: str | None = None
    app: str = ""
    device: str = ""
    document: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def keeps(self, span: Span) -> bool:
        """Whether a span was said there and then."""
        parts = ("app", "device", "document")
        wanted = {part: name for part in parts if (name := getattr(self, part))}
        return (
            (self.space is None or span.place.space.casefold() == self.space.casefold())
            and all(getattr(span.place, part).casefold() == name.casefold() for part, name in wanted.items())
            and (self.since is None or span.said_at >= self.since)
            and (self.until is None or span.said_at < self.until)
        )

    @property
    def space_alone(self) -> bool:
        """Whether nothing but the space is asked for: then all else of recall is as it is everywhere."""
        return self == Filter(space=self.space)


@dataclass(frozen=True, slots=True)
class Space:
    """A part of life with a memory of its own: recall stays inside, and replies there have its persona.

    What is None is as in the settings. `name` is unique, whatever its case.
    """

    id: int
    uid: str
    name: str
    persona: str = ""
    temperature: float | None = None
    top_p: float | None = None
    max_reply_tokens: int | None = None


class EpisodeState(StrEnum):
    """How present an episode still is."""

    VIVID = "vivid"
    FADING = "fading"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class NewEpisode:
    """An event: messages first..last of one conversation. Surprise in nats a token (the mean, that of its most
    surprising message, and of its first), or None where no model read along. `method` says how it was found."""

    conversation_id: int
    first_message_id: int
    last_message_id: int
    method: str
    surprise: float | None = None
    surprise_peak: float | None = None
    surprise_boundary: float | None = None


@dataclass(frozen=True, slots=True)
class Episode(NewEpisode):
    """A stored event. `uid` follows from its conversation and first message, so that links to it last."""

    id: int = 0
    uid: str = ""
    started_at: datetime = datetime.min
    ended_at: datetime = datetime.min
    origin: Origin = Origin.SAID
    state: EpisodeState = EpisodeState.VIVID


@dataclass(frozen=True, slots=True)
class Hit:
    """One recalled span. `score` orders hits of one recall and means nothing across recalls.

    `parts` is what each stage of recall added to the score, the most telling first; `state` how present the memory is.
    `remark` says what of it is no longer so.
    """

    span: Span
    score: float
    reasons: tuple[str, ...]
    parts: tuple[tuple[str, float], ...] = ()
    state: EpisodeState = EpisodeState.VIVID
    remark: Told | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What recall makes of its hits as a whole, without a model.

    `answerable` is how likely they hold the answer at all, 0 to 1; `when` is the date that was asked for, in words;
    `fact` what is known as a fact.
    """

    answerable: float = 1.0
    when: str = ""
    fact: Told | None = None

    @property
    def doubtful(self) -> bool:
        """Whether the answer is more likely not in memory."""
        return self.fact is None and self.answerable < _DOUBT

    @property
    def words(self) -> str:
        """The answer by memory alone; "" for none."""
        return self.fact.words if self.fact is not None else self.when


_DOUBT = 0.4


@dataclass(frozen=True, slots=True)
class Recall:
    """What came back for a query, best first. `by_meaning` is false when the embedder was not to be had."""

    query: str
    hits: tuple[Hit, ...]
    by_meaning: bool
    verdict: Verdict = Verdict()


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One message as the model reads it."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn. A temperature of 0 is greedy and needs no seed."""

    temperature: float = 0.2
    top_p: float = 0.95
    top_k: int = 40
    repeat_penalty: float = 1.1
    seed: int | None = None
    max_tokens: int = 512


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is known of a loaded chat model. `context` is in tokens; `note` says what became of its memory budget.

    A saved state belongs to one `fingerprint` (a hash of the weights), `quant` (weights and cache types) and `llama`
    (version of llama.cpp). `shiftable`: its state can be cut and moved.
    """

    name: str
    path: str
    context: int
    size_bytes: int
    note: str = ""
    fingerprint: str = ""
    quant: str = ""
    llama: str = ""
    shiftable: bool = False


@dataclass(frozen=True, slots=True)
class WeightsStatus:
    """How a model's weights keep to their budget just now.

    Sizes in bytes; `hit_rate` (0..1) and `token_bytes` over the last few tokens, `predicted` in tokens/s.
    """

    mode: str
    budget: int
    used: int
    hit_rate: float
    token_bytes: int
    predicted: float

    def line(self, tokens_per_second: float) -> str:
        """All of it for a person, in one line."""
        return Phrase(
            "{0} · {1:.2f} of {2:.2f} GB · {3:.1f} tokens/s (predicted {4:.1f}) · {5:.0%} in memory, {6:.0f} MB read "
            "per token",
            *(Phrase(self.mode), self.used / 1e9, self.budget / 1e9, tokens_per_second, self.predicted),
            *(self.hit_rate, self.token_bytes / 1e6),
        )


@dataclass(frozen=True, slots=True)
class ReplyStats:
    """Cost of one reply: tokens counted, times in milliseconds.

    Of the prompt, `cached_tokens` were held and `paged_tokens` came as saved state; the rest was read. `resumed`: the
    conversation was brought back as it was left.
    """

    prompt_tokens: int
    cached_tokens: int
    reply_tokens: int
    first_token_ms: float
    generate_ms: float
    paged_tokens: int = 0
    resumed: bool = False

    @property
    def reused(self) -> float:
        """The share of the prompt that did not have to be read, 0 to 1."""
        return (self.cached_tokens + self.paged_tokens) / max(self.prompt_tokens, 1)

    @property
    def tokens_per_second(self) -> float:
        """Generation speed after the first token; 0.0 where it cannot be told."""
        spoken = self.reply_tokens - 1
        return spoken / (self.generate_ms / 1000) if spoken > 0 and self.generate_ms > 0 else 0.0


@dataclass(frozen=True, slots=True)
class ForeignMessage:
    """A message of another program, under its id there. Its parent comes before it, or is None."""

    external_id: str
    parent_id: str | None
    role: Role
    speaker: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ForeignConversation:
    """A conversation of another program (`app`), under its id there. Parents stand before their children."""

    external_id: str
    title: str
    created_at: datetime
    messages: tuple[ForeignMessage, ...]
    app: str = ""


@dataclass(slots=True)
class ImportReport:
    """What an import did. Malformed items are named, never silently dropped."""

    conversations: int = 0
    messages: int = 0
    already_known: int = 0
    problems: list[str] = field(default_factory=list)
