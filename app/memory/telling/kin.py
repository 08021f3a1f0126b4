"""Words that speak of the same thing without being synonyms: who asks what one earns may have been told of a raise."""

from __future__ import annotations

from functools import cache

from app.memory.facts.words import concepts

_ENDINGS = ("ing", "ed")
_RINGS = (
    "live home house flat apartment move settle address lease studio room reside based town city landlord lodge stay",
    "work job employer employ hire shift office company firm boss notice join team career earn client",
    "study degree course major university uni college subject class school thesis dissertation topic",
    "price cost pay paid charge fee rent bill euro pound dollar quid month much rate expensive bucks cents",
    "earn wage salary hour raise pay paid stipend",
    "dose mg milligram tablet pill take medication medicine mcg prescribed units",
    "drive car truck pickup van vehicle",
    "teach teacher teaches taught tutor lesson class instructor coach learn pupil",
    "supervisor supervise under boss manager report adviser mentor professor",
    "carer care nanny childminder babysit watch look",
    "internet wifi broadband provider router",
    "doctor cardiologist heart dentist specialist surgeon clinic hospital practice physio",
    "girlfriend boyfriend gf bf date see partner wife husband marry married wed wedding hitched engaged",
    "eat food diet vegetarian vegan dish meal meat fish",
    "play instrument position band team club",
    "phone mobile cell number call ring sim",
    "open close shut start begin meet hour",
    "deadline due submit hand submission",
    "old age year turn birthday born",
    "fly flight travel trip ticket airline",
)


def stems(text: str) -> frozenset[str]:
    """What a text speaks of: without small words, verbs without their endings."""
    return frozenset(map(stem, concepts(text)))


def stem(word: str) -> str:
    """A word without the commonest endings of verbs; irregular forms stay apart."""
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
    root = word[: len(word) - len(ending)]
    if ending and root[-1] == root[-2] and root[-1] not in "sl":
        root = root[:-1]
    return root[:-1] if root.endswith("e") and len(root) > 3 else root


@cache
def kin(word: str) -> frozenset[str]:
    """The stems that belong to a stem, itself among them."""
    return frozenset({word}).union(*(ring for ring in _rings() if word in ring))


@cache
def _rings() -> tuple[frozenset[str], ...]:
    return tuple(stems(ring) for ring in _RINGS)
