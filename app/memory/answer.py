"""Answer by memory alone: a fact where one bears on the question, else a date by rule, else the words of a memory.

No model generates anything. What was said of the same since a fact was last stated answers in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.facts import Fact
from app.core.types import Filter, Hit, Recall, Role
from app.memory.recall.when import answer_when, asks_when
from app.memory.telling.choose import chosen, least
from app.memory.telling.lines import Line
from app.memory.telling.teller import Asking, is_dated, is_of_event, tells_fact


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


def answered(asking: Asking, lines: Sequence[Line], recall: Recall, now: datetime, as_of: datetime | None) -> Answer:
    """The fact, the date that is asked for, or the words of the line that tells; nothing where none does. Pure."""
    fact, question = asking.fact, asking.question
    found = chosen(question, asking.vectors.full if asking.vectors else None, lines)
    if fact is not None and found is None:
        return Answer(fact.words, By.FACT, fact.facts, recall)
    if found is None or found[1] < least():
        return Answer("", By.NOTHING, (), recall)
    line = found[0]
    if fact is not None and tells_fact(question, line):
        return Answer(fact.words, By.FACT, fact.facts, recall)
    hits = recall.hits if fact is None and as_of is None and is_of_event(question) else [line.hit]
    may_be_dated = len(hits) > 1 or is_dated(line.words)
    if asks_when(question) and may_be_dated and (dated := _dated(question, hits, as_of or now, recall)):
        return dated
    no_more = line.hit.remark if as_of is None else None
    words = " ".join(line.words.split())
    return Answer(f"{words} ({no_more.words})" if no_more else words, By.WORDS, (), recall)


def _dated(question: str, hits: Sequence[Hit], now: datetime, recall: Recall) -> Answer | None:
    mine = [hit for hit in hits if hit.span.role is Role.USER] or list(hits)
    if not mine or not asks_when(question) or (told := answer_when(question, mine, now)) is None:
        return None
    return Answer(f"{told.plain} ({' '.join(told.hit.span.text.split())})", By.WHEN, (), recall)


def before(where: Filter | None, as_of: datetime | None) -> Filter | None:
    """What was said by then."""
    if as_of is None:
        return where
    return replace(where or Filter(), until=as_of + timedelta(microseconds=1))
