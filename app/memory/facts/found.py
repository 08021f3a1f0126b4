"""A value that was read, before its times are known, and the attribute it is one of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.core.facts import FactKind
from app.memory.facts.clauses import Clause, is_person, plain_thing
from app.memory.facts.rules import MONEY
from app.memory.facts.values import is_name
from app.memory.facts.words import concept, singular


@dataclass(frozen=True, slots=True)
class Found:
    """A value read in a clause, before its times are known."""

    subject: str
    attribute: str
    value: str
    kind: FactKind = FactKind.HOLDS
    adds: bool = False
    at: int = 0
    ruled: bool = False
    known: bool = False


def person(owner: str, thing: str, name: str, *, adds: bool = False, at: int = 0) -> Found:
    """The name of somebody's somebody. Whom one loves is known as the partner, whatever the word."""
    bare = plain_thing(re.sub(r"^(?:an?|another|my|our|two|the)\s", "", thing.strip()))
    head = singular(bare.split()[-1])
    if head in ("boy", "girl"):
        bare = "son" if head == "boy" else "daughter"
    if concept(head) == "partner" and not bare.startswith("ex"):
        return Found(owner, "partner", name, at=at)
    return Found(f"{owner}/{bare}", "name", name, adds=adds, at=at)


def priced(attribute: str, value: str) -> str:
    """One name for what something costs: the "broadband bill" and "broadband" of £28 are its price."""
    bare = re.sub(r"\s(?:bill|bills|fee|fees|cost|costs|charge|rate|payment)$", "", attribute)
    if not MONEY.match(value) or re.search(
        r"\b(?:price|rent|salary|budget|target|goal|income|wage|mortgage|deposit)\b", bare
    ):
        return attribute
    return f"{bare} price"


def inverse(clause: Clause, match: re.Match[str], me: str) -> Iterator[Found]:
    """ "Karin is my new boss": the value stands before the attribute."""
    thing, value = plain_thing(match["thing"]), clause.words
    if is_person(thing) and is_name(value):
        yield person(me, thing, value, at=clause.start)
    elif thing.startswith("favourite "):
        yield Found(me, thing, value, at=clause.start)
