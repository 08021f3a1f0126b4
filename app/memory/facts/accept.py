"""Whether a value is worth keeping: prefer silence over junk."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.core.facts import FactKind
from app.memory.facts.rules import MONEY
from app.memory.facts.values import NUMBER, TIME, is_name, is_place
from app.memory.facts.words import group

if TYPE_CHECKING:
    from app.memory.facts.found import Found

_CHECKED: dict[str, Callable[[str], bool]] = {
    "home": is_place,
    "partner": lambda value: is_name(value) and value.split()[0].casefold() not in ("god", "christ"),
    "employer": lambda value: (
        not re.match(
            r"(?:it|this|that|them|him|her|me|us|home|night|least|all|my|some|a lot|the (?:moment|time|weekend|end))\b",
            value,
            re.I,
        )
    ),
    "trip": lambda value: bool(re.match(r"[A-Z]", value)),
    "name": lambda value: not re.match(r"(?:I|We|It|The|This)\b", value),
    "reading": lambda value: bool(re.match(r"[A-Z\"“'‘]", value)),
    "gym": lambda value: bool(re.search(r"[A-Z]", value)),
    "training": lambda value: not re.match(r"(?:it|this|that)\b", value, re.I),
    "learning": lambda value: not re.match(r"(?:I|It|The only)\b", value),
}
_JUNK_HEADS = frozenset(
    """way day life week month year night morning evening experience journey heart mind goal dream point thing things part
    idea reason question problem truth fact opinion guess feeling feelings family friends friend people body head hands
    eyes issue hope turn fault pleasure side kind sort bit lot rest end beginning world moment feature hardest best worst
    first last one ones love passion everything nothing answer advice tip secret trick key result results story stories
    memory memories step focus priority message motto vibe atmosphere community support place view views weather food
    music show movie game book books art piece photo picture pic time times weekend event challenge fear inspiration
    motivation mood energy faith takeaway lesson stuff words word thought thoughts team work career process concern
    function code file error output version line option input class method issue approach solution method value""".split()  # noqa: SIM905 - reads as the list it is
)
_USEFUL = re.compile(
    r"password|passcode|pin\b|code\b|address|hobby|diet|colour|instrument|sport|drink|breakfast|lunch|snack|number|size|major|thesis|"
    r"project|provider|bank|editor|language|gym|school|destination|theme|topic|role|title|job|position|employer|company|salary|rent|price|"
    r"budget|weight|goal|blood type|star sign|status|commute|username|email|bike|insurance|insurer|nickname|surname|name|shift|hours|"
    r"schedule|medication|dose|dosage|allergy|target|deadline|wifi|wi-fi|network|locker|room|seat|phone|laptop|computer|car\b|subscription|"
    r"doctor|dentist|band|plan|usual|regular|go-to|preferred|order"
)
_PRAISE = re.compile(
    r"(?:\w+(?:ing|ful|ous|ive|able|ible|less|ed)|tough|hard|tricky|intense|awesome|cool|great|bright|bold|vibrant|smooth|moist|calm|easy|fun|"
    r"sweet|busy|slow|fast|expensive|cheap|big|small|huge|old|new|full|empty|broken|ready|open|closed|safe|close|far|late|early|free|strong|"
    r"weak|sore|sick|happy|sad|proud|tired|true|false|wrong|right|simple|clear|unique|special|peaceful|solid|crazy|wild|rough|messy|clean|"
    r"dirty|dead|alive|bad|worse|better|like|key|electric|high|low|long|short|such|some|no|of|for|with|in|on|at the|by|from|a (?:lot|bit|mess|"
    r"blast|bummer|joke|nightmare|dream|challenge|great|constant|big|huge|real|good|way|source|reminder|part|sign|must))\b"
)
SELF = re.compile(
    r"^(?:I|me|my|it|this|that|you|we|they|he|she|what|how|when|where|why|to|going|getting|just|so|very|really|too|not|all|always|never|still|more|like|about|one of|because|almost|as|also|actually|now|here|there|up|out|done|back|on the|off|great|good|bad|better|fine|ok|okay|nice|amazing|awesome|perfect|important|everything|nothing|something|both|doing|being|been|gonna|definitely|probably|quite|pretty|super)\b",
    re.I,
)


def accepted(found: Found) -> bool:
    """Whether a value that a rule found is one that people would call a fact."""
    value, attribute = found.value, found.attribute
    if found.kind is FactKind.ENDED:
        return True
    if not value or len(value) > 90 or len(attribute) > 60 or len(value.split()) > 14:
        return False
    if (check := _CHECKED.get(attribute)) is not None:
        return bool(check(value))
    if found.known:
        return not SELF.match(value) and not _PRAISE.match(value)
    if (found.ruled and attribute.replace(" ", "_") in _RULED) or attribute.endswith(" price"):
        return not re.match(r"(?:it|this|that|them|something|what|how|me|you)\b", value, re.I)
    return _worthy(attribute, value)


_RULED = frozenset(
    """drink price bike shift saving job relationship pet car phone laptop diet allergy diagnosis medication weight age birthday salary study school gym bank
    commute instrument language wake_up_time work_start work_place""".split()  # noqa: SIM905 - reads as the list it is
)


def _worthy(attribute: str, value: str) -> bool:
    """For an attribute in the speaker's own words: its value is a number, a time, a name, a colour, or of a known kind."""
    head = attribute.rsplit(maxsplit=1)[-1]
    favourite = attribute.startswith("favourite ")
    numbered = (bool(re.match(NUMBER, value)) and " " in attribute) or bool(TIME.match(value))
    if (
        head in _JUNK_HEADS
        and not numbered
        and not (favourite and head not in ("part", "thing", "things", "memory", "moment", "one", "way"))
    ):
        return False
    if SELF.match(value):
        return False
    if re.match(NUMBER, value) or MONEY.match(value) or TIME.match(value):
        return True
    coloured = any(word in group("colour") for word in value.casefold().split())
    if attribute == "favourite" or (_PRAISE.match(value) and not coloured):
        return False
    if favourite or _USEFUL.search(attribute):
        return len(value.split()) <= 8
    first = value.split(maxsplit=1)[0]
    return len(value.split()) <= 6 and (first[0].isupper() or coloured)
