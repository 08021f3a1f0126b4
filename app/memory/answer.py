"""Answer by memory alone: a fact where one bears on the question, else a date by rule, else the best memory's words.

No model generates anything. Where no fact is known, the newest of the memories that speak of what is asked answers:
what was said later is what is true now.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.facts import ME, Fact
from app.core.types import Filter, Hit, Recall, Role
from app.memory.facts.clauses import Scene, clauses, is_person
from app.memory.facts.words import concepts
from app.memory.recall.when import answer_when, asks_when

_NEAR = 6.0  # of the score: what comes nearer to the best may be about the same
_RARE = 0.3  # of the hits: a word that more of them hold says little
_CHANGES_AT_MOST = 4
_CHANGED = re.compile(
    r"\b(?:switch\w*|cancel\w*|replac\w*|swapp?\w*|instead|sold|left|quit|stopp?\w*|no longer|any ?more|chang\w*|"
    r"gone back|went back|moved|trad(?:e|ed)|gave up|got rid|dropped|ditched|new)\b",
    re.I,
)
_SUPPOSED = re.compile(r"\b(?:if I|if we|dream(?:t|ed)?|imagine|might|maybe|article|movie|novel|would|wish)\b", re.I)


More = Callable[[Sequence[str]], Sequence[Hit]]


class By(StrEnum):
    """What an answer rests on."""

    FACT = "fact"
    WHEN = "when"
    WORDS = "words"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in `words`, what it rests on, and the memories recalled for it."""

    words: str
    by: By
    facts: tuple[Fact, ...]
    recall: Recall


def from_hits(question: str, recall: Recall, now: datetime, as_of: datetime | None, more: More) -> Answer:
    """The date that is asked for, or the words of the newest of the best hits. `more` finds memories by words."""
    hits = [hit for hit in recall.hits if hit.span.role is Role.USER] or list(recall.hits)
    if not hits:
        return Answer("", By.NOTHING, (), recall)
    if asks_when(question) and (told := answer_when(question, hits, as_of or now)) is not None:
        return Answer(f"{told.plain} ({_words(told.hit)})", By.WHEN, (), recall)
    return Answer(_words(changed_since(newest_of_best(question, hits), more)), By.WORDS, (), recall)


def newest_of_best(question: str, hits: Sequence[Hit]) -> Hit:
    """The best hit, or what was said of the same thing later: what is newest on it is what holds.

    From the best of those that speak of the one asked about, on to each later one that is nearly as good and shares a
    rare word with the question or with the one before.
    """
    fitting = [hit for hit in hits if _states(hit.span.text)] or list(hits)
    mine = [hit for hit in fitting if _of_others(hit.span.text) <= concepts(question)] or fitting
    best = max(mine, key=lambda hit: hit.score)
    common = Counter(word for hit in hits for word in concepts(hit.span.text))
    asked = concepts(question)
    for hit in sorted(mine, key=lambda hit: hit.span.said_at):
        words = concepts(hit.span.text)
        shared = {w for w in words & (asked | concepts(best.span.text)) if common[w] <= max(len(hits) * _RARE, 3)}
        if hit.span.said_at > best.span.said_at and best.score - hit.score <= _NEAR and shared:
            best = hit
    return best


def changed_since(hit: Hit, more: More) -> Hit:
    """What was said later of a name in it, and of a change: "I cancelled Netflix" after "I have Netflix"."""
    for _ in range(_CHANGES_AT_MOST):
        names = re.findall(r"(?<=\s)[A-ZÀ-Þ][\w’'-]+", hit.span.text)
        later = [
            other
            for other in (more(names) if names else ())
            if other.span.said_at > hit.span.said_at and _CHANGED.search(other.span.text) and _states(other.span.text)
        ]
        mine = [other for other in later if _of_others(other.span.text) <= _of_others(hit.span.text)]
        if not mine:
            break
        hit = min(mine, key=lambda other: other.span.said_at)
    return hit


def _states(text: str) -> bool:
    """Whether it is told as true: no question, nothing supposed or dreamt."""
    return not text.rstrip().endswith("?") and not _SUPPOSED.search(text)


def _of_others(text: str) -> frozenset[str]:
    """The others of whom a memory speaks first: "my neighbour bought a BMW" is about the neighbour."""
    first = next(clauses(text[:300], Scene()), None)
    if first is None or (first.owner == ME and not is_person(first.thing)):
        return frozenset()
    path = first.owner.split("/")
    people = [part for part in (*path, first.thing) if part != ME and (part == path[0] or is_person(part))]
    if first.start == 0 and path[0] != ME and path[0].endswith("s"):  # "Plans changed" names nobody
        return frozenset()
    return concepts(" ".join(people))


def before(where: Filter | None, as_of: datetime | None) -> Filter | None:
    """What was said by then."""
    if as_of is None:
        return where
    return replace(where or Filter(), until=as_of + timedelta(microseconds=1))


def _words(hit: Hit) -> str:
    return " ".join(hit.span.text.split())
