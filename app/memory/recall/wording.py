"""Put a resolved time into the words a person would use, in the granularity it was told in."""

from __future__ import annotations

import re
from datetime import date

from app.memory.recall.periods import SEASONS, Granularity
from app.memory.recall.times import TimeSpan
from app.memory.recall.vocabulary import SMALL_NUMBERS, WEEKDAYS

_WHOLE_MONTH = 28
_SEASON = re.compile("|".join(SEASONS), re.I)


def named(time: TimeSpan, said: date) -> str:
    """ "7 May 2023" where the day is known, else "the week before 9 June 2023", "June 2023", "summer 2022", "2016"."""
    if time.steps is not None:
        return _stepped(time, time.steps, said)
    if time.text.lower().endswith(" ago"):
        return f"{time.text[:-4]} before {day(said)}"
    if time.granularity is Granularity.DAY:
        return _day(time, said)
    return _by_calendar(time, said)


def ago(time: TimeSpan, today: date) -> str:
    """How long before `today` it was, counted in the unit it was told in."""
    days = (today - time.first).days
    match time.granularity:
        case Granularity.YEAR | Granularity.DECADE | Granularity.SEASON:
            return _count(today.year - time.first.year, "year")
        case Granularity.MONTH:
            return _count((today.year - time.first.year) * 12 + today.month - time.first.month, "month")
        case Granularity.WEEK | Granularity.WEEKEND:
            return _count(days // 7, "week")
        case _:
            return _count(days, "day")


def day(moment: date) -> str:
    """As in "7 May 2023"."""
    return f"{moment.day} {moment:%B} {moment.year}"


def month(moment: date) -> str:
    """As in "May 2023"."""
    return f"{moment:%B} {moment.year}"


def _stepped(time: TimeSpan, steps: int, said: date) -> str:
    unit, count = time.granularity, abs(steps)
    if unit is Granularity.DAY:
        return day(time.first)
    if unit is Granularity.MONTH:
        return month(time.first)
    if unit not in (Granularity.WEEK, Granularity.WEEKEND):
        return str(time.first.year) if unit is Granularity.YEAR else f"the {time.first.year}s"
    if steps == 0:
        return f"the {unit} of {day(said)}"
    many = "the" if count == 1 else SMALL_NUMBERS[count - 1] if count <= len(SMALL_NUMBERS) else str(count)
    return f"{many} {unit}{'s' if count > 1 else ''} {'before' if steps < 0 else 'after'} {day(said)}"


def _day(time: TimeSpan, said: date) -> str:
    """ "Last Friday" stays a Friday; what the calendar names is its day; "the other day" stays vague."""
    if time.first != time.last:
        return f"a few days before {day(said)}"
    name = WEEKDAYS[time.first.weekday()]
    if name[:3] in time.text.lower() and not _has_digits(time.text) and time.first != said:
        return f"the {name.capitalize()} {'before' if time.first < said else 'after'} {day(said)}"
    return day(time.first)


def _by_calendar(time: TimeSpan, said: date) -> str:
    length = (time.last - time.first).days + 1
    if time.granularity is Granularity.MONTH and _WHOLE_MONTH <= length <= 31:
        return month(time.first)
    if season := _SEASON.search(time.text):
        return f"{season[0].lower()} {time.first.year}"
    if time.granularity is Granularity.YEAR and length in (365, 366):
        return str(time.first.year)
    if _has_digits(time.text) or (length <= 31 and time.last != said):
        return _with_year(time)
    return f"{day(time.first)} to {day(time.last)}"


def _with_year(time: TimeSpan) -> str:
    text = re.sub(r"^(?:in|on|by|since|until|during|of|from) ", "", time.text, flags=re.I)
    return text if re.search(r"\b(?:19|20)\d\d\b", text) else f"{text} {time.first.year}"


def _has_digits(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _count(number: int, unit: str) -> str:
    """A moment that still lies ahead is told as one."""
    many = f"{abs(number)} {unit}{'' if abs(number) == 1 else 's'}"
    return f"{many} ago" if number > 0 else f"in {many}" if number < 0 else f"this {unit}" if unit != "day" else "today"
