"""One span a turn; a long turn becomes several passages, because an embedder reads only so much at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.core.types import Message, NewSpan, Role

MAX_PASSAGE = 1_000
"""Characters. all-MiniLM-L6-v2 reads 256 word pieces, about this much English."""

_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?。！？]\s*"), re.compile(r"\s"))


def by_turn(messages: Sequence[Message]) -> list[NewSpan]:
    """A `Segmenter`: a span for each turn or passage. Prompts (system messages) are never memories."""
    return [
        NewSpan(message.conversation_id, message.id, message.id, start, end)
        for message in messages
        if message.role is not Role.SYSTEM
        for start, end in passages(message.text)
    ]


def passages(text: str, limit: int = MAX_PASSAGE) -> Iterator[tuple[int, int]]:
    """Cut [start, end) ranges of at most `limit` characters, at the widest break in their second half.

    Together they hold every character that is not white space, in order, once.
    """
    start = 0
    while start < len(text):
        end = min(start + limit, len(text))
        if end < len(text):
            end = _last_break(text, start + limit // 2, end)
        if text[start:end].strip():
            yield start, end
        start = end


def _last_break(text: str, low: int, high: int) -> int:
    for pattern in _BREAKS:
        ends = [match.end() for match in pattern.finditer(text, low, high)]
        if ends:
            return ends[-1]
    return high
