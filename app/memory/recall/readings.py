"""What a time expression means on the day it was said: one function for each kind.

Each takes the match of its rule (`expressions.py`) and returns None where the words turn out not to be a
time ("you may", "every Friday"). Raises ValueError or OverflowError for a day that is in no calendar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta, weekday

from app.memory.recall.periods import (
    Granularity,
    Period,
    Which,
    chosen,
    day_of,
    holiday_of,
    month_of,
    moved,
    season_of,
)
from app.memory.recall.vocabulary import MONTHS, WEEKDAYS, count_of, unit_of

ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}

# A name that is also a verb or what a person is called counts only with a word before it or a year.
_SHY = {"march", "april", "may", "june", "august"}
_FUTURE = re.compile(
    r"\b(?:will|gonna|going to|plan\w*|hop(?:e|ing)|soon|until|till|looking forward|ready for|upcoming)\b|['’]ll\b",
    re.I,
)
_WHICHES = {
    "last": Which.LAST, "past": Which.PAST, "this past": Which.PAST, "this": Which.THIS, "next": Which.NEXT,
    "coming": Which.COMING, "this coming": Which.COMING, "upcoming": Which.COMING,
}  # fmt: skip
_STEPS = {Which.LAST: -1, Which.PAST: -1, Which.THIS: 0, Which.NEXT: 1, Which.COMING: 1}
_DAYS = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}


class Meaning(NamedTuple):
    """What an expression stands for; `steps` as in `TimeSpan`."""

    period: Period
    granularity: Granularity
    steps: int | None = None


def _which(match: re.Match[str]) -> Which:
    """As it is said, or the nearest one: ahead when the sentence so far speaks of plans, else behind."""
    return _WHICHES[match["which"].lower()] if match["which"] else _nearest(match)


def _nearest(match: re.Match[str]) -> Which:
    return Which.COMING if _FUTURE.search(_said_before(match)) else Which.PAST


def _said_before(match: re.Match[str]) -> str:
    """The sentence as far as the expression."""
    return re.split(r"[.!?\n]", match.string[max(0, match.start() - 120) : match.start()])[-1]


def _in_year(match: re.Match[str], of_year: Callable[[int], Period], said: date) -> Period:
    if match["year"]:
        return of_year(int(match["year"]))
    return chosen(_which(match) if "which" in match.re.groupindex else _nearest(match), of_year, said)


def _month_number(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, 1) if month.startswith(name[:3].lower()))


def iso_date(match: re.Match[str], said: date) -> Meaning:
    """ "2023-05-07"."""
    day = date.fromisoformat(match[0])
    return Meaning(Period(day, day), Granularity.DAY)


def calendar_date(match: re.Match[str], said: date) -> Meaning:
    """ "7 May 2023", "the 7th of May"."""
    of_year = day_of(_month_number(match["month"]), int(match["day"]))
    return Meaning(_in_year(match, of_year, said), Granularity.DAY)


def month(match: re.Match[str], said: date) -> Meaning | None:
    """ "in May", "last August", "early June 2021"."""
    name = match["month"].lower()
    if name in _SHY and not (match["in"] or match["which"] or match["year"] or match["part"]):
        return None
    of_year = month_of(MONTHS.index(name) + 1)
    return Meaning(_part(_in_year(match, of_year, said), match["part"]), Granularity.MONTH)


def _part(period: Period, part: str | None) -> Period:
    """Its first, middle or last third."""
    if not part:
        return period
    third = ((period.last - period.first).days + 1) // 3
    first = {"e": 0, "b": 0, "s": 0, "m": 1, "l": 2}["l" if part.lower().startswith("end") else part[0].lower()]
    begin = period.first + timedelta(days=first * third)
    return Period(begin, period.last if first == 2 else begin + timedelta(days=third - 1))


def nth_of_month(match: re.Match[str], said: date) -> Meaning:
    """ "the first weekend of August", "the last week of May 2022"."""
    of_year = month_of(MONTHS.index(match["month"].lower()) + 1)
    period = _in_year(match, of_year, said)
    n, unit = ORDINALS[match["nth"].lower()], match["unit"].lower()
    if unit == "week":
        first = period.last - timedelta(days=6) if n < 0 else period.first + timedelta(days=7 * (n - 1))
        return Meaning(Period(first, first + timedelta(days=6)), Granularity.WEEK)
    index = 5 if unit == "weekend" else WEEKDAYS.index(unit)
    first = (period.last if n < 0 else period.first) + relativedelta(weekday=weekday(index)(n))
    if unit == "weekend":
        return Meaning(Period(first, first + timedelta(days=1)), Granularity.WEEKEND)
    return Meaning(Period(first, first), Granularity.DAY)


def season(match: re.Match[str], said: date) -> Meaning | None:
    """ "last spring", "the summer of 2022"."""
    if not (match["in"] or match["which"] or match["year"]):
        return None
    of_year = season_of(match["season"].lower())
    return Meaning(_part(_in_year(match, of_year, said), match["part"]), Granularity.SEASON)


def holiday(match: re.Match[str], said: date) -> Meaning:
    """ "on Christmas Eve", "Easter 2022"."""
    name = re.sub(r"\s+", " ", match["holiday"].lower()).replace("’", "'").replace("st. ", "st ")
    of_year = holiday_of({"4th of july": "fourth of july", "new years": "new year"}.get(name, name))
    return Meaning(_in_year(match, of_year, said), Granularity.DAY)


def week_day(match: re.Match[str], said: date) -> Meaning | None:
    """The last and the next one are never the day of saying itself."""
    name, full = match["name"].lower(), next(d for d in WEEKDAYS if d.startswith(match["name"][:3].lower()))
    if match["every"] or match["plural"] or (name != full and not (match["which"] or match["on"])):
        return None
    which, index = _which(match), WEEKDAYS.index(full)
    back = which in (Which.LAST, Which.PAST)
    step = timedelta(days=0 if which in (Which.THIS, Which.COMING) else -1 if back else 1)
    day = said + step + relativedelta(weekday=weekday(index)(-1 if back else 1))
    return Meaning(Period(day, day), Granularity.DAY)


def day_name(match: re.Match[str], said: date) -> Meaning:
    """ "yesterday", "the day after tomorrow"."""
    steps = _DAYS[match["name"].lower()] * (2 if match["beyond"] else 1)
    return Meaning(moved(Granularity.DAY, said, steps), Granularity.DAY, steps)


def last_night(match: re.Match[str], said: date) -> Meaning:
    """ "last night", "this morning"."""
    steps = -1 if match["which"].lower() == "last" else 0
    return Meaning(moved(Granularity.DAY, said, steps), Granularity.DAY, steps)


def other_day(match: re.Match[str], said: date) -> Meaning:
    """ "the other day": one of the last seven."""
    return Meaning(Period(said - timedelta(days=7), said - timedelta(days=1)), Granularity.DAY)


def away(match: re.Match[str], said: date) -> Meaning | None:
    """ "two weeks ago", "a few days from now"."""
    if match["way"].lower() == "back" and not match["count"]:  # "I want my weekend back"
        return None
    unit, count = unit_of(match["unit"]), count_of(match["count"] or "some")
    sign = -1 if match["way"].lower() in ("ago", "back") else 1
    if isinstance(count, int):
        return Meaning(moved(unit, said, sign * count), unit, sign * count)
    ends = [moved(unit, said, sign * n) for n in count]
    return Meaning(Period(min(e.first for e in ends), max(e.last for e in ends)), unit)


def ahead(match: re.Match[str], said: date) -> Meaning | None:
    """ "in two weeks" is a time where plans are spoken of, and a length elsewhere ("done in two weeks")."""
    before = _said_before(match)
    if not (_FUTURE.search(before) or re.search(r"(?:\b(?:is|are|be|starts?|leaves?)|['’]s|['’]re)\s*$", before, re.I)):
        return None
    return away(match, said)


def these(match: re.Match[str], said: date) -> Meaning | None:
    """ "last week", "this month", "the past three years"."""
    which, unit = _which(match), unit_of(match["unit"])
    if not match["count"]:
        return Meaning(moved(unit, said, _STEPS[which]), unit, _STEPS[which])
    count = count_of(match["count"])
    steps = _STEPS[which] * (count if isinstance(count, int) else count[1])
    far = moved(unit, said, steps)
    return Meaning(Period(min(far.first, said), max(far.last, said)), unit) if steps else None


def beyond(match: re.Match[str], said: date) -> Meaning:
    """ "the week before last"."""
    unit = unit_of(match["unit"])
    steps = -2 if match["way"].lower().startswith("before") else 2
    return Meaning(moved(unit, said, steps), unit, steps)


def year(match: re.Match[str], said: date) -> Meaning | None:
    """A number like a year is one after a word or a part ("since 2016", "late 2016")."""
    if not (match["in"] or match["part"] or match[0][0].isalpha()):
        return None
    whole = moved(Granularity.YEAR, date(int(match["year"]), 1, 1), 0)
    return Meaning(_part(whole, match["part"]), Granularity.YEAR)


def day_of_month(match: re.Match[str], said: date) -> Meaning | None:
    """ "on the 15th": of this month or of the one before; ahead when plans are spoken of."""
    if not 1 <= int(match["day"]) <= 31:
        return None
    months = [moved(Granularity.MONTH, said, n).first for n in (-2, -1, 0, 1, 2)]
    days = [m.replace(day=int(match["day"])) for m in months if (m + relativedelta(day=31)).day >= int(match["day"])]
    to_come = _nearest(match) is Which.COMING
    day = min(d for d in days if d >= said) if to_come else max(d for d in days if d <= said)
    return Meaning(Period(day, day), Granularity.DAY)
