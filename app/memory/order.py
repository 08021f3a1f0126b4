"""Which of two remembered passages came first: sequence-order recall, by time and by order in the store.

The task is that of Pink et al., "Assessing Episodic Memory in LLMs with Sequence Order Recall Tasks" (2024).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher

from app.core.types import Span
from app.storage.store import Store

_LOOKED_AT = 12  # spans that share rare words with the passage
_ENOUGH = 1 / 3  # of the passage's words, in runs of at least two
_RUN = 2


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage in the store: it begins `offset` words into `span`; `share` of its words were found there, in runs.

    Below 0 it begins before the span, in words that are no longer there.
    """

    span: Span
    offset: int
    share: float

    @property
    def position(self) -> tuple[datetime, int, int, int]:
        """Orders passages: by time, then by message, then inside of it."""
        return self.span.said_at, self.span.first_message_id, self.span.start, self.offset


@dataclass(frozen=True, slots=True)
class Order:
    """Two passages in the order they were said; `swapped` when the second of the question came first."""

    earlier: Passage
    later: Passage
    swapped: bool


def first_of(store: Store, passage_a: str, passage_b: str) -> Order | None:
    """Which passage came first; None when either is not to be found. A read-only operation, with no model."""
    a, b = locate(store, passage_a), locate(store, passage_b)
    if a is None or b is None:
        return None
    return Order(b, a, True) if b.position < a.position else Order(a, b, False)


def locate(store: Store, passage: str) -> Passage | None:
    """Where a passage begins in the store.

    It may differ in white space, case and punctuation, lack or change some words, and run on over
    several messages. Of equal finds the earliest counts.
    """
    words = _words(passage)
    keys = [key for key, _ in store.spans.search(list(dict.fromkeys(words)), _LOOKED_AT)]
    found = [match for span in store.spans.read(keys).values() if (match := _match(words, span))]
    best = max(found, key=lambda p: (p.share, -p.span.said_at.timestamp(), -p.span.id), default=None)
    if best is None or best.share < _ENOUGH:
        return None
    return _begin(store, words, best)


def _begin(store: Store, words: list[str], passage: Passage) -> Passage:
    """Go back over the spans before, as long as the missing beginning of the passage ends them."""
    while passage.offset < 0:
        head = words[: -passage.offset]
        beside = store.spans.neighbours([passage.span.id])[passage.span.id].beside
        before = store.spans.read([key for key in beside if key < passage.span.id])
        earlier = next((p for span in before.values() if (p := _match(head, span)) and _ends(p, head)), None)
        if earlier is None:
            break
        passage, words = replace(earlier, share=passage.share), head
    return passage


def _ends(passage: Passage, words: list[str]) -> bool:
    return abs(passage.offset + len(words) - len(_words(passage.span.text))) <= _RUN


def _match(words: list[str], span: Span) -> Passage | None:
    """The runs of words that a span has in common with a passage, in the same order; None when there are none."""
    there, shortest = _words(span.text), min(_RUN, len(words))
    blocks = SequenceMatcher(None, there, words, autojunk=False).get_matching_blocks()
    runs = [block for block in blocks if block.size >= max(shortest, 1)]
    if not runs:
        return None
    longest = max(runs, key=lambda run: run.size)
    return Passage(span, longest.a - longest.b, sum(run.size for run in runs) / len(words))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())
