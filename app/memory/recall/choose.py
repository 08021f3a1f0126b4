"""Decide which hits are worth a place in the prompt, and in what order they stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from app.core.types import Hit, Origin, Role
from app.memory.recall.candidates import Candidate

_NEAR, _SOMEWHAT_NEAR = 0.30, 0.15
_OF_YOU = re.compile(r"\byou\b|\byours?\b", re.IGNORECASE)
_QUESTION = re.compile(r"^[^.!?。！？]*[?？]\s*$")


def relevant(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Candidates that are about the question at all: near in meaning, or less near and sharing a word.

    An irrelevant memory does more harm to a small model than none. Without an embedder all
    cosines are 0 and a shared word has to do.
    """
    candidates = list(candidates)
    floor = _SOMEWHAT_NEAR if any(c.cosine for c in candidates) else 0.0
    near = {c.span.id: max(c.cosine, c.plain_fact) for c in candidates}
    return [
        c
        for c in candidates
        if near[c.span.id] >= _NEAR or (c.bm25 > 0 and (near[c.span.id] >= floor or c.cosine == 0))
    ]


def worth_showing(hits: Iterable[Hit], question: str = "") -> list[Hit]:
    """Hits without repeated words, and without bare questions of the user, which answer nothing.

    The assistant's own earlier replies stand back behind what people said, unless the question asks what it said: a
    small model that is shown its own mistakes repeats them.
    """
    seen: set[str] = set()
    kept = []
    for hit in hits:
        words = " ".join(hit.span.text.lower().split())
        asked = hit.span.role is Role.USER and hit.span.origin is Origin.SAID and _QUESTION.match(hit.span.text.strip())
        if words not in seen and not asked:
            kept.append(hit)
        seen.add(words)
    said = [hit for hit in kept if hit.span.role is not Role.ASSISTANT or hit.span.origin is not Origin.SAID]
    return kept if _OF_YOU.search(question) else said or kept


def within(hits: Sequence[Hit], budget: int, cost: Callable[[Hit], int]) -> list[Hit]:
    """The best hits whose cost fits the budget, in order of time: a story reads forwards, and the order
    does not hang on scores, so the prompt stays the same as long as the memories do."""
    chosen = []
    for hit in hits:
        if (price := cost(hit)) <= budget:
            chosen.append(hit)
            budget -= price
    return sorted(chosen, key=lambda hit: (hit.span.said_at, hit.span.id))
