"""Say of a recalled memory that what it states holds no more, and what does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from app.core.facts import Fact, FactKind, Statement, Told
from app.core.phrase import Phrase
from app.core.reasons import NO_LONGER, NOT_SO, NOW
from app.core.types import Hit
from app.memory.facts.update import current, facts_of
from app.storage.facts import Facts
from app.storage.store import Store

_AT_MOST = 3  # remarks on one memory


def remarked(store: Store, hits: Sequence[Hit], now: datetime, facts: Facts | None = None) -> tuple[Hit, ...]:
    """The hits, each with a remark where it states what is no longer so by these `facts` (None: all). Read-only."""
    found = remarks(store, hits, now, facts)
    return tuple(replace(hit, remark=found.get(rank)) for rank, hit in enumerate(hits))


def remarks(store: Store, hits: Sequence[Hit], now: datetime, known: Facts | None = None) -> dict[int, Told]:
    """By rank, a remark on each hit that states what is no longer so. Read-only."""
    messages = sorted({hit.span.first_message_id for hit in hits})
    book = known or store.facts
    stated = [s for s in book.of_messages(messages) if s.kind is FactKind.HOLDS and not s.rejected]
    if not stated:
        return {}
    lines: dict[tuple[str, str], list[Statement]] = {}
    for said in book.of_slots(sorted({(s.subject, s.attribute) for s in stated})):
        lines.setdefault((said.subject, said.attribute), []).append(said)
    facts = {slot: facts_of(statements) for slot, statements in lines.items()}
    found = {}
    for rank, hit in enumerate(hits):
        mine = [s for s in stated if _within(s, hit)]
        told = [one for s in mine if (one := _remark(s, facts[s.subject, s.attribute], now)) is not None]
        if told:
            words = "; ".join(dict.fromkeys(one.words for one in told[:_AT_MOST]))
            found[rank] = Told(words, tuple(dict.fromkeys(key for one in told for key in one.statements)))
    return found


def _within(said: Statement, hit: Hit) -> bool:
    span = hit.span
    if said.message_id != span.first_message_id:
        return False
    return span.first_message_id != span.last_message_id or (said.start < span.end and said.end > span.start)


def _remark(said: Statement, line: Sequence[Fact], now: datetime) -> Told | None:
    fact = next((f for f in line if any(s.id == said.id for s in f.sources)), None)
    held = current(line, now)
    if fact is None:
        return None
    if fact.valid_to is None or fact.valid_to > now:
        return None
    by = fact.superseded_by
    if by is None and said.until is not None:
        return None
    if any(f is fact or f.value == fact.value for f in held):
        return None
    since = Phrase(NO_LONGER, fact.valid_to) if fact.valid_to != fact.valid_from else Phrase(NOT_SO)
    words = Phrase(NOW, since, held[0].value) if held else since
    return Told(words, tuple(_ids(said, by, held)))


def _ids(said: Statement, by: Statement | None, held: Sequence[Fact]) -> Iterator[int]:
    yield said.id
    if by is not None:
        yield by.id
    if held:
        yield held[0].id
