"""Which of two memories says nothing new. Pure.

Exemplars under a budget, as in prototype methods: the first to say something is the exemplar, and whatever lies within
a small radius of it is folded into it. Nothing is rewritten or lost; recall shows the exemplar. Meaning alone is not
enough to fold ("I have two cats", "I have three cats"): words, numbers, names, negations and times must agree, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.core.types import Origin, Span
from app.memory.recall.times import times_in

NEAR = 0.93
"""The least cosine of what is folded."""
_SHARED = 0.8  # of the words of both together
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_TELLING = re.compile(r"\d|n['’]t$|^(?:no|not|never|nor|none|nothing|without|cannot)$", re.I)


def exemplar(span: Span, earlier: Iterable[tuple[Span, float]]) -> tuple[int, float] | None:
    """The nearest of what was said `earlier`, with cosines, that says the same; None when `span` says something new."""
    alike = [(near, before) for before, near in earlier if near >= NEAR and says_the_same(before, span)]
    best = max(alike, key=lambda found: (found[0], -found[1].id), default=None)
    return (best[1].id, best[0]) if best else None


def says_the_same(before: Span, span: Span) -> bool:
    """Whether the same voice said the same again. What a person wrote down by hand, and each
    passage of a document, stands for itself."""
    alone = {Origin.REMEMBERED, Origin.DOCUMENT} & {span.origin, before.origin}
    if (before.role, before.speaker) != (span.role, span.speaker) or alone:
        return False
    one, other = _words(before.text), _words(span.text)
    if _telling(before.text) != _telling(span.text) or len(one & other) < _SHARED * len(one | other):
        return False
    return _days(before) == _days(span)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def _telling(text: str) -> set[str]:
    """Words that turn a sentence into another: numbers, negations, and names inside of it."""
    words = _WORD.findall(text)
    names = {word for word in words[1:] if word[0].isupper()}
    return {word.casefold() for word in words if _TELLING.search(word)} | {name.casefold() for name in names}


def _days(span: Span) -> set[tuple[str, str]]:
    """The days that it tells of: "today" said on two days is not the same."""
    return {(f"{time.first}", f"{time.last}") for time in times_in(span.text, span.said_at)}
