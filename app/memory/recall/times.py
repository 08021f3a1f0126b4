"""Time expressions of English, resolved against the day they were said: "last Friday", "two weeks ago", "in May".

Rules find and read the expressions (`expressions.py`); the calendar behind them (months of unequal length,
the nth weekday, Easter) is dateutil's. No clock, no locale, no network. What could be one day as well as
another (5/7/2023) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta, weekday

from app.memory.recall.expressions import DIGITS, RULES, Rule
from app.memory.recall.periods import HOLIDAYS, SEASONS, Granularity, Period, moved
from app.memory.recall.readings import Meaning
from app.memory.recall.vocabulary import COUNT, MONTHS, WEEKDAYS, count_of, unit_of


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Days `first` to `last`, both included, as `text` names them at character `start`.

    `steps` is how many of its unit they lie from the day of saying ("last week": -1); None for what the
    calendar names ("last Friday", "in May") and for what is vague ("a few years ago").
    """

    first: date
    last: date
    text: str
    granularity: Granularity
    steps: int | None = None
    start: int = 0

    @property
    def end(self) -> int:
        """The character after the expression."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A time that is told by an event ("before we moved"): resolved only by finding the event, by its `words`."""

    relation: str
    words: str
    start: int


_WORDS = frozenset().union(*(rule.words for rule in RULES))
_YEARS = 10
_YEARLY = re.compile("|".join((*MONTHS, *SEASONS, *HOLIDAYS)), re.I)
_ONE_YEAR = re.compile(r"\d{4}|\b(?:last|past|this|next|coming|upcoming|before|after)\b", re.I)
_WORD = re.compile(r"[a-z]+|[0-9]+")
_BESIDE = re.compile(
    rf"(?:\b(?:the|{COUNT})\s)?\b(?P<unit>day|week|weekend|month|year|{'|'.join(WEEKDAYS)})s?\s(?P<way>before|after)"
    r"\s(?:the\s)?$",
    re.I,
)
_ANCHOR = re.compile(
    r"\b(?P<relation>before|after|since|while|when(?!\s+(?:did|do|does|is|was|were|will|are|has|have)\b))\s+(?P<words>(?:i|we|you|he|she|they|it|my|our|your|his|her|"
    r"their|the|[A-Z]\w*)\b[^.,;:!?\n]{2,120})",
    re.I,
)


def local_day(moment: date) -> date:
    """The day of a moment where its speaker lives, taken to be here: "yesterday" follows the wall clock, not UTC."""
    if not isinstance(moment, datetime):
        return moment
    try:
        return moment.astimezone().date() if moment.tzinfo else moment.date()
    except (OverflowError, ValueError, OSError):  # at the ends of the calendar
        return moment.date()


def times_in(text: str, said_at: date) -> list[TimeSpan]:
    """The time expressions of `text` in their order, resolved against the day they were said. Never raises."""
    day = local_day(said_at)
    words = {DIGITS if word[0].isdigit() else word for word in _WORD.findall(text.lower())}
    return [] if words.isdisjoint(_WORDS) else sorted(_times_in(text, words, day), key=lambda t: t.start)


def times_asked(text: str, now: date) -> list[TimeSpan]:
    """As `times_in`, for a question asked `now`: "in June" may be the June of any of the last ten years."""
    found = times_in(text, now)
    return [*found, *(past for time in found if _comes_round(time) for past in _before(time))]


def _comes_round(time: TimeSpan) -> bool:
    return bool(_YEARLY.search(time.text)) and not _ONE_YEAR.search(time.text)


def _before(time: TimeSpan) -> Iterator[TimeSpan]:
    for years in range(1, min(_YEARS, time.first.year)):
        back = relativedelta(years=years)
        yield replace(time, first=time.first - back, last=time.last - back)


def anchors_in(text: str) -> list[Anchor]:
    """Events that `text` dates something by: "since we moved to Bergen" gives "since" and "we moved to Bergen"."""
    return [Anchor(m["relation"].lower(), m["words"].strip(), m.start()) for m in _ANCHOR.finditer(text)]


def overlap(question_times: Sequence[TimeSpan], turn_times: Sequence[TimeSpan], said_at: date) -> float:
    """How far a turn lies in the time that is asked about, 0 to 1; 0 when the question names none.

    Of the days that the turn mentions, or of the one it was said on, the share that the question covers.
    """
    day = local_day(said_at)
    periods = [Period(day, day), *(Period(t.first, t.last) for t in turn_times)]
    return max((_share(p, q) for q in question_times for p in periods), default=0.0)


def _share(period: Period, of: TimeSpan) -> float:
    common = (min(period.last, of.last) - max(period.first, of.first)).days + 1
    return max(common, 0) / ((period.last - period.first).days + 1)


def _times_in(text: str, words: set[str], said: date) -> Iterator[TimeSpan]:
    taken = bytearray(len(text))
    for rule in RULES:
        for match in () if rule.words.isdisjoint(words) else rule.pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            if meaning := _read(rule, match, said):
                span = _beside(text, start, end, meaning)
                start = span.start
                yield span
            taken[start:end] = b"\1" * (end - start)


def _read(rule: Rule, match: re.Match[str], said: date) -> Meaning | None:
    try:
        return rule.read(match, said)
    except (ValueError, OverflowError):  # the 31st of June, or before the year 1
        return None


def _beside(text: str, start: int, end: int, meaning: Meaning) -> TimeSpan:
    """The expression itself, or what it is the measure of: "the week before 9 June", "two days after Christmas"."""
    period, granularity, steps = meaning
    if (beside := _BESIDE.search(text, max(0, start - 40), start)) is not None:
        try:
            period, granularity = _measured(beside, period)
            start, steps = beside.start(), None
        except (ValueError, OverflowError):
            pass
    return TimeSpan(period.first, period.last, text[start:end], granularity, steps, start)


def _measured(beside: re.Match[str], of: Period) -> tuple[Period, Granularity]:
    """A day is a day before; a week before a day is the seven days that end there, as is said of "the week before"."""
    name, back = beside["unit"].lower(), beside["way"].lower() == "before"
    edge = of.first - timedelta(days=1) if back else of.last + timedelta(days=1)
    if name in WEEKDAYS:
        day = edge + relativedelta(weekday=weekday(WEEKDAYS.index(name))(-1 if back else 1))
        return Period(day, day), Granularity.DAY
    unit = unit_of(name)
    count = count_of(beside["count"] or "one")
    steps = count if isinstance(count, int) else count[0]
    return moved(unit, of.first if back else of.last, -steps if back else steps), unit
