"""Why a memory came back, as forms with gaps: written by recall, kept with each reply, and told in any language."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from functools import cache

from app.core.phrase import Phrase, form

HAS = form("has {0}")
ASKED_ABOUT = form("asked about {0}")
TELLS_OF = form("tells of “{0}”")
SAID_ON = form("said on {0}")
CLOSE = form("close in meaning")
CLOSE_BEFORE = form("close in meaning with what was said before it")
NAMES_TOO = form("names somebody or something that a match names")
BESIDE = form("said beside a match")
REMEMBER = form("you asked me to remember it")
BY_YOU = form("said by you")
BY_ASSISTANT = form("said by the assistant")
BY = form("said by {0}")
OUTPUT = form("output of {0}")
IMPORTED = form("{0} · imported")
IN_SPACE, ON_DEVICE, IN_APP, FROM = form("in the space {0}"), form("on {0}"), form("in {0}"), form("from {0}")
IN_PLACE = form("in {0}, {1}")
PAGE, LINE, LINES = form("page {0}"), form("line {0}"), form("lines {0} to {1}")
NO_LONGER, NOT_SO, NOW = form("no longer so since {0}"), form("not so"), form("{0}; now: {1}")
_FORMS = (
    *(NOW, NO_LONGER, NOT_SO),
    *(HAS, ASKED_ABOUT, TELLS_OF, SAID_ON, CLOSE, CLOSE_BEFORE, NAMES_TOO, BESIDE, REMEMBER, IMPORTED),
    *(BY_YOU, BY_ASSISTANT, BY, OUTPUT, PAGE, LINES, LINE, IN_SPACE, ON_DEVICE, IN_PLACE, IN_APP, FROM),
)


def again(text: str) -> Phrase:
    """A reason that was kept as text, as the form and data it was made of; one of no known form stands for itself."""
    if isinstance(text, Phrase):
        return text
    for known in _FORMS:
        if (found := _pattern(known).fullmatch(text)) is not None:
            return Phrase(known, *(_inside(known, part) for part in found.groups()))
    return Phrase("{0}", text)


def _inside(known: str, part: str) -> object:
    """What stands in a gap: a phrase, a day, or words as they are."""
    if known in (IMPORTED, IN_PLACE, NOW):
        return again(part) if any(_pattern(form).fullmatch(part) for form in _FORMS) else part
    with suppress(ValueError):
        return datetime.strptime(part, "%d %B %Y").astimezone() if known in (SAID_ON, NO_LONGER) else part
    return part


@cache
def _pattern(known: str) -> re.Pattern[str]:
    parts = re.split(r"\{\d\}", known)
    return re.compile("([^\n]+)".join(map(re.escape, parts)))
