"""Say in plain words why a memory came back, and how much each stage counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.core.phrase import Phrase
from app.core.reasons import (
    ASKED_ABOUT,
    BESIDE,
    BY,
    BY_ASSISTANT,
    BY_YOU,
    CLOSE,
    CLOSE_BEFORE,
    HAS,
    IMPORTED,
    IN_APP,
    IN_PLACE,
    NAMES_TOO,
    OUTPUT,
    REMEMBER,
    SAID_ON,
    TELLS_OF,
)
from app.core.types import Hit, Origin, Role, Span
from app.memory.recall.candidates import Candidate
from app.memory.recall.places import told
from app.memory.recall.query import Query
from app.memory.recall.times import overlap, times_in

_CLOSE = 0.3  # from here on a cosine is told


def explained(candidate: Candidate, query: Query) -> Hit:
    """The hit with its reasons, and its parts: what each stage added to the score, the most telling first."""
    parts = sorted(candidate.parts.items(), key=lambda part: -abs(part[1]))
    return Hit(candidate.span, candidate.score, reasons(candidate, query), tuple(parts), candidate.state)


def reasons(candidate: Candidate, query: Query) -> tuple[str, ...]:
    """Who said it, then what it shares with the question: people, words, names, times, meaning, neighbours."""
    shared = list(_shared(candidate, query))
    led = Phrase(NAMES_TOO if candidate.graph else BESIDE)
    return (_who(candidate.span), *(shared or [led]))


def matching_words(text: str, words: tuple[str, ...]) -> list[str]:
    """The words of `text`, as they stand there, that begin like one of `words`."""
    stems = tuple(word[: max(3, len(word) - 2)] for word in words)
    here = dict.fromkeys(word.lower() for word in re.findall(r"\w+", text))
    return [word for word in here if any(word.startswith(stem) and len(word) <= len(stem) + 5 for stem in stems)]


def _shared(candidate: Candidate, query: Query) -> Iterator[str]:
    span = candidate.span
    if span.speaker in query.names:
        yield Phrase(ASKED_ABOUT, span.speaker)
    if words := matching_words(span.text, query.words):
        yield Phrase(HAS, ", ".join(words[:4]))
    yield from _time(span, query)
    if query.places.match(span.place):
        yield told(span.place)
    if candidate.cosine >= _CLOSE or candidate.fact >= _CLOSE:
        yield Phrase(CLOSE)
    elif candidate.context >= _CLOSE:
        yield Phrase(CLOSE_BEFORE)


def _time(span: Span, query: Query) -> Iterator[str]:
    """The time that the question asks about, where the memory tells of it or was said in it."""
    named = [time for time in times_in(span.text, span.said_at) if overlap(query.times, [time], time.first)]
    if query.times and named:
        yield Phrase(TELLS_OF, named[0].text)
    elif query.times and overlap(query.times, (), span.said_at):
        yield Phrase(SAID_ON, span.said_at)


def _who(span: Span) -> str:
    if span.origin is Origin.REMEMBERED:
        return Phrase(REMEMBER)
    if span.origin is Origin.DOCUMENT:
        document, passage = span.place.document, span.passage
        return Phrase(IN_PLACE, document, passage.words) if passage else Phrase(IN_APP, document)
    if span.role is Role.USER:
        who = Phrase(BY, span.speaker) if span.speaker else Phrase(BY_YOU)
    elif span.role is Role.TOOL:
        who = Phrase(OUTPUT, span.speaker or "a tool")
    else:
        who = Phrase(BY_ASSISTANT)
    return Phrase(IMPORTED, who) if span.origin is Origin.IMPORTED else who
