"""The words that the rules about facts are built from, read from `resources/facts/words.json`."""

from __future__ import annotations

import json
import re
from functools import cache

from app.core.paths import resources_dir

_ENDINGS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("s", ""))
_SMALL = frozenset(
    """a an the of to in on at for from by with as and or but if is are was were be been being am do does did done has
    have had having it its this that these those he she they him her his their them i you we me my our us your so than
    then there here about into name called now current currently new old what when where which who whom whose how why
    will would can could should may might s t m re ve ll d not no any more still today moment again right ever exactly
    kind type sort much many long go going get got really actually also just these days remind tell remember know said
    say say please""".split()  # noqa: SIM905 - reads as the list it is
)


@cache
def group(name: str) -> frozenset[str]:
    """The words of one kind, such as "pet"."""
    return frozenset(_all()[name].split())


def one_of(*names: str) -> str:
    """A pattern for any word of these kinds, the longest first, in the plural or not."""
    found = sorted(set().union(*(group(name) for name in names)), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, found))})"


def singular(word: str) -> str:
    """A noun as a dictionary has it, by its ending."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2 and not word.endswith(("ss", "us", "is")):
            return word[: -len(ending)] + instead
    return word


@cache
def concept(word: str) -> str:
    """What a word stands for: the first of its synonyms, or itself in the singular."""
    bare = singular(word.casefold())
    return _synonyms().get(word.casefold()) or _synonyms().get(bare) or bare


def concepts(text: str) -> frozenset[str]:
    """What a text speaks of, without small words and possessive endings."""
    found = re.findall(r"[^\W_]+(?:-[^\W_]+)*", re.sub(r"['’]s\b", "", text.casefold()))
    return frozenset(concept(word) for word in found if word not in _SMALL)


@cache
def _synonyms() -> dict[str, str]:
    rings = (ring.split("=") for ring in _all()["synonyms"].split())
    return {word: ring[0] for ring in rings for word in ring}


@cache
def _all() -> dict[str, str]:
    found: dict[str, str] = json.loads((resources_dir() / "facts" / "words.json").read_text(encoding="utf-8"))
    return found
