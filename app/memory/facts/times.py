"""From when and until when a clause holds: "since June", "until last spring", "for three years now", "as of Monday"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from app.memory.recall.periods import Granularity, moved
from app.memory.recall.times import TimeSpan, local_day, times_in
from app.memory.recall.vocabulary import COUNT, count_of

_UNTIL = re.compile(r"\b(?:until|till|up to|through|ended|by the end of)\s*$", re.I)
_TO = re.compile(r"(?:\bto|[-–—])\s*$", re.I)
_LENGTH = re.compile(
    rf"\bfor\s(?:the\s(?:last|past)\s|over\s|about\s|almost\s|nearly\s|more than\s)?{COUNT}\s(?P<unit>day|week|month|year)s?\b(?!\s(?:ago|later))",
    re.I,
)
_NO_BEGIN = re.compile(r"(?:for|to|through|over|of|about|around|and|the|my|our|every|each)\s", re.I)


def period_of(
    sentence: str, said: datetime, times: Sequence[TimeSpan], *, past: bool
) -> tuple[datetime | None, datetime | None]:
    """From when on and until when what the sentence says holds; None where it does not say so.

    `past` is whether it is told as over, or done. A time to come begins something only when it is the only one.
    """
    since: datetime | None = None
    until: datetime | None = None
    for told in times:
        before = sentence[: told.start]
        if (_NO_BEGIN.match(told.text) and since is None) or _NO_BEGIN.match(
            f"{before.split()[-1] if before.split() else ''} "
        ):
            continue
        if _UNTIL.search(before) or told.text.lower().startswith(("until", "till", "through")):
            until = _begin(told.first)
        elif since is not None and (_TO.search(before) or told.text.lower().startswith("to ")):
            until = _begin(told.last)
        elif since is None and not _is_today(told, said):
            since = _begin(told.first)
    if since is None and not past and (length := _LENGTH.search(sentence)) is not None:
        since = _ago(length, said)
    return since, until


def times_of(sentence: str, said: datetime) -> list[TimeSpan]:
    """The times that a sentence names, in order."""
    return times_in(sentence, said)


def end_of(day: date) -> datetime:
    """The last moment of a day, where its speaker lives."""
    return _begin(day + timedelta(days=1)) - timedelta(microseconds=1)


def begin_of(day: date) -> datetime:
    """The first moment of a day, where its speaker lives."""
    return _begin(day)


def _is_today(told: TimeSpan, said: datetime) -> bool:
    return told.first == told.last == local_day(said)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()


def _ago(length: re.Match[str], said: datetime) -> datetime | None:
    count = count_of(length["count"])
    if not isinstance(count, int):
        return None
    try:
        return _begin(moved(Granularity(length["unit"].lower()), local_day(said), -count).first)
    except (ValueError, OverflowError):
        return None


def come_round(times: Sequence[TimeSpan], said: datetime) -> list[TimeSpan]:
    """The same times, told of what is to come: those that come round again and are over are the next ones."""
    today = local_day(said)
    return [_next(told, today) if told.last < today and told.steps is None else told for told in times]


def _next(told: TimeSpan, today: date) -> TimeSpan:
    if re.search(r"\d{4}|\blast\b|\bago\b", told.text):
        return told
    step = timedelta(days=7) if told.granularity is Granularity.DAY and not re.search(r"\d", told.text) else None
    while told.last < today:
        if step is not None:
            told = replace(told, first=told.first + step, last=told.last + step)
        else:
            year = relativedelta(years=1)
            told = replace(told, first=told.first + year, last=told.last + year)
    return told
