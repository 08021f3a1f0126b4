"""What sort of value a question asks for, and whether words hold one. Each pattern is one list of words."""

from __future__ import annotations

import re
from enum import StrEnum


class Sort(StrEnum):
    """What an answer has to hold."""

    ANY = "any"
    NUMBER = "number"
    TIME = "time"
    WHO = "who"
    PLACE = "place"
    COLOUR = "colour"


def any_of(words: str) -> re.Pattern[str]:
    """A pattern for any of these words, parted by " | "; case is ignored. None of them may repeat what repeats."""
    parts = (part.strip() for part in re.split(r"\s\|\s", words))
    return re.compile(rf"\b(?:{'|'.join(parts)})(?!\w)", re.I)


_SORTS = (
    (Sort.COLOUR, any_of(r"colou?rs?")),
    (Sort.TIME, re.compile(r"^\W*(?:and |so |until |till |since |by |from )?when\b", re.I)),
    (
        Sort.TIME,
        any_of(r"what time | (?:what|which) (?:day|date|month|year|weekday|evening|morning|night)s? | how often"),
    ),
    (
        Sort.NUMBER,
        any_of(
            r"""
            how (?:much|many|old|long|far|tall|big|heavy|high) | price | rent | salary | wages? | pay |
            paid | fee | dose |
            dosage | weight | size | number | digits | age | bill | rate | budget | costs? | charges? | pin | code |
            password | score
            """
        ),
    ),
    (Sort.WHO, any_of(r"who | whom | whose | called | names?")),
    (Sort.PLACE, any_of(r"where | (?:what|which) (?:city|town|country|street|village|place|part of town)")),
)
_COUNT = any_of(
    r"""
    one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | thirteen |
    fourteen | fifteen |
    sixteen | seventeen | eighteen | nineteen | twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety |
    hundred | half | dozen | double | free
    """
)
_TIME = any_of(
    r"""
    (?:mon|tues|wednes|thurs|fri|satur|sun)days? | january | february | march | april | may | june | july | august |
    september | october | november | december | jan | feb | mar | apr | jun | jul | aug | sept? | oct |
    nov | dec | noon |
    midnight | mornings? | afternoons? | evenings? | nights? | weekends? | weekdays? | daily | weekly | monthly |
    fortnight | tomorrow | tonight | today | yesterday | spring | summer | autumn | winter | christmas | easter |
    half past | quarter (?:to|past) | o.clock | (?:19|20)\d\d |
    (?:this|next|last|every|each|a|per) (?:week|month|year|day|weekend)
    """
)
_PLACE = (
    r"\b(?:in|at|to|near|from|under|behind|on|by|above|below|inside|into|with|for|through|beside|opposite) "
    r"(?:the |an? |my |our )?[\w’'-]+"
)
_NAME = (
    r"(?<=[\w,;:)(] )(?!I\b)[A-ZÀ-ÞŠŽ][\w’'-]*"
    r"|^(?!(?:I|My|Our|The|We|It|They|He|She|This|That)\b)[A-ZÀ-ÞŠŽ][\w’-]+"
)
_HELD = {
    Sort.NUMBER: re.compile(rf"\d|{_COUNT.pattern}", re.I),
    Sort.TIME: re.compile(rf"\d{{1,2}}[:.]\d\d|\d\s?[ap]\.?m\b|\bat \d|\d(?:st|nd|rd|th)\b|{_TIME.pattern}", re.I),
    Sort.WHO: re.compile(_NAME),
    Sort.PLACE: re.compile(_PLACE, re.I),
    Sort.COLOUR: any_of(
        r"""
        red | blue | green | yellow | orange | purple | violet | pink | black | white | gr[ea]y | brown | beige | teal |
        turquoise | navy | maroon | burgundy | gold | golden | silver | cream | lilac | lavender |
        mint | indigo | cyan |
        magenta | olive | bronze | copper | khaki | coral | crimson | scarlet | ivory | blonde?
        """
    ),
}


def wanted(question: str) -> Sort:
    """What sort of value is asked for; ANY where the question does not say."""
    return next((sort for sort, pattern in _SORTS if pattern.search(question)), Sort.ANY)


def holds(sort: Sort, words: str) -> bool:
    """Whether words hold a value of a sort."""
    return sort is Sort.ANY or _HELD[sort].search(words) is not None
