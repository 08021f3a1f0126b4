"""What sort of value a question asks for, and whether words hold one. Each pattern is one list of words."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from app.memory.facts.rules import CARS, PHONES


class Sort(StrEnum):
    """What an answer has to hold."""

    ANY = "any"
    NUMBER = "number"
    MONEY = "money"
    AGE = "age"
    CODE = "code"
    LENGTH = "length"
    CLOCK = "clock"
    OFTEN = "often"
    DAY = "day"
    TIME = "time"
    SURNAME = "surname"
    WHO = "who"
    PLACE = "place"
    COLOUR = "colour"
    CAR = "car"
    PHONE = "phone"


def any_of(words: str) -> re.Pattern[str]:
    """A pattern for any of these words, parted by " | "; case is ignored. None of them may repeat what repeats."""
    parts = (part.strip() for part in re.split(r"\s\|\s", words))
    return re.compile(rf"\b(?:{'|'.join(parts)})(?!\w)", re.I)


_WHAT = r"(?:what|which|whats|what['’]s)"
_SORTS = (
    (Sort.COLOUR, any_of(r"colou?rs?")),
    (Sort.CLOCK, any_of(rf"what time | {_WHAT} (?:hour|hours)")),
    (Sort.OFTEN, any_of(r"how often | how frequently")),
    (Sort.DAY, any_of(rf"{_WHAT} (?:week)?days? | {_WHAT} (?:evening|morning|night)s?")),
    (Sort.TIME, re.compile(r"^\W*(?:and |so |until |till |since |by |from )?when\b|\bwhen['’]?s\b", re.I)),
    (Sort.TIME, any_of(rf"{_WHAT} (?:date|month|year)s? | birthday | due date | deadline")),
    (Sort.AGE, any_of(r"how old | age")),
    (Sort.SURNAME, any_of(r"surname | last name | family name | maiden name")),
    (Sort.CODE, any_of(r"(?:phone|telephone|mobile|cell|account) number | pin | code | password | passcode | digits")),
    (Sort.LENGTH, any_of(r"how (?:long|far|tall|big|heavy|high|fast|wide) | weigh(?:s|t)? | dose | dosage | size")),
    (
        Sort.MONEY,
        any_of(
            r"""
            price | rent | salary | wages? | fee | bill | costs? | charges? | budget | how much .* | stipend |
            paid | payment
            """
        ),
    ),
    (Sort.NUMBER, any_of(r"how many | number | rate | score | percentage")),
    (Sort.WHO, any_of(r"who | whom | whose | who['’]?s | called | names?")),
    (Sort.PLACE, any_of(rf"where | where['’]?s | {_WHAT} (?:city|town|country|street|village|place|part of town)")),
    (Sort.CAR, any_of(rf"{_WHAT} (?:\w+ )?(?:car|truck|pickup|van) | what .* drive")),
    (Sort.PHONE, any_of(rf"{_WHAT} (?:\w+ )?(?:phone|mobile|handset)")),
)
_MEASURED = re.compile(
    r"how much .*\b(?:weigh|take|drink|eat|use|sleep|left)|how much (?:\w+ )?(?:am i|is he|is she)\b", re.I
)
_COUNT = any_of(
    r"""
    one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | thirteen |
    fourteen | fifteen |
    sixteen | seventeen | eighteen | nineteen | twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety |
    hundred | half | dozen | double | free
    """
)
_WEEKDAYS = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_TIME = any_of(
    rf"""
    {_WEEKDAYS} | january | february | march | april | may | june | july | august |
    september | october | november | december | jan | feb | mar | apr | jun | jul | aug | sept? | oct |
    nov | dec | noon |
    midnight | mornings? | afternoons? | evenings? | nights? | weekends? | weekdays? | daily | weekly | monthly |
    fortnight | tomorrow | tonight | today | yesterday | spring | summer | autumn | winter | christmas | easter |
    half past | quarter (?:to|past) | o.clock | (?:19|20)\d\d |
    (?:this|next|last|every|each|a|per) (?:week|month|year|day|weekend)
    """
)
_HOUR = r"(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_CLOCK = (
    r"\d{1,2}[:.]\d\d\b|\b\d{1,2}\s?(?:[ap]\.?m\b|o.clock)|\bat \w+|\bhalf past|\bquarter (?:to|past)|\bnoon\b"
    rf"|\bmidnight\b|\b\w+ (?:till?|until|to) {_HOUR}|\bo.clock\b|\bit(?:['’]s| is) \d{{1,2}}\b|\b\d{{1,2}} it is\b"
)
_UNIT = (
    r"(?:mg|mcg|g|kg|kilos?|lbs?|pounds|stone|units?|ml|litres?|cm|m|mm|km|k|miles?|inch(?:es)?|feet|ft|minutes?|mins?|hours?|"
    r"hrs?|days?|weeks?|months?|years?|milligrams?|meters?|metres?)"
)
_MONEY = (
    rf"[$€£¥₹]\s?\d|\b\d[\d.,]*\b(?!\s?(?:{_UNIT}|%|[ap]\.?m|st|nd|rd|th)\b|[:/-]\d)(?<!\d[:.]\d\d\b(?= [ap]m))"
    rf"|\b\d[\d.,]*k\b|{_COUNT.pattern} (?:euros?|pounds?|dollars?|quid|cents?|hundred|thousand|rupees|bucks)"
)
_YEARS = rf"(?:\d{{1,3}}|{_COUNT.pattern})"
_AGED = (
    r"\b(?:i?['’]?m|am|is|he['’]s|she['’]s|are|turn(?:s|ed|ing)?|aged?|now) (?:now |only |just |nearly |almost )?"
    rf"{_YEARS}\b(?!\s?(?:%|{_UNIT}\b(?! old)|quid|euros?|dollars?|a |an |per |[ap]m)|[.:,]\d)"
    rf"|\b{_YEARS}[ -](?:years?|months?|weeks?|yrs?)[ -]old|\(\d{{1,3}}\)|\b\d{{1,3}} ?(?:yo|y/o)\b|, {_YEARS},"
    rf"|['’]s {_YEARS}\b(?=\s*(?:[.,!]|$|and\b|now\b|today\b))|\b{_YEARS} (?:years|months) (?:old|now)\b"
    rf"|\b{_YEARS} in (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_PLACE = (
    r"\b(?:in|at|to|near|from|under|behind|on|by|above|below|inside|into|with|for|through|beside|opposite) "
    r"(?:the |an? |my |our )?[\w’'-]+"
)
_NAME = re.compile(
    r"(?<=[\w,;:)(] )(?!I\b)[A-ZÀ-ÞŠŽ][\w’'-]*"
    r"|^(?!(?:I|My|Our|The|We|It|They|He|She|This|That)\b)[A-ZÀ-ÞŠŽ][\w’-]+"
    r"|\b(?:called|named|mr|mrs|ms|miss|dr) [\w’'-]+"
)
_HELD = {
    Sort.NUMBER: re.compile(rf"\d|{_COUNT.pattern}", re.I),
    Sort.MONEY: re.compile(_MONEY, re.I),
    Sort.AGE: re.compile(_AGED, re.I),
    Sort.CODE: re.compile(r"\d{3}|\b(?=\w*\d)[a-z]\w+", re.I),
    Sort.LENGTH: re.compile(rf"\d|{_COUNT.pattern}", re.I),
    Sort.CLOCK: re.compile(_CLOCK, re.I),
    Sort.OFTEN: any_of(
        rf"""
        every | each | daily | weekly | fortnightly | monthly | yearly | once | twice | \w+ times | weekdays? |
        weekends? | {_WEEKDAYS} | a (?:day|week|month|year)
        """
    ),
    Sort.DAY: any_of(rf"{_WEEKDAYS} | weekdays? | weekends? | every day | daily | \d{{1,2}}(?:st|nd|rd|th)"),
    Sort.TIME: re.compile(rf"\d{{1,2}}[:.]\d\d|\d\s?[ap]\.?m\b|\bat \d|\d(?:st|nd|rd|th)\b|{_TIME.pattern}", re.I),
    Sort.SURNAME: re.compile(r"\b(?:[A-ZÀ-ÞŠŽ][\w’'-]+|Dr\.?|Mrs?\.?|Ms\.?) [A-ZÀ-ÞŠŽ][\w’'-]+"),
    Sort.PLACE: re.compile(_PLACE, re.I),
    Sort.COLOUR: any_of(
        r"""
        red | blue | green | yellow | orange | purple | violet | pink | black | white | gr[ea]y | brown | beige | teal |
        turquoise | navy | maroon | burgundy | gold | golden | silver | cream | lilac | lavender |
        mint | indigo | cyan |
        magenta | olive | bronze | copper | khaki | coral | crimson | scarlet | ivory | blonde?
        """
    ),
    Sort.CAR: re.compile(
        rf"\b(?:{CARS}|corsa|astra|fiesta|focus|transit|octavia|duster|ram|silverado|camry|accord|city|swift|f-\d+)\b",
        re.I,
    ),
    Sort.PHONE: re.compile(rf"\b(?:{PHONES})\b", re.I),
}


def wanted(question: str) -> Sort:
    """What sort of value is asked for; ANY where the question does not say."""
    sort = next((sort for sort, pattern in _SORTS if pattern.search(question)), Sort.ANY)
    return Sort.LENGTH if sort is Sort.MONEY and _MEASURED.search(question) else sort


def holds(sort: Sort, words: str, known: Collection[str] = ()) -> bool:
    """Whether words hold a value of a sort; a name that is `known` to whoever asks (case ignored) is none."""
    if sort is Sort.ANY:
        return True
    if sort is Sort.WHO:
        names = (
            found.rsplit(maxsplit=1)[-1].casefold().removesuffix("'s").removesuffix("’s")
            for found in _NAME.findall(words)
        )
        return any(name not in known for name in names)
    return _HELD[sort].search(words) is not None


_TIMES = frozenset({Sort.CLOCK, Sort.DAY, Sort.TIME, Sort.OFTEN})
_NUMBERS = frozenset({Sort.NUMBER, Sort.MONEY, Sort.AGE, Sort.LENGTH, Sort.CODE})


def is_strict(sort: Sort) -> bool:
    """Whether words that hold no value of a sort cannot answer: an age or an hour is there or is not."""
    return sort in _NUMBERS | _TIMES | {Sort.COLOUR, Sort.SURNAME}


def answers_to(sort: Sort, value: str) -> bool:
    """Whether a value alone may be of a sort: what is asked for by the hour is not answered by a name."""
    if sort in _NUMBERS:
        return holds(Sort.NUMBER, value)
    if sort in _TIMES:
        return any(holds(one, value) for one in (*_TIMES, Sort.NUMBER))
    return sort is not Sort.COLOUR or holds(sort, value)
