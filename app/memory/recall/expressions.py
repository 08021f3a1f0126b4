"""The rules for time expressions: a pattern each, and the function that reads it.

Tried in order; what one rule has looked at, later ones leave alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from app.memory.recall import readings
from app.memory.recall.periods import HOLIDAYS, SEASONS
from app.memory.recall.readings import ORDINALS, Meaning
from app.memory.recall.vocabulary import COUNT, MONTHS, UNIT, WEEKDAYS


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
_IN_YEAR = r"(?P<in>in|since|until|till|by|from|to|during|between|and|before|after|year)\s"
_PART = r"(?P<part>early|mid|late|(?:beginning|start|middle|end)\sof)[\s-](?:the\s)?"


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
    _rule(DIGITS, r"(?:19|20)\d\d-\d\d-\d\d", readings.iso_date),
    _rule(
        _SHORT_MONTH_WORDS,
        rf"(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s?{_SHORT_MONTH}{_OF_YEAR}",
        readings.calendar_date,
    ),
    _rule(
        _SHORT_MONTH_WORDS,
        rf"{_SHORT_MONTH}\s(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]){_OF_YEAR}",
        readings.calendar_date,
    ),
    _rule(
        _MONTH_WORDS,
        rf"(?:the\s)?(?P<nth>{'|'.join(ORDINALS)})\s(?P<unit>week|weekend|{'|'.join(WEEKDAYS)})\s(?:of|in)\s"
        rf"{_MONTH}{_OF_YEAR}",
        readings.nth_of_month,
    ),
    _rule(_HOLIDAY_WORDS, rf"(?:{_WHICH}|{_IN})?(?P<holiday>{_HOLIDAY})(?:\sday)?{_OF_YEAR}", readings.holiday),
    _rule(_MONTH_WORDS, rf"(?:{_IN})?(?:{_PART})?(?:{_WHICH})?{_MONTH}{_OF_YEAR}", readings.month),
    _rule(
        _SEASON_WORDS, rf"(?:{_IN})?(?:{_PART})?(?:{_WHICH})?(?P<season>{'|'.join(SEASONS)}){_OF_YEAR}", readings.season
    ),
    _rule(
        "yesterday tomorrow",
        r"(?:the\s)?day\s(?P<beyond>before|after)\s(?P<name>yesterday|tomorrow)",
        readings.day_name,
    ),
    _rule(
        "today tonight yesterday tomorrow",
        r"(?P<name>today|tonight|yesterday|tomorrow)(?P<beyond>)?",
        readings.day_name,
    ),
    _rule(
        "night evening morning afternoon",
        r"(?P<which>last|this)\s(?:night|evening|morning|afternoon)",
        readings.last_night,
    ),
    _rule("other", r"the\sother\s(?:day|night|evening)", readings.other_day),
    _rule(
        _UNIT_WORDS,
        rf"(?:{COUNT}\s)?{UNIT}s?\s(?P<way>ago|back(?=\s{{0,3}}(?:[.,;:!?)]|$))|from\snow|from\stoday)",
        readings.away,
    ),
    _rule(_UNIT_WORDS, rf"(?P<way>in)\s{COUNT}\s{UNIT}s?", readings.ahead),
    _rule(_UNIT_WORDS, rf"(?:the\s)?{UNIT}\s(?P<way>before\slast|after\snext)", readings.beyond),
    _rule(_UNIT_WORDS, rf"(?:the\s)?{_WHICH}(?:{COUNT}\s)?{UNIT}s?", readings.these),
    _rule(
        _DAY_WORDS,
        rf"(?:(?P<every>every|each)\s|{_WHICH}|(?P<on>on|by|since|until)\s)?(?P<name>{_SHORT_DAY})(?P<plural>s)?",
        readings.week_day,
    ),
    _rule(DIGITS, r"on\sthe\s(?P<day>\d{1,2})(?:st|nd|rd|th)", readings.day_of_month),
    _rule(DIGITS, rf"(?:{_IN_YEAR})?(?:{_PART})?{_YEAR}", readings.year),
)
