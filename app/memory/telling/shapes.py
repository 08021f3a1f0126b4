"""Of what shape the values in words are: "2.5 mg" and "5 mg" may be the same thing at two times. Pure."""

from __future__ import annotations

import re

from app.memory.telling.kin import stem

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_NTH = r"\d{1,2}(?:st|nd|rd|th)"
_DATE = re.compile(rf"\b(?:{_NTH}|\d{{1,2}}) (?:of )?{_MONTH}\b|\b{_MONTH} (?:{_NTH}|\d{{1,2}})\b|\bthe {_NTH}\b", re.I)
_MONTH_ALONE = re.compile(
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december)\b", re.I
)
_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?\b", re.I)
_CLOCK = re.compile(
    r"\b\d{1,2}:\d\d\b|\b\d{1,2}\s?[ap]\.?m\b|\bhalf past\b|\bquarter (?:to|past)\b|\bnoon\b|\bmidnight\b|"
    r"o.clock\b|\bat \d{1,2}\b",
    re.I,
)
_MONEY = re.compile(r"[$€£¥₹]\s?\d")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?P<part>\.\d+)?(?![\w])(?:\s(?P<unit>[a-z%]+))?", re.I)
_NO_UNIT = frozenset(
    """a an the and or but now at in on for per of to from so is are was it i we they he she my our this that with these
    right each every all still already by as not again today then starting""".split()  # noqa: SIM905
)


def shapes(words: str) -> frozenset[str]:
    """The shapes of the values that words hold: numbers by unit or decimals, a date, a weekday, an hour, money."""
    found = {name for name, pattern in _SHAPES if pattern.search(words)}
    for match in _NUMBER.finditer(_DATE.sub(" ", words)):
        unit = (match["unit"] or "").casefold()
        if unit and unit not in _NO_UNIT and not _WEEKDAY.fullmatch(unit):
            found.add(f"unit {stem(unit.removesuffix('s'))}")
        found.add(f"{len(match[0].split()[0].split('.')[0])} digits{', part' if match['part'] else ''}")
    return frozenset(found)


_SHAPES = (("date", _DATE), ("month", _MONTH_ALONE), ("weekday", _WEEKDAY), ("clock", _CLOCK), ("money", _MONEY))
