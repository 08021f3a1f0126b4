"""Where something was said, as a cue in a question, and in words of an explanation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.phrase import Phrase
from app.core.reasons import FROM, IN_APP, IN_SPACE, ON_DEVICE
from app.core.types import Place

_PARTS = ("space", "app", "device", "document")
_SHORTEST = 3  # letters of one word of a name that can stand for the name
_NAMED = r"\b(?:on|in|from|at|with|using|about|for)\s(?:the\s|my\s|our\s|your\s)?(?:\w+\s)?"


@dataclass(frozen=True, slots=True)
class Cues:
    """Names of places that a question mentions, by the part of a place they are."""

    space: frozenset[str] = frozenset()
    app: frozenset[str] = frozenset()
    device: frozenset[str] = frozenset()
    document: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any(getattr(self, part) for part in _PARTS)

    def match(self, place: Place) -> float:
        """The share of the parts that were mentioned in which a place agrees, 0 to 1; 0 when none was."""
        asked = [part for part in _PARTS if getattr(self, part)]
        return sum(getattr(place, part) in getattr(self, part) for part in asked) / len(asked) if asked else 0.0


def place_cues(text: str, known: Iterable[Place]) -> Cues:
    """What a question mentions of the places there are: "on the laptop", "in the Bergen space", "in ChatGPT".

    A name counts where it stands whole, or where one word of it follows a preposition ("on the laptop" for
    "anna-laptop"). Case is ignored.
    """
    places = list(known)
    names = {part: {getattr(place, part) for place in places} - {""} for part in _PARTS}
    return Cues(**{part: frozenset(name for name in found if _mentions(text, name)) for part, found in names.items()})


def told(place: Place) -> str:
    """A place in words: "in the space Bergen, on laptop, in Mneme, from notes.pdf"; "" where nothing is known."""
    return ", ".join(told_parts(place))


def told_parts(place: Place) -> list[Phrase]:
    """The same part by part."""
    forms = {"space": IN_SPACE, "device": ON_DEVICE, "app": IN_APP, "document": FROM}
    return [Phrase(form, name) for part, form in forms.items() if (name := getattr(place, part))]


def _mentions(text: str, name: str) -> bool:
    if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I):
        return True
    words = [word for word in re.findall(r"[^\W_]+", name) if len(word) >= _SHORTEST and not word.isdigit()]
    return any(re.search(rf"{_NAMED}{re.escape(word)}(?!\w)", text, re.I) for word in words)
