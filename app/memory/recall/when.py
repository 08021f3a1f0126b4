"""Answer "when?" by rule: the date that a memory names, or the one on which it was said, in words a person would use.

No model takes part. The memory is the one that best combines its place in recall, the words it shares with the
question, and a time expression that speaks of the event. Every part counts at most half as much as all the
question's words together; none of these shares was fitted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.core.types import Hit
from app.memory.recall.periods import Granularity, moved
from app.memory.recall.query import parse_query
from app.memory.recall.times import TimeSpan, local_day, overlap, times_asked, times_in
from app.memory.recall.vocabulary import COUNT, count_of
from app.memory.recall.wording import ago, day, month, named

_ASKS = re.compile(
    r"^\W*(?:(?:\w+,|and|so|but)\s+)?(?:(?:do|can|could) you (?:know|remember|tell me|say)\s|(?:tell|remind) me\s)?"
    r"(?:(?:on|in|during|of|for|since|by|until)\s)?"
    r"(?:when\b|(?:what|which)\s(?:exact\s)?(?P<unit>date|day|weekend|week|month|season|year)\b"
    r"|(?P<long>how\slong\s(?:(?P<ago>ago)\b|(?:has|have|had)\b)))",
    re.I,
)
_ASIDE = re.compile(r",\s*(?:what|who|whom|where|how|why|which|did|does|do|is|was|were)\b", re.I)
_AHEAD = re.compile(r"\b(?:will|going|gonna|plan\w*|is|are|does)\b", re.I)
_LASTED = re.compile(rf"\b{COUNT}\s(?P<unit>day|week|month|year)s?\b(?!\s(?:ago|old|later|from|before|after))", re.I)
_LASTING = re.compile(r"\b(?:have|has|had|been|for)\b|['’]ve\b|\bnow\b", re.I)
_SENTENCE_END = re.compile(r"[.!?\n]")
_ENDINGS = ("ing", "ies", "ed", "es", "s", "e", "y")
_HALF = 0.5
_LOOKED_AT = 20  # hits; more change nothing
_BESIDE = 3  # messages: as far as an answer lies from what it answers, and what is said on top of it


@dataclass(frozen=True, slots=True)
class When:
    """The days `first` to `last` in `words`, from the memory `hit`; `text` as it stands there ("": its own date)."""

    words: str
    first: date
    last: date
    hit: Hit
    text: str = ""

    @property
    def plain(self) -> str:
        """The calendar's own name for it where it is one day told by another ("the Friday before 24 November 2026")."""
        by_another = self.first == self.last and self.words.startswith("the ")
        return day(self.first) if by_another else self.words


@dataclass(frozen=True, slots=True)
class _Found:
    """A time in a hit, how well it answers, and whether it was told as a length ("for three years")."""

    hit: Hit
    time: TimeSpan
    score: float
    length: bool = False


def asks_when(question: str) -> bool:
    """Whether a date or a time since then is asked for: "When did…", "What year…", "How long ago…", "How long has…"."""
    asked = _ASKS.match(question)
    return asked is not None and not _ASIDE.search(question, asked.end())


def answer_when(question: str, hits: Sequence[Hit], now: datetime | None = None) -> When | None:
    """The date that a question asks for, from what was recalled for it, best first.

    None when it asks for no date or nothing was recalled; whether the hits answer at all is for recall to say.
    `now` is the moment of asking, for "how long ago" (default: when the newest of the hits was said).
    """
    asked = _ASKS.match(question)
    if asked is None or not hits or not asks_when(question):
        return None
    today = local_day(now or max(hit.span.said_at for hit in hits))
    found = list(_candidates(question, hits[:_LOOKED_AT], today))
    if asked["long"] and not asked["ago"]:
        found = [f for f in found if f.length] or found
    best = max(found, key=lambda f: f.score)
    return When(_in_words(asked, best, today), best.time.first, best.time.last, best.hit, best.time.text)


def _candidates(question: str, hits: Sequence[Hit], today: date) -> Iterator[_Found]:
    """Every time in every hit, and the day each was said."""
    query = parse_query(question, sorted({hit.span.speaker for hit in hits if hit.span.speaker}))
    weights = _rarity(query.words, hits)
    ahead = bool(_AHEAD.search(question))
    asked, days = times_asked(question, today), [local_day(hit.span.said_at) for hit in hits]
    times = [times_in(hit.span.text, said) for hit, said in zip(hits, days, strict=True)]
    bases = [
        _share(hit.span.text, weights)
        + _HALF * (1 / (1 + rank) + (hit.span.speaker in query.names) + overlap(asked, told, said))
        for rank, (hit, told, said) in enumerate(zip(hits, times, days, strict=True))
    ]
    for hit, base, told, said in zip(hits, bases, times, days, strict=True):
        yield _Found(hit, TimeSpan(said, said, "", Granularity.DAY, 0), base - _HALF)
        # a time may stand a message away from what it is the time of
        best = max(b for other, b in zip(hits, bases, strict=True) if _beside(hit, other))
        for time in told:
            right = _HALF * ((time.first > said) == ahead)
            yield _Found(hit, time, best + right + _HALF * _share(_sentence(hit.span.text, time), weights))
        for time in _lengths(hit.span.text, said):
            yield _Found(hit, time, best + _HALF * _share(_sentence(hit.span.text, time), weights), True)


def _beside(a: Hit, b: Hit) -> bool:
    """Said by the same person within a few messages."""
    near = abs(a.span.first_message_id - b.span.first_message_id) <= _BESIDE
    return near and (a.span.conversation_id, a.span.speaker) == (b.span.conversation_id, b.span.speaker)


def _lengths(text: str, said: date) -> Iterator[TimeSpan]:
    """Beginnings that are told by how long it has been: "I've had them for 3 years now"."""
    for match in _LASTED.finditer(text):
        count = count_of(match["count"])
        unit = Granularity(match["unit"].lower())
        if not isinstance(count, int) or not _LASTING.search(text, max(0, match.start() - 40), match.end() + 5):
            continue
        try:
            period = moved(unit, said, -count)
        except (ValueError, OverflowError):
            continue
        yield TimeSpan(period.first, period.last, match[0], unit, -count, match.start())


def _in_words(asked: re.Match[str], found: _Found, today: date) -> str:
    time, said = found.time, local_day(found.hit.span.said_at)
    unit = (asked["unit"] or "").lower()
    if asked["ago"]:
        return ago(time, today)
    if asked["long"]:
        return f"{time.text}, since {named(time, said)}" if found.length else f"since {named(time, said)}"
    if unit == "year" and time.first.year == time.last.year:
        return str(time.first.year)
    if unit == "month" and (time.first.year, time.first.month) == (time.last.year, time.last.month):
        return month(time.first)
    if unit in ("day", "date") and time.first == time.last:
        return day(time.first)
    return named(time, said)


def _rarity(words: Sequence[str], hits: Sequence[Hit]) -> dict[str, float]:
    """What each word of the question weighs: the rarer among the hits, the more. Sums to 1."""
    known = [_stems(hit.span.text) for hit in hits]
    weights = {s: math.log(1 + len(hits) / (1 + sum(s in k for k in known))) for s in _stems(" ".join(words))}
    return {s: weight / sum(weights.values()) for s, weight in weights.items()}


def _share(text: str, weights: dict[str, float]) -> float:
    return sum(weights[s] for s in weights.keys() & _stems(text))


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in re.findall(r"\w+", text.lower())}


def _stem(word: str) -> str:
    """A word without its commonest endings; irregular forms stay apart."""
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
    root = word[: len(word) - len(ending)]
    return root[:-1] if len(root) > 3 and root[-1] == root[-2] else root


def _sentence(text: str, time: TimeSpan) -> str:
    begin = max((m.end() for m in _SENTENCE_END.finditer(text, 0, time.start)), default=0)
    end = _SENTENCE_END.search(text, time.end)
    return text[begin : end.start() if end else len(text)]
