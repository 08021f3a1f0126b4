"""How much a memory stands out when it is born: surprise, feeling, being asked to remember it, and repetition. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_FEELINGS = frozenset(
    """afraid amazed amazing angry annoyed anxious ashamed awful beloved betrayed birthday born broke cancer
    congratulations cried cry crying dead death delighted depressed desperate devastated died disaster disgusted
    divorce dream dreadful embarrassed emergency engaged excited exciting failed fantastic fear fell fired
    frightened funeral furious glad grateful grief guilty happiest happy hate hated heartbroken homesick hope
    horrible hospital hurt incredible jealous joy laughed lonely lost love loved lovely lucky marriage married
    miserable miss missed nervous nightmare overjoyed pain painful panic passed pregnant pride promise proud regret
    relief relieved sad scared scary shame shocked sick sorry stolen stress stressed surgery surprise surprised
    tears terrible terrified thrilled tragedy unbelievable upset wedding wonderful won worried worry worst""".split()  # noqa: SIM905 - reads as the list it is
)
_ASKED = re.compile(
    r"(?<!\bI )(?<!\bwe )(?<!\byou )(?<!\bthey )\b(?:remember (?:that|this|it|to|my|our|the)"
    r"|(?:do not|don['’]?t|never) forget|keep in mind|make a note|take note|note that|remind me|for the record"
    r"|merk(?:e)? dir|nicht vergessen|vergiss nicht|souviens[- ]toi|n['’]oublie pas|recuerda que|no (?:te )?olvides"
    r"|husk at|ikke glem)\b",
    re.IGNORECASE,
)
_FEELING_ENOUGH = 4.0  # feeling words in one episode beyond which more say nothing
_REPEATED_ENOUGH = 3.0
_SURPRISE_ENOUGH = 3.0  # standard deviations above the mean
_WEIGHTS = {"asked": 0.6, "repeated": 0.4, "feeling": 0.3, "surprise": 0.3}


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a memory, each 0 to 1."""

    surprise: float = 0.0
    feeling: float = 0.0
    asked: float = 0.0
    repeated: float = 0.0


def salience(signs: Signs) -> float:
    """One number, 0 to 1: as if each sign alone might make it stand out (a noisy or). More of any never lowers it."""
    missed = 1.0
    for name, weight in _WEIGHTS.items():
        missed *= 1 - weight * min(max(getattr(signs, name), 0.0), 1.0)
    return 1 - missed


def signs_of(texts: Iterable[str], surprise: float = 0.0, repeated: int = 0) -> Signs:
    """The signs in what a person said. `surprise` in standard deviations above what is usual, `repeated` how many
    earlier memories say nearly the same."""
    told = list(texts)
    words = [word for text in told for word in re.findall(r"\w+", text.lower())]
    cries = sum(text.count("!") for text in told)
    feeling = sum(word in _FEELINGS for word in words) + min(cries, 2) / 2
    return Signs(
        surprise=surprise / _SURPRISE_ENOUGH,
        feeling=feeling / _FEELING_ENOUGH,
        asked=float(any(_ASKED.search(text) for text in told)),
        repeated=repeated / _REPEATED_ENOUGH,
    )
