"""Stretches of the calendar: the day, week, month, season or year around a day, and those some steps away.

A week runs from Monday to Sunday. Seasons are the meteorological ones of the northern hemisphere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from dateutil.easter import easter
from dateutil.relativedelta import MO, TH, relativedelta


class Granularity(StrEnum):
    """How exact a time expression is."""

    DAY = "day"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"


class Period(NamedTuple):
    """Both days belong to it."""

    first: date
    last: date


class Which(StrEnum):
    """Which of the periods that come round again is meant."""

    LAST = "last"  # the latest that is over
    PAST = "past"  # the latest that has begun
    THIS = "this"  # the one of now or of this calendar year
    COMING = "coming"  # the first that is not over
    NEXT = "next"  # the first that has not begun


_DAY = timedelta(days=1)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_HOLIDAYS: dict[str, Callable[[int], date]] = {
    "new year's day": lambda year: date(year, 1, 1),
    "new year": lambda year: date(year, 1, 1),
    "valentine's day": lambda year: date(year, 2, 14),
    "st patrick's day": lambda year: date(year, 3, 17),
    "easter": easter,
    "fourth of july": lambda year: date(year, 7, 4),
    "independence day": lambda year: date(year, 7, 4),
    "labor day": lambda year: date(year, 9, 1) + relativedelta(weekday=MO(1)),
    "halloween": lambda year: date(year, 10, 31),
    "thanksgiving": lambda year: date(year, 11, 1) + relativedelta(weekday=TH(4)),
    "christmas eve": lambda year: date(year, 12, 24),
    "christmas": lambda year: date(year, 12, 25),
    "new year's eve": lambda year: date(year, 12, 31),
}
HOLIDAYS = tuple(_HOLIDAYS)
SEASONS = tuple(_SEASONS)


def moved(unit: Granularity, day: date, steps: int) -> Period:
    """The period of this size that lies `steps` after (or, below 0, before) the one around `day`.

    Raises ValueError or OverflowError outside of the years 1 to 9999.
    """
    match unit:
        case Granularity.DAY:
            return Period(*[day + steps * _DAY] * 2)
        case Granularity.WEEK | Granularity.WEEKEND:
            monday = day + (7 * steps - day.weekday()) * _DAY
            return Period(monday + (5 if unit is Granularity.WEEKEND else 0) * _DAY, monday + 6 * _DAY)
        case Granularity.MONTH | Granularity.SEASON:
            size = 1 if unit is Granularity.MONTH else 3
            back = day.month % 3 if unit is Granularity.SEASON else 0  # seasons begin in months 3, 6, 9 and 12
            first = day.replace(day=1) + relativedelta(months=steps * size - back)
            return Period(first, first + relativedelta(months=size, days=-1))
        case _:
            size = 1 if unit is Granularity.YEAR else 10
            begin = day.year - day.year % size + steps * size
            return Period(date(begin, 1, 1), date(begin + size - 1, 12, 31))


def chosen(which: Which, of_year: Callable[[int], Period], now: date) -> Period:
    """Of what comes once a year, the one that is meant on the day `now`. Raises ValueError when there is none."""
    found = [period for year in range(now.year - 4, now.year + 5) if (period := _try(of_year, year))]
    match which:
        case Which.LAST:
            return max(p for p in found if p.last < now)
        case Which.PAST:
            return max(p for p in found if p.first <= now)
        case Which.NEXT:
            return min(p for p in found if p.first > now)
        case Which.COMING:
            return min(p for p in found if p.last >= now)
        case _:
            return next((p for p in found if p.first <= now <= p.last), None) or of_year(now.year)


def month_of(month: int) -> Callable[[int], Period]:
    """The month of that number, for a year."""
    return lambda year: moved(Granularity.MONTH, date(year, month, 1), 0)


def season_of(name: str) -> Callable[[int], Period]:
    """The season of that name which begins in a year."""
    return lambda year: moved(Granularity.SEASON, date(year, _SEASONS[name], 1), 0)


def holiday_of(name: str) -> Callable[[int], Period]:
    """The day of a fixed or reckoned holiday, for a year."""
    return lambda year: Period(*[_HOLIDAYS[name](year)] * 2)


def day_of(month: int, day: int) -> Callable[[int], Period]:
    """A day of the year, for a year."""
    return lambda year: Period(*[date(year, month, day)] * 2)


def _try(of_year: Callable[[int], Period], year: int) -> Period | None:
    """None for the 29th of February in most years, and beyond the ends of the calendar."""
    try:
        return of_year(year)
    except (ValueError, OverflowError):
        return None
