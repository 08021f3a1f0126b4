"""Say in plain words why a memory came back."""

from __future__ import annotations

import re

from app.core.types import Origin, Role, Span
from app.memory.recall.candidates import Candidate
from app.memory.recall.query import Query

_CLOSE = 0.3


def reasons(candidate: Candidate, span: Span, query: Query) -> tuple[str, ...]:
    """Who said it, the words it shares with the question, and whether it is close in meaning."""
    found = [_who(span)]
    if candidate.speaker in query.names:
        found.append(f"asked about {candidate.speaker}")
    if shared := matching_words(span.text, query.words):
        found.append("has " + ", ".join(shared[:4]))
    if candidate.cosine >= _CLOSE:
        found.append("close in meaning")
    if len(found) == 1:
        found.append("said beside a match")
    return tuple(found)


def matching_words(text: str, words: tuple[str, ...]) -> list[str]:
    """The words of `text`, as they stand there, that begin like one of `words`."""
    stems = tuple(word[: max(3, len(word) - 2)] for word in words)
    here = dict.fromkeys(word.lower() for word in re.findall(r"\w+", text))
    return [word for word in here if any(word.startswith(stem) and len(word) <= len(stem) + 5 for stem in stems)]


def _who(span: Span) -> str:
    if span.origin is Origin.REMEMBERED:
        return "you asked me to remember it"
    if span.role is Role.USER:
        who = f"said by {span.speaker}" if span.speaker else "said by you"
    elif span.role is Role.TOOL:
        who = f"output of {span.speaker or 'a tool'}"
    else:
        who = "said by the assistant"
    return f"{who} · imported" if span.origin is Origin.IMPORTED else who
