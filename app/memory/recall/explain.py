"""Say in plain words why a memory came back, and how much each stage counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.core.clock import full_date
from app.core.types import Hit, Origin, Role, Span
from app.memory.recall.candidates import Candidate
from app.memory.recall.places import told
from app.memory.recall.query import Query
from app.memory.recall.times import overlap, times_in

_CLOSE = 0.3


def explained(candidate: Candidate, query: Query) -> Hit:
    """The hit with its reasons, and its parts: what each stage added to the score, the most telling first."""
    parts = sorted(candidate.parts.items(), key=lambda part: -abs(part[1]))
    return Hit(candidate.span, candidate.score, reasons(candidate, query), tuple(parts), candidate.state)


def reasons(candidate: Candidate, query: Query) -> tuple[str, ...]:
    """Who said it, then what it shares with the question: people, words, names, times, meaning, neighbours."""
    shared = list(_shared(candidate, query))
    led = "names somebody or something that a match names" if candidate.graph else "said beside a match"
    return (_who(candidate.span), *(shared or [led]))


def matching_words(text: str, words: tuple[str, ...]) -> list[str]:
    """The words of `text`, as they stand there, that begin like one of `words`."""
    stems = tuple(word[: max(3, len(word) - 2)] for word in words)
    here = dict.fromkeys(word.lower() for word in re.findall(r"\w+", text))
    return [word for word in here if any(word.startswith(stem) and len(word) <= len(stem) + 5 for stem in stems)]


def _shared(candidate: Candidate, query: Query) -> Iterator[str]:
    span = candidate.span
    if span.speaker in query.names:
        yield f"asked about {span.speaker}"
    if words := matching_words(span.text, query.words):
        yield "has " + ", ".join(words[:4])
    yield from _time(span, query)
    if query.places.match(span.place):
        yield told(span.place)
    if candidate.cosine >= _CLOSE or candidate.fact >= _CLOSE:
        yield "close in meaning"
    elif candidate.context >= _CLOSE:
        yield "close in meaning with what was said before it"


def _time(span: Span, query: Query) -> Iterator[str]:
    """The time that the question asks about, where the memory tells of it or was said in it."""
    named = [time for time in times_in(span.text, span.said_at) if overlap(query.times, [time], time.first)]
    if query.times and named:
        yield f"tells of “{named[0].text}”"
    elif query.times and overlap(query.times, (), span.said_at):
        yield f"said on {full_date(span.said_at)}"


def _who(span: Span) -> str:
    if span.origin is Origin.REMEMBERED:
        return "you asked me to remember it"
    if span.origin is Origin.DOCUMENT:
        return f"in {span.place.document}{f', {span.passage.words}' if span.passage else ''}"
    if span.role is Role.USER:
        who = f"said by {span.speaker}" if span.speaker else "said by you"
    elif span.role is Role.TOOL:
        who = f"output of {span.speaker or 'a tool'}"
    else:
        who = "said by the assistant"
    return f"{who} · imported" if span.origin is Origin.IMPORTED else who
