"""What a question asks of the facts: of whom, which attribute, and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.facts import ME
from app.memory.facts.words import concept, concepts, group, singular
from app.memory.recall.times import TimeSpan, local_day, times_asked


class Mode(StrEnum):
    """Which of the values that an attribute had is asked for."""

    NOW = "now"
    AT = "at"
    BEFORE = "before"
    AFTER = "after"
    FIRST = "first"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a fact. `names` are people spoken of; `attributes` those asked for by rule, the likeliest first;
    `topics` what else is named. `anchor` are the words of what it was before or after, "" for what holds now.
    """

    text: str
    names: tuple[str, ...]
    attributes: tuple[str, ...]
    topics: frozenset[str]
    people: frozenset[str]
    mode: Mode
    times: tuple[TimeSpan, ...] = ()
    anchor: str = ""
    closed: bool = False
    head: str = ""


_LIVE = r"(?:live|lives|living|lived|based|reside|resides|residing|staying|moved?|moving|relocat\w+|settled|home)"
_WORK = r"(?:work|works|working|worked|employed)"
_RULES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.I), tuple(attributes.split(",")))
    for pattern, attributes in (
        (rf"\bwhere\b.*\b{_LIVE}\b", "home"),
        (
            rf"\b(?:what|which)\s(?:city|town|country|place|neighbou?rhood|area|village|part of|street|district)\b.*\b{_LIVE}\b",
            "home",
        ),
        (rf"^\W*(?:do|does|did|am|is|are|have|has)\b.*\b{_LIVE}\s(?:in|at|to)\b", "home"),
        (
            r"\bcity (?:am|are|is) .* in\b|\bmy (?:home\s?(?:town|city)|place of residence|current city)\b",
            "home,home town",
        ),
        (rf"\bwhere\b.*\b(?:{_WORK}|job)\b", "employer,work place,job"),
        (rf"\b(?:who|whom|which|what)\b.*\b{_WORK}\s(?:for|at|with)\b", "employer,job"),
        (
            r"\b(?:who|what|which)\b.*\b(?:employer|company|firm)\b|\bwho employs\b|\bwho(?:'s| is| was) (?:my|\w+'s) employer",
            "employer",
        ),
        (rf"^\W*(?:do|does|did|am|is|are)\b.*\b{_WORK}\s(?:for|at|with)\b", "employer"),
        (r"\bwhat\b.*\bdo(?:es|ing)?\b.*\b(?:for a living|for work|professionally|for a job)\b", "job,employer"),
        (rf"\bwhat\b.*\b{_WORK}\sas\b", "job"),
        (r"\b(?:what|which)\b.*\b(?:job|occupation|profession|job title|line of work|career)\b", "job,employer"),
        (
            r"^what (?:do|does|did) (?:i|we|he|she|my [\w-]+|[A-Z]\w+) (?:now )?do(?: now| these days)?\W*$",
            "job,employer",
        ),
        (r"\bwho\b.*\b(?:dating|seeing|married|engaged|together with|in a relationship|going out)\b", "partner"),
        (
            r"\b(?:relationship|marital) status\b|^(?:am|are|is|was|were)\b.*\b(?:single|married|engaged|divorced|in a relationship|seeing (?:anyone|someone))\b",
            "relationship,partner",
        ),
        (r"\b(?:what|which)\b.*\bbike\b", "bike,bicycle"),
        (r"\b(?:what|which)\b.*\bshift\b", "shift"),
        (r"\bsaving (?:up )?for\b", "saving"),
        (r"\b(?:when|what time)\b.*\b(?:start|begin) work\b", "work start"),
        (r"\bhow old\b|\bwhat(?:'s| is| was) .*\bage\b", "age"),
        (r"\bwhen\b.*\bborn\b|\bbirthday\b|\bdate of birth\b", "birthday"),
        (r"^\W*(?:do|does|did)\b.*\bdrive\b", "car"),
        (r"\b(?:what|which)\b.*\bdriv(?:e|es|ing)\b(?!\s(?:test|lesson|licen|school|instructor|exam))", "car"),
        (
            r"\bwhat\b.*\bcall (?:me|us)\b|\bwhat(?:'s| is| was) my name\b|\bhow should .* address me\b|\bwho am i\b",
            "name",
        ),
        (
            r"\b(?:vegetarian|vegan|pescatarian|omnivore)\b|\b(?:what|which)\b.*\bdiet\b|\bdo i eat (?:meat|fish)\b|\bhow do i eat\b|\bwhat kind of eater\b",
            "diet",
        ),
        (r"\ballerg\w+|\bintoleran\w+", "allergy"),
        (r"\bhow much\b.*\bweigh\b|\bmy weight\b", "weight"),
        (r"\bhow much\b.*\b(?:earn|make)\b|\bsalary\b", "salary"),
        (r"\bwhat\b.*\b(?:reading)\b|\bwhat book\b", "reading,book"),
        (r"\b(?:which|what) (?:musical )?instruments?\b", "instrument"),
        (r"\b(?:what|which)\b.*\b(?:learning|learn)\b", "learning"),
        (r"\b(?:what|which)\b.*\b(?:studying|study|studies|major|majoring)\b", "study,major"),
        (
            r"\b(?:what|which|where)\b.*\b(?:university|college|school)\b|\bwhere\b.*\bstud(?:y|ying|ied)\b",
            "school,study",
        ),
        (r"\b(?:what|which)\b.*\btraining for\b", "training"),
        (r"\b(?:which|what|where)\b.*\bbank\b(?! account number)", "bank"),
        (r"\bwhen\b.*\b(?:wake up|get up)\b|\bwhat time\b.*\b(?:wake up|get up)\b|\bwake-up time\b", "wake up time"),
        (r"\bhow\b.*\b(?:commute|get to work|get to the office|go to work)\b", "commute"),
        (
            r"\b(?:what|which)\b.*\bmedication\b|\bwhat\b.*\b(?:taking|take)\b.*\bfor\b|\bdose\b|\bdosage\b",
            "medication",
        ),
        (r"\bwhere\b.*\b(?:trip|holiday|vacation|travell?ing|flying|going (?:on|for|this|next|in))\b", "trip,holiday"),
        (r"\bwhich gym\b|\bwhat gym\b|\bwhere\b.*\b(?:work out|working out|train)\b", "gym"),
        (r"\b(?:which|what) languages?\b.*\bspeak\b", "language"),
    )
)
_BEFORE = re.compile(r"\b(?P<way>before|prior to|after|following)\b(?P<anchor>[^?.,]*)", re.I)
_PREVIOUS = re.compile(
    r"\b(?:previous(?:ly)?|former(?:ly)?|used to|old|ex|last|earlier|prior)\b(?!\s(?:time|week|month|year|spring|summer|autumn|fall|winter|night|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|\d|are\b|is\b|am\b))",
    re.I,
)
_HOW_OLD = re.compile(r"\bhow old\b", re.I)
_FIRST = re.compile(r"\b(?:first|originally|initially|at first|to begin with|in the beginning|to start with)\b", re.I)
_NEXT = re.compile(r"\b(?:going to|gonna|will|moving to|planning|next|about to|soon|upcoming)\b", re.I)
_CLOSED = re.compile(r"^\W*(?:do|does|did|am|is|are|was|were|have|has|had)\b", re.I)
_ASKS = re.compile(
    r"\?\s*$|^\W*(?:who|whom|whose|what|where|which|when|how|why|do|does|did|am|is|are|was|were|have|has|tell|remind|what's|where's|who's|and|so|can|could)\b",
    re.I,
)
_SOFT = frozenset(
    """do have go call live use get like pay work make keep want need take give come see think feel plan spend old far time day
    date hour o'clock one thing place move start change switch favour back first previous previously former originally
    used before after last next since until moved changed happen set happening scheduled supposed located
    remember own held found true correct latest recent recently present mine ours name who called name""".split()  # noqa: SIM905 - reads as the list it is
)


def asked(question: str, now: datetime, known: Sequence[str] = ()) -> Asked | None:
    """A question taken apart; None for what is no question. `known` are names that facts are known of. Pure."""
    if not _ASKS.search(question):
        return None
    times = times_asked(question, local_day(now))
    bare = _without(question, times)
    mode, anchor, body = _when(bare, times)
    names = _names(body, known)
    people = frozenset(
        concept(w) for w in re.findall(r"[\w-]+", re.sub(r"['’]s\b", "", body.casefold())) if _is_person(w)
    )
    rest = re.sub(r"\b(?:" + "|".join(map(re.escape, names)) + r")(?:['’]s)?", " ", body, flags=re.I) if names else body
    topics = frozenset(t for t in concepts(rest) if t not in _SOFT) | _implied(body)
    attributes = next((found for pattern, found in _RULES if pattern.search(body)), ())
    head = _head(rest)
    return Asked(
        question, names, attributes, topics, people, mode, tuple(times), anchor, bool(_CLOSED.match(question)), head
    )


def _is_person(word: str) -> bool:
    return singular(word) in group("person") or singular(word) in group("pet")


def _implied(body: str) -> frozenset[str]:
    """What is asked for without being named: "how much" is a price."""
    return frozenset({"price"}) if re.search(r"\bhow much\b|\bcosts?\b|\bpay(?:ing)?\b", body, re.I) else frozenset()


def _head(body: str) -> str:
    """What is asked for: the noun after "which" or "my"."""
    match = re.search(r"\b(?:what|which)\s(?!is|are|was|were|do|does|did|'s)([\w-]+)", body, re.I)
    if match is not None and match[1].casefold() not in ("kind", "type", "sort"):
        return concept(match[1])
    match = re.search(r"\b(?:kind|type|sort) of\s([\w-]+)", body, re.I)
    return concept(match[1]) if match else ""


def _names(body: str, known: Sequence[str]) -> tuple[str, ...]:
    """The people named in a question: of those who are known, or as they are written."""
    lower = body.casefold()
    found = [name for name in known if name != ME and re.search(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", lower)]
    return tuple(sorted(found, key=len, reverse=True))


def _without(question: str, times: Sequence[TimeSpan]) -> str:
    """The question without its times."""
    for start, end in sorted({(t.start, t.end) for t in times}, reverse=True):
        question = f"{question[:start]} {question[end:]}"
    return " ".join(question.split())


def _when(question: str, times: Sequence[TimeSpan]) -> tuple[Mode, str, str]:
    """The mode, the anchor, and the question without what says so."""
    match = _BEFORE.search(question)
    if match is not None and (not times or match["anchor"].strip(" ?")):
        way = Mode.BEFORE if match["way"].lower() in ("before", "prior to") else Mode.AFTER
        rest = question[: match.start()] + question[match.end() :]
        if len(rest.split()) < 3:  # "Before Bergen, where did I live?"
            rest = question[match.end() :]
        return way, match["anchor"].strip(" ?"), rest
    if times:
        return Mode.AT, "", question
    if _FIRST.search(question):
        return Mode.FIRST, "", question
    if _PREVIOUS.search(question) and not _HOW_OLD.search(question):
        return Mode.BEFORE, "", question
    next_one = _NEXT.search(question) and not re.search(r"\b(?:was|were|did|had)\b", question, re.I)
    return (Mode.NEXT if next_one else Mode.NOW), "", question
