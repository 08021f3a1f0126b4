"""What follows from statements: add, update, contradict, no-op, and what holds at a moment. Pure.

Nothing that was stated is rewritten. The facts of an attribute are worked out from its statements each time, in the
order they were said, those written by hand last: so a statement that is erased or taken back leaves the facts as
they would be had it never been made (after Mem0's add, update, delete and no-op; bi-temporal as in Zep).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby

from app.core.facts import Fact, FactKind, Statement


@dataclass(slots=True)
class _Stretch:
    """A time in which a value holds; `start` None: since ever, `end` None: until further notice."""

    sources: list[Statement]
    start: datetime | None
    end: datetime | None
    superseded_by: Statement | None = None
    contested_by: Statement | None = None
    void: bool = field(default=False)

    @property
    def value(self) -> str:
        return self.sources[0].value

    def covers(self, moment: datetime) -> bool:
        return (
            not self.void and (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)
        )


def facts_in(statements: Iterable[Statement]) -> list[Fact]:
    """The facts of all attributes that are spoken of, those of one attribute in order of time."""
    ordered = sorted(statements, key=_slot)
    return [fact for _, group in groupby(ordered, key=_slot) for fact in facts_of(list(group))]


def facts_of(statements: Sequence[Statement]) -> list[Fact]:
    """The facts of one attribute, in order of time. What was taken back by hand counts for nothing."""
    line: list[_Stretch] = []
    for said in sorted(statements, key=lambda s: (s.by_hand, s.said_at, s.id)):
        if not said.rejected:
            _READ[said.kind](line, said)
    return [_fact(stretch) for stretch in sorted(line, key=lambda s: (s.start is not None, s.start or 0))]


def current(facts: Iterable[Fact], moment: datetime) -> list[Fact]:
    """The facts that hold at a moment, the newest first."""
    held = [fact for fact in facts if fact.holds_at(moment)]
    return sorted(held, key=lambda f: (f.by_hand, f.valid_from is not None, f.valid_from or 0), reverse=True)


def alike(one: str, other: str) -> bool:
    """Whether two values are the same thing said twice: "Acme" and "Acme Corp", "a Volvo" and "the Volvo"."""
    a, b = _words(one), _words(other)
    if not a or not b:
        return False
    short, long = sorted((a, b), key=len)
    if any(word[0].isdigit() for word in short):
        return short == long[: len(short)]
    return any(long[i : i + len(short)] == short for i in range(len(long) - len(short) + 1))


def _hold(line: list[_Stretch], said: Statement) -> None:
    start = said.since or said.said_at
    before = next((s for s in line if s.covers(max(start, said.said_at)) and not _planned(s, said)), None)
    if said.mends and before is not None and not alike(before.value, said.value):
        start = before.start or start
    same = next((s for s in line if s.covers(max(start, said.said_at)) and alike(s.value, said.value)), None)
    if same is not None:
        same.sources.append(said)
        if said.since is None or same.start is None or same.start <= said.since:
            _contradict(line, said, same)
            return
        line.remove(same)
    mine = _Stretch(same.sources if same else [said], start, said.until)
    if not said.adds:
        _make_room(line, mine, said)
    line.append(mine)


def _contradict(line: list[_Stretch], said: Statement, same: _Stretch) -> None:
    """What is said again by hand outranks what was derived meanwhile."""
    if said.by_hand and not said.adds:
        line.remove(same)
        _make_room(line, same, said)
        line.append(same)


def _planned(stretch: _Stretch, said: Statement) -> bool:
    return stretch.start is not None and stretch.start > said.said_at


def _make_room(line: list[_Stretch], mine: _Stretch, said: Statement) -> None:
    """Everything else ends where `mine` begins, and comes back where it ends."""
    start = mine.start or said.said_at
    for other in list(line):
        if other.void or (other.end is not None and other.end <= start):
            continue
        if mine.end is not None and other.start is not None and other.start >= mine.end:
            continue
        if mine.end is not None and (other.end is None or other.end > mine.end):
            line.append(_Stretch(other.sources, mine.end, other.end, other.superseded_by))
        newest = other.sources[-1]
        if said.by_hand and not newest.by_hand and newest.said_at > said.said_at:
            mine.contested_by = newest
        other.superseded_by = said
        if other.start is not None and other.start >= start:
            other.void = True
            other.end = other.start
        else:
            other.end = start


def _end(line: list[_Stretch], said: Statement) -> None:
    at = said.since or said.said_at
    ended = [
        s for s in line if (s.covers(at) or s.covers(said.said_at)) and (not said.value or alike(s.value, said.value))
    ]
    for stretch in ended:
        stretch.end = max(at, stretch.start) if stretch.start else at
        stretch.superseded_by = said
    if not ended and said.value:
        line.append(_Stretch([said], None, min([at, *(s.start for s in line if s.start is not None)]), said))


def _was(line: list[_Stretch], said: Statement) -> None:
    """What was once: it ends what holds now, and fills a time of which nothing better is known."""
    if said.until is None and any(s.covers(said.said_at) and alike(s.value, said.value) for s in line):
        _end(line, said)
        return
    known = [s.start for s in line if s.start is not None and (said.since is None or s.start > said.since)]
    end = min([said.until or said.said_at, *known])
    if said.since is None or said.since < end:
        line.append(_Stretch([said], said.since, end))


_READ = {FactKind.HOLDS: _hold, FactKind.ENDED: _end, FactKind.WAS: _was}


def _slot(said: Statement) -> tuple[str, str]:
    return said.subject, said.attribute


def _fact(stretch: _Stretch) -> Fact:
    first = stretch.sources[0]
    by = stretch.superseded_by
    return Fact(
        first.subject,
        first.attribute,
        stretch.sources[-1].value if stretch.sources[-1].by_hand else first.value,
        stretch.start,
        stretch.end,
        first.said_at,
        tuple(stretch.sources),
        by.said_at if by else None,
        by,
        stretch.contested_by,
    )


def renamed(statements: Iterable[Statement], subject: str) -> list[Statement]:
    """The same statements as if all were of one subject: of the sister and of Anna, who are one."""
    return [replace(said, subject=subject) for said in statements]


_ARTICLES = frozenset({"a", "an", "the", "my", "our", "some"})


@lru_cache(4096)
def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.casefold()) if word not in _ARTICLES]
