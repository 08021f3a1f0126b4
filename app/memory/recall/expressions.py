"""The rules that read one time expression each: a pattern, and what it means on the day it was said.

Tried in order; what one rule has read, later ones leave alone. A reader returns None where the words
turn out not to be a time ("you may", "every Friday").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta, weekday

from app.memory.recall.periods import (
    HOLIDAYS,
    SEASONS,
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
from app.memory.recall.vocabulary import COUNT, MONTHS, UNIT, WEEKDAYS, count_of, unit_of


class Meaning(NamedTuple):
    """What an expression stands for; `steps` as in `TimeSpan`."""

    period: Period
    granularity: Granularity
    steps: int | None = None


class Rule(NamedTuple):
    """Tried where one of the `words` stands (DIGITS: any number).

    `read` may raise ValueError or OverflowError for a day that is in no calendar.
    """

    words: frozenset[str]
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], date], Meaning | None]


DIGITS = "0"

_MONTH = f"(?P<month>{'|'.join(MONTHS)})"
_SHORT_MONTH = rf"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)}|sept)\b\.?"
_SHORT_DAY = "mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_WHICH = r"(?P<which>last|this past|this coming|past|this|next|coming|upcoming)\s"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d|[-/:.,]\d)"
_OF_YEAR = rf"(?:(?:,|\sof)?\s{{0,2}}{_YEAR})?"
_IN = (
    r"(?P<in>in|on|since|until|till|by|from|for|to|during|around|and|between|through|of|over|at|year)"
    r"\s(?:the\s)?"
)
_PART = r"(?P<part>early|mid|late|(?:beginning|start|middle|end)\sof)[\s-](?:the\s)?"

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}

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


def _iso(match: re.Match[str], said: date) -> Meaning:
    day = date.fromisoformat(match[0])
    return Meaning(Period(day, day), Granularity.DAY)


def _date(match: re.Match[str], said: date) -> Meaning:
    of_year = day_of(_month_number(match["month"]), int(match["day"]))
    return Meaning(_in_year(match, of_year, said), Granularity.DAY)


def _month(match: re.Match[str], said: date) -> Meaning | None:
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


def _nth(match: re.Match[str], said: date) -> Meaning:
    """ "the first weekend of August", "the last week of May 2022"."""
    of_year = month_of(MONTHS.index(match["month"].lower()) + 1)
    month = _in_year(match, of_year, said)
    n, unit = _ORDINALS[match["nth"].lower()], match["unit"].lower()
    if unit == "week":
        first = month.last - timedelta(days=6) if n < 0 else month.first + timedelta(days=7 * (n - 1))
        return Meaning(Period(first, first + timedelta(days=6)), Granularity.WEEK)
    index = 5 if unit == "weekend" else WEEKDAYS.index(unit)
    first = (month.last if n < 0 else month.first) + relativedelta(weekday=weekday(index)(n))
    if unit == "weekend":
        return Meaning(Period(first, first + timedelta(days=1)), Granularity.WEEKEND)
    return Meaning(Period(first, first), Granularity.DAY)


def _season(match: re.Match[str], said: date) -> Meaning | None:
    if not (match["in"] or match["which"] or match["year"]):
        return None
    of_year = season_of(match["season"].lower())
    return Meaning(_part(_in_year(match, of_year, said), match["part"]), Granularity.SEASON)


def _holiday(match: re.Match[str], said: date) -> Meaning:
    name = re.sub(r"\s+", " ", match["holiday"].lower()).replace("’", "'").replace("st. ", "st ")
    of_year = holiday_of({"4th of july": "fourth of july", "new years": "new year"}.get(name, name))
    return Meaning(_in_year(match, of_year, said), Granularity.DAY)


def _weekday(match: re.Match[str], said: date) -> Meaning | None:
    """The last and the next one are never the day of saying itself."""
    name, full = match["name"].lower(), next(d for d in WEEKDAYS if d.startswith(match["name"][:3].lower()))
    if match["every"] or match["plural"] or (name != full and not (match["which"] or match["on"])):
        return None
    which, index = _which(match), WEEKDAYS.index(full)
    back = which in (Which.LAST, Which.PAST)
    step = timedelta(days=0 if which in (Which.THIS, Which.COMING) else -1 if back else 1)
    day = said + step + relativedelta(weekday=weekday(index)(-1 if back else 1))
    return Meaning(Period(day, day), Granularity.DAY)


def _day_name(match: re.Match[str], said: date) -> Meaning:
    steps = _DAYS[match["name"].lower()] * (2 if match["beyond"] else 1)
    return Meaning(moved(Granularity.DAY, said, steps), Granularity.DAY, steps)


def _last_night(match: re.Match[str], said: date) -> Meaning:
    steps = -1 if match["which"].lower() == "last" else 0
    return Meaning(moved(Granularity.DAY, said, steps), Granularity.DAY, steps)


def _other_day(match: re.Match[str], said: date) -> Meaning:
    return Meaning(Period(said - timedelta(days=7), said - timedelta(days=1)), Granularity.DAY)


def _away(match: re.Match[str], said: date) -> Meaning:
    unit = unit_of(match["unit"])
    count = count_of(match["count"] or "some")
    sign = -1 if match["way"].lower() in ("ago", "back") else 1
    if isinstance(count, int):
        return Meaning(moved(unit, said, sign * count), unit, sign * count)
    ends = [moved(unit, said, sign * n) for n in count]
    return Meaning(Period(min(e.first for e in ends), max(e.last for e in ends)), unit)


def _ahead(match: re.Match[str], said: date) -> Meaning | None:
    """ "in two weeks" is a time where plans are spoken of, and a length elsewhere ("done in two weeks")."""
    before = _said_before(match)
    if not (_FUTURE.search(before) or re.search(r"(?:\b(?:is|are|be|starts?|leaves?)|['’]s|['’]re)\s*$", before, re.I)):
        return None
    return _away(match, said)


def _these(match: re.Match[str], said: date) -> Meaning | None:
    """ "last week", "this month", "the past three years"."""
    which, unit = _which(match), unit_of(match["unit"])
    if not match["count"]:
        return Meaning(moved(unit, said, _STEPS[which]), unit, _STEPS[which])
    count = count_of(match["count"])
    steps = _STEPS[which] * (count if isinstance(count, int) else count[1])
    far = moved(unit, said, steps)
    return Meaning(Period(min(far.first, said), max(far.last, said)), unit) if steps else None


def _beyond(match: re.Match[str], said: date) -> Meaning:
    unit = unit_of(match["unit"])
    steps = -2 if match["way"].lower().startswith("before") else 2
    return Meaning(moved(unit, said, steps), unit, steps)


def _year(match: re.Match[str], said: date) -> Meaning | None:
    """A number like a year is one after a word or a part ("since 2016", "late 2016")."""
    if not (match["in"] or match["part"] or match[0][0].isalpha()):
        return None
    year = moved(Granularity.YEAR, date(int(match["year"]), 1, 1), 0)
    return Meaning(_part(year, match["part"]), Granularity.YEAR)


def _of_month(match: re.Match[str], said: date) -> Meaning | None:
    """ "on the 15th": of this month or of the one before; ahead when plans are spoken of."""
    if not 1 <= int(match["day"]) <= 31:
        return None
    months = [moved(Granularity.MONTH, said, n).first for n in (-2, -1, 0, 1, 2)]
    days = [m.replace(day=int(match["day"])) for m in months if (m + relativedelta(day=31)).day >= int(match["day"])]
    ahead = _nearest(match) is Which.COMING
    day = min(d for d in days if d >= said) if ahead else max(d for d in days if d <= said)
    return Meaning(Period(day, day), Granularity.DAY)


def _rule(words: str, pattern: str, read: Callable[[re.Match[str], date], Meaning | None]) -> Rule:
    return Rule(frozenset(words.split()), re.compile(rf"(?<![\w-]){pattern}(?!\w)", re.I), read)


_HOLIDAY = "|".join(sorted((*HOLIDAYS, "4th of july", "new years"), key=len, reverse=True))
_HOLIDAY = _HOLIDAY.replace("'", "['’]").replace("st ", r"st\.? ")
_HOLIDAY_WORDS = "new valentine st easter fourth july independence labor halloween thanksgiving christmas"
_MONTH_WORDS, _SHORT_MONTH_WORDS = " ".join(MONTHS), " ".join(["sept", *MONTHS, *(name[:3] for name in MONTHS)])
_DAY_WORDS = " ".join(WEEKDAYS) + " mon tue tues wed thu thur thurs fri sat sun"
_SEASON_WORDS = " ".join(SEASONS)
_UNIT_WORDS = " ".join(f"{unit} {unit}s" for unit in ("day", "night", "weekend", "week", "month", "year", "decade"))
RULES = (
    _rule(DIGITS, r"(?:19|20)\d\d-\d\d-\d\d", _iso),
    _rule(
        _SHORT_MONTH_WORDS, rf"(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s?{_SHORT_MONTH}{_OF_YEAR}", _date
    ),
    _rule(
        _SHORT_MONTH_WORDS, rf"{_SHORT_MONTH}\s(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]){_OF_YEAR}", _date
    ),
    _rule(
        _MONTH_WORDS,
        rf"(?:the\s)?(?P<nth>{'|'.join(_ORDINALS)})\s(?P<unit>week|weekend|{'|'.join(WEEKDAYS)})\s(?:of|in)\s"
        rf"{_MONTH}{_OF_YEAR}",
        _nth,
    ),
    _rule(_HOLIDAY_WORDS, rf"(?:{_WHICH}|{_IN})?(?P<holiday>{_HOLIDAY})(?:\sday)?{_OF_YEAR}", _holiday),
    _rule(_MONTH_WORDS, rf"(?:{_IN})?(?:{_PART})?(?:{_WHICH})?{_MONTH}{_OF_YEAR}", _month),
    _rule(_SEASON_WORDS, rf"(?:{_IN})?(?:{_PART})?(?:{_WHICH})?(?P<season>{'|'.join(SEASONS)}){_OF_YEAR}", _season),
    _rule("yesterday tomorrow", r"(?:the\s)?day\s(?P<beyond>before|after)\s(?P<name>yesterday|tomorrow)", _day_name),
    _rule("today tonight yesterday tomorrow", r"(?P<name>today|tonight|yesterday|tomorrow)(?P<beyond>)?", _day_name),
    _rule("night evening morning afternoon", r"(?P<which>last|this)\s(?:night|evening|morning|afternoon)", _last_night),
    _rule("other", r"the\sother\s(?:day|night|evening)", _other_day),
    _rule(
        _UNIT_WORDS,
        rf"(?:{COUNT}\s)?{UNIT}s?\s(?P<way>ago|back(?=\s{{0,3}}(?:[.,;:!?)]|$))|from\snow|from\stoday)",
        _away,
    ),
    _rule(_UNIT_WORDS, rf"(?P<way>in)\s{COUNT}\s{UNIT}s?", _ahead),
    _rule(_UNIT_WORDS, rf"(?:the\s)?{UNIT}\s(?P<way>before\slast|after\snext)", _beyond),
    _rule(_UNIT_WORDS, rf"(?:the\s)?{_WHICH}(?:{COUNT}\s)?{UNIT}s?", _these),
    _rule(
        _DAY_WORDS,
        rf"(?:(?P<every>every|each)\s|{_WHICH}|(?P<on>on|by|since|until)\s)?(?P<name>{_SHORT_DAY})(?P<plural>s)?",
        _weekday,
    ),
    _rule(DIGITS, r"on\sthe\s(?P<day>\d{1,2})(?:st|nd|rd|th)", _of_month),
    _rule(DIGITS, rf"(?:{_IN}|(?:before|after)\s)?(?:{_PART})?{_YEAR}", _year),
)
