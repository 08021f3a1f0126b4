"""Where a value ends: the words after "I moved to" or "my rent is" that name it, and no more."""

from __future__ import annotations

import re

from app.memory.facts.words import group, one_of
from app.memory.recall.times import TimeSpan

_AFTER = (
    r"but|so|because|since|as of|starting|beginning|effective|until|till|which|who|whom|where|when|while|although|"
    r"though|if|after|before|instead|rather|any\s?more|any longer|now|nowadays|currently|today|tonight|yesterday|"
    r"these days|at the moment|at last|at present|for now|right now|again|too|as well|already|recently|then|thanks|"
    r"please|there|here|actually|lately|not|lol|haha|for good|full[- ]time|part[- ]time|with effect|with my|and|or|"
    r"for (?:the (?:last|past)|over|about|almost|nearly|a few|(?:\d+|two|three|four|five|six|ten) (?:years|months|weeks))"
)
_STOP = re.compile(
    rf"(?<!\bSt)(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bNo)(?<!\b[A-Z])[.!?](?=\s|$)|[;(\n\"”]|\s[-–—]+\s|—|"
    rf",(?!\d)|:\s|\s(?:{_AFTER})\b",
    re.I,
)
_OPEN_STOP = re.compile(
    rf"[.!?](?=\s|$)|[;(\n\"”]|\s[-–—]+\s|—|,\s(?:{_AFTER})\b|\s(?:but|so|because|which|instead|rather than|not|now|lately|after all|these days|from now on|and (?:I|we|my|it|he|she|the))\b",
    re.I,
)
_NAMES_ON = re.compile(r"(?:\s(?:and|&)|,)\s(?!(?:I|We|My|Our|It|He|She|They|The|Now|So|But|This|That)\b)[A-ZÀ-Þ0-9]")
_EDGE = re.compile(
    r"^(?:[\s:,=\"“'‘*_]|(?:now|just|currently|actually|basically|also|still|exactly|only|called|named|probably|booked for|scheduled for|set for|planned for|due on|(?:down|up|back) to|it['’]s|it is|that['’]s|got)(?:\b|(?<=s))\s*)+",
    re.I,
)
_HANGING = re.compile(r"\s(?:in|on|since|from|by|at|around|back|of|for|as|to|with|and|the|a|this|just|back in)$", re.I)

NAME = r"(?:(?:Dr|Mrs?|Ms|Prof)\.?\s)?[A-ZÀ-ÞŠŽ][\w’'-]*(?:\s[A-ZÀ-ÞŠŽ][\w’'-]*)*"
NUMBER = r"(?:[$€£¥]\s?)?\d[\d.,:/ -]*"
_CLOCK = (
    r"\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\.?|o['’]?clock)|\d{1,2}[:.]\d\d|noon|midnight|half past|quarter (?:past|to)"
)
_DAY = (
    r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|jan(?:uary)?|"
    r"feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?|tomorrow|today|tonight|next|this|weekend"
)
TIME = re.compile(
    rf"(?:(?:on|at|in|by|due|from|around|every|held|scheduled for|set for)\s)?(?:the\s)?(?:{_CLOCK}|(?:{_DAY})s?\b|"
    rf"\d{{1,2}}(?:st|nd|rd|th)\b|\d{{1,2}}\s(?:{_DAY})|(?:19|20)\d\d\b)|at\s\d{{1,2}}\b",
    re.I,
)


def cut(text: str, *, wide: bool = False) -> str:
    """The value at the beginning of `text`; `wide` for addresses and times, which may hold commas and "from"."""
    edge = _EDGE.match(text)
    start = edge.end() if edge else 0
    end = len(text)
    for stop in (_OPEN_STOP if wide else _STOP).finditer(text, start + 1):
        if not wide and _NAMES_ON.match(text, stop.start()) and _names_around(text, start, stop.start()):
            continue
        end = stop.start()
        break
    found = text[start:end].strip(" \t,;:.!'’\"“”*_")
    while (bare := _HANGING.sub("", found)) != found:
        found = bare
    return found


def without_times(value: str, place: int, times: list[TimeSpan]) -> str:
    """A value that begins at character `place` of its sentence, without a time that ends it ("Bergen last week")."""
    for time in reversed(times):
        at = time.start - place
        if 0 <= at < len(value) and len(value) - (at + len(time.text)) <= 2:
            value = value[:at].rstrip(" ,")
            while (bare := _HANGING.sub("", f" {value}").strip()) != value:
                value = bare
    return value


def _names_around(text: str, start: int, at: int) -> bool:
    """Whether what stands before a comma or an "and" is a name or a number, which it then goes on."""
    before = text[start:at].split()
    return bool(before) and (before[-1][0].isupper() or before[-1][0].isdigit())


_PLACE = re.compile(
    rf"^(?:the\s|an?\s|our\s|my\s|new\s|own\s|small\s|tiny\s|big\s)*(?:[A-ZÀ-Þ0-9]|(?:[\w-]+\s){{0,3}}?(?:{one_of('dwelling')}|city|town|village|country\w*|"
    r"suburbs?|coast|neighbou?rhood|street|island|farm|houseboat|centre|center|downtown|area|district|parents|mountains)\b)"
)
_NO_PLACE = re.compile(r"\b(?:team|department|role|position|job|project|shift|version|plan|app|side|page|step)\b", re.I)


def is_place(value: str) -> bool:
    """Whether one can live there, by how it is written."""
    return bool(_PLACE.match(value)) and not _NO_PLACE.search(value)


def is_name(value: str) -> bool:
    """A name of one to four words."""
    return bool(re.fullmatch(NAME, value)) and len(value.split()) <= 4


def is_profession(value: str) -> bool:
    """Whether what somebody is is what they do: "head nurse", "a UX designer at heart" not."""
    words = re.findall(r"[\w-]+", re.split(r"\s(?:at|for|of|in|with|on)\s", value)[0].casefold())
    return (
        bool(words)
        and len(words) <= 6
        and (words[-1] in group("profession") or words[-1].removesuffix("s") in group("profession"))
    )
