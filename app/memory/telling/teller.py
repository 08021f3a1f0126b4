"""The answer by memory alone, from what was recalled: the fact, the line that was said since, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.core.types import Filter, Hit, Role
from app.memory.facts.answer import FactAnswer
from app.memory.facts.ask import Mode, asked
from app.memory.recall.candidates import Vectors
from app.memory.telling.lines import Line, lines_of, names_in
from app.memory.telling.wanted import answers_to, holds, wanted
from app.storage.store import Store

_BEST = 5  # hits whose names are looked up again: what was said of a change may name them alone
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with what was found for it: the fact by rule, the memories of the time that is asked about, those
    since, and itself as vectors."""

    question: str
    fact: FactAnswer | None
    hits: Sequence[Hit]
    vectors: Vectors | None
    where: Filter | None
    since: Sequence[Hit] = ()


def is_settled(asking: Asking) -> bool:
    """Whether the fact answers whatever was said since: it was written by hand, or asks for another time than now."""
    if asking.fact is None:
        return False
    first = asking.fact.facts[0]
    what = asked(asking.question, first.recorded_at)
    return first.by_hand or any(f.contested_by for f in asking.fact.facts) or what is None or what.mode is not Mode.NOW


def lines(store: Store, asking: Asking) -> list[Line]:
    """The lines that may answer, and those that were said since the time that is asked about. Read-only."""
    stated = _stated(asking)
    vectors = asking.vectors if store.vectors.ready else None
    identity, dimension = (vectors.identity, len(vectors.full)) if vectors else ("", 0)
    found = lines_of(store, _hits(store, asking, stated), identity, dimension, stated)
    if (fact := asking.fact) is not None:
        found = [replace(line, value=fact.words, sure=fact.sure) if line.fact else line for line in found]
    found = [line for line in found if line.fact or not line.words.rstrip().endswith("?")] or found
    if asking.fact is not None and not any(line.fact for line in found):
        return []  # it was said after the time that is asked about
    if any(line.sure for line in found):  # what was understood as something else, or said before, tells nothing
        last = max(line.hit.span.said_at for line in found if line.fact)
        found = [line for line in found if _rivals(line, last)]
    mine = [hit for hit in asking.since if hit.span.role is Role.USER]
    return found + [replace(line, later=True) for line in lines_of(store, mine, identity, dimension, ())]


def _rivals(line: Line, last: datetime) -> bool:
    """Whether a line may stand against a fact that is sure, or is the one it was last stated in."""
    return line.hit.span.said_at == last if line.fact else line.hit.span.said_at > last and not line.states


def tells_fact(question: str, line: Line) -> bool:
    """Whether the value of the fact that a line states says it, rather than the line's own words."""
    sort = wanted(question)
    return line.fact and ((line.sure and answers_to(sort, line.value)) or not holds(sort, line.words))


def _stated(asking: Asking) -> set[int]:
    """The messages on which the fact rests, and the one that ended it."""
    if asking.fact is None:
        return set()
    first = asking.fact.facts[0]
    return {said.message_id for said in (*first.sources, *([first.superseded_by] if first.superseded_by else ()))}


def _hits(store: Store, asking: Asking, stated: set[int]) -> list[Hit]:
    """What the person said of it, what a fact rests on, and what else names whom or what the best of it names."""
    mine = [hit for hit in asking.hits if hit.span.role is Role.USER] or list(asking.hits)
    names = names_in("? ".join(["", *(hit.span.text for hit in mine[:_BEST])]))
    more = [key for key, _ in store.spans.search(sorted(names), _NAMED, where=asking.where)] if names else []
    more += [key for message in stated for key in store.spans.of_messages(message, message)]
    known = {hit.span.id for hit in mine}
    spans = store.spans.read([key for key in dict.fromkeys(more) if key not in known])
    kept = [span for span in spans.values() if asking.where is None or asking.where.keeps(span)]
    return mine + [Hit(span, 0.0, ()) for span in kept if span.role is Role.USER]


_RECURS = re.compile(r"\b(?:every|each|daily|weekly|\w+days|half past|quarter (?:to|past)|at \d)\b|\d[:.]\d\d", re.I)
_HAPPENED = re.compile(r"\b(?:did|was|were|ago|been)\b", re.I)


def is_of_event(question: str) -> bool:
    """Whether "when" asks for something that happened, rather than for what is set or goes on."""
    return _HAPPENED.search(question) is not None


def is_dated(words: str) -> bool:
    """Whether a date can be told for what words say: not for what comes again and again or at an hour."""
    return _RECURS.search(words) is None
