"""Answer from facts alone: the value that holds, or held, in words a person would use. No model takes part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from app.core.clock import full_date
from app.core.facts import ME, Fact, Statement, Told
from app.memory.facts.ask import Asked, Mode, asked
from app.memory.facts.times import begin_of, end_of
from app.memory.facts.update import alike, current, facts_in, facts_of
from app.memory.facts.words import concept, concepts, group


@dataclass(frozen=True, slots=True)
class FactAnswer:
    """The facts that answer a question, the one asked for first, and the words for them."""

    words: str
    facts: tuple[Fact, ...]
    sure: bool = True
    """Whether every word of the question is explained by what the fact is of."""

    @property
    def told(self) -> Told:
        """The answer with the statements it rests on."""
        keys = (
            s.id
            for fact in self.facts
            for s in (*fact.sources[:1], *([fact.contested_by] if fact.contested_by else ()))
        )
        return Told(self.words, tuple(dict.fromkeys(keys)))


class Book(Protocol):
    """Where statements are looked up: `app.storage.facts.Facts`."""

    def slots(self) -> list[tuple[str, str]]:
        """Every subject with each of its attributes."""
        ...

    def named(self) -> list[Statement]:
        """The statements that give somebody's name."""
        ...

    def of_slots(self, slots: Sequence[tuple[str, str]]) -> list[Statement]:
        """What was stated of these attributes, in the order it was said."""
        ...


@dataclass(frozen=True, slots=True)
class _Slot:
    """An attribute of the one asked about, under each subject it is known by. `words` are what it is called by."""

    words: frozenset[str]
    people: frozenset[str]
    attribute: str
    keys: tuple[tuple[str, str], ...]


def answer_from(question: str, now: datetime, book: Book, as_of: datetime | None = None) -> FactAnswer | None:
    """The fact that a question asks for, or None when none bears on it.

    `as_of` is the moment that is asked about, where it is not that of asking. Read-only.
    """
    slots = book.slots()
    if not slots:
        return None
    aliases = aliases_of(book.named())
    what = asked(question, now, sorted({subject.split("/")[0] for subject, _ in slots} | set(aliases)))
    if what is None:
        return None
    chosen = _chosen(_slots(slots, _prefixes(what, aliases), {} if what.names else aliases), what, book)
    found = _answered(chosen, what, now, as_of, book) if chosen is not None else None
    sure = chosen is not None and (
        chosen.attribute in what.attributes or what.topics - {"price", "colour"} <= chosen.words
    )
    return replace(found, sure=sure) if found is not None else None


def aliases_of(statements: Iterable[Statement]) -> dict[str, set[str]]:
    """By which other subjects a name is known: Anna is "me/sister"."""
    found: dict[str, set[str]] = {}
    for said in statements:
        if said.rejected or not said.value:
            continue
        others = {said.subject} if said.attribute == "name" else {f"{said.subject}/{word}" for word in _PARTNERS}
        if said.attribute != "name" or "/" in said.subject:
            found.setdefault(said.value.casefold(), set()).update(others)
    return found


_WHERE = re.compile(r"\W*where\b", re.I)
_PARTNERS = (
    "wife",
    "husband",
    "partner",
    "girlfriend",
    "boyfriend",
    "fiancé",
    "fiancée",
    "fiance",
    "fiancee",
    "spouse",
)


def _prefixes(what: Asked, aliases: dict[str, set[str]]) -> list[str]:
    """The subjects under which the one asked about is known; the speaker where nobody is named."""
    if not what.names:
        return [ME]
    name = what.names[0]
    return [name, *sorted(aliases.get(name, ()))]


def _slots(slots: Sequence[tuple[str, str]], prefixes: Sequence[str], aliases: Mapping[str, set[str]]) -> list[_Slot]:
    """The attributes of the one asked about; what is known of Anna is known of the sister who she is, too."""
    found: dict[tuple[frozenset[str], str], list[tuple[str, str]]] = {}
    for subject, attribute in slots:
        root, _, rest = subject.partition("/")
        for known_as in (subject, *(f"{other}/{rest}".rstrip("/") for other in sorted(aliases.get(root, ())))):
            prefix = next((p for p in prefixes if known_as == p or known_as.startswith(f"{p}/")), None)
            if prefix is not None:
                path = concepts(known_as[len(prefix) :].replace("/", " "))
                found.setdefault((path, attribute), []).append((subject, attribute))
    return [
        _Slot(
            path | (frozenset() if attribute == "name" and path else concepts(attribute)), path, attribute, tuple(keys)
        )
        for (path, attribute), keys in found.items()
    ]


def _chosen(slots: Sequence[_Slot], what: Asked, book: Book) -> _Slot | None:
    """The attribute that is asked for: by rule, else the one whose words the question has. Just its words come first."""
    exact = [s for s in slots if len(s.words) > 1 and s.words == what.topics and s.attribute != "name"]
    if exact:
        return max(exact, key=lambda s: max(said.said_at for said in book.of_slots(s.keys)))
    for attribute in what.attributes:
        fitting = [s for s in slots if s.attribute == attribute and s.people & _people_words() == what.people]
        if fitting:
            return min(fitting, key=lambda s: len(s.people - what.topics))
    if what.attributes:
        slots = [s for s in slots if s.attribute != "name"]
    best: tuple[float, datetime] | None = None
    chosen = None
    for slot in slots:
        if not (
            slot.words & what.topics and what.people <= slot.words and slot.people & _people_words() <= what.topics
        ):
            continue
        statements = book.of_slots(slot.keys)
        if "price" in what.topics and not any(re.search(r"\d", s.value) for s in statements):
            continue
        if _WHERE.match(what.text) and all(group("colour").issuperset(s.value.casefold().split()) for s in statements):
            continue
        score = (_fit(slot, what, statements), max(s.said_at for s in statements))
        if score[0] > 0 and (best is None or score > best):
            best, chosen = score, slot
    return chosen


def _fit(slot: _Slot, what: Asked, statements: Sequence[Statement]) -> float:
    """How well an attribute answers to the words of a question; 0 for not at all."""
    common, left = slot.words & what.topics, what.topics - slot.words - {"price"}
    if not slot.words <= what.topics:
        return 0.0 if left else len(common) - 0.3 * len(slot.words - what.topics)
    if "colour" in left and any(w in group("colour") for s in statements for w in s.value.casefold().split()):
        left = left - {"colour"}
    told = frozenset().union(*(concepts(f"{s.quote} {s.value}") for s in statements))
    if left - told and what.head not in slot.words and (len(common) < 2 or len(left - told) > 1):
        return 0.0
    return len(common) - 0.2 * len(left - told) - 0.05 * len(left)


def _people_words() -> frozenset[str]:
    return frozenset(concept(word) for word in group("person") | group("pet"))


def _answered(slot: _Slot, what: Asked, now: datetime, as_of: datetime | None, book: Book) -> FactAnswer | None:
    line = facts_of(book.of_slots(slot.keys))
    line = [
        fact for fact in line if fact.valid_from is None or fact.valid_to is None or fact.valid_from < fact.valid_to
    ]
    if not line:
        return None
    moment = as_of or now
    if what.mode in (Mode.BEFORE, Mode.AFTER):
        found = _beside(line, what, moment, book)
    elif what.mode is Mode.FIRST and as_of is None:
        found = line[:1]
    elif what.mode is Mode.AT and as_of is None:
        found = _at(line, what)
    elif what.mode is Mode.NEXT:
        found = [f for f in line if f.valid_from and f.valid_from > moment][:1] or current(line, moment)
    else:
        found = current(line, moment)
    if not found:
        return _ended(line, moment) if what.mode in (Mode.NOW, Mode.NEXT) else None
    return FactAnswer(_in_words(found, what, line, now), tuple(found))


def _at(line: Sequence[Fact], what: Asked) -> list[Fact]:
    """What held for most of the time that is asked about."""
    best: list[tuple[float, datetime, Fact]] = []
    for time in what.times:
        first, last = begin_of(time.first), end_of(time.last)
        for fact in line:
            start = max(first, fact.valid_from) if fact.valid_from else first
            end = min(last, fact.valid_to) if fact.valid_to else last
            if (common := (end - start).total_seconds()) > 0:
                best.append((common, start, fact))
        if best:
            break
    most = max((common for common, _, _ in best), default=0.0)
    together = sorted((b for b in best if b[0] >= most * 0.999), key=lambda b: b[1], reverse=True)
    return list(dict.fromkeys(fact for _, _, fact in together))


def _beside(line: Sequence[Fact], what: Asked, moment: datetime, book: Book) -> list[Fact]:
    """The value before or after another: one that is named, an event that is, or the one that holds."""
    place = next((n for n, f in enumerate(line) if what.anchor and _says(what.anchor, f.value)), None)
    if (
        place is None
        and what.anchor
        and not re.fullmatch(r"(?:that|this|it|then|now|the current one)?", what.anchor.strip(), re.I)
    ):
        turn = _turn(what.anchor, book)
        if turn is None:
            return []
        if what.mode is Mode.BEFORE:
            return [f for f in line if f.valid_from is None or f.valid_from < turn][-1:]
        return current(line, turn)[:1] or [f for f in line if f.valid_from and f.valid_from >= turn][:1]
    if place is None:
        held = current(line, moment)
        if not held:  # what is over is what was before
            return [f for f in line if f.valid_to and f.valid_to <= moment][-1:]
        place = line.index(held[-1])
    step = -1 if what.mode is Mode.BEFORE else 1
    return [line[place + step]] if 0 <= place + step < len(line) else []


def _turn(anchor: str, book: Book) -> datetime | None:
    """When what the words tell of began, by any fact."""
    for fact in reversed(facts_in(book.of_slots([s for s in book.slots() if s[0] == ME]))):
        if fact.valid_from is not None and _says(anchor, fact.value):
            return fact.valid_from
    return None


def _says(text: str, value: str) -> bool:
    words, wanted = concepts(text), concepts(value)
    return bool(wanted) and (alike(text, value) or wanted <= words or (bool(words & wanted) and _proper(value, words)))


def _proper(value: str, words: frozenset[str]) -> bool:
    """Whether a name in the value is among the words."""
    return any(concept(name) in words for name in re.findall(r"\b[A-ZÀ-Þ][\w-]+", value))


def _ended(line: Sequence[Fact], moment: datetime) -> FactAnswer | None:
    over = [f for f in line if f.valid_to is not None and f.valid_to <= moment]
    if not over:
        return None
    last = max(over, key=lambda f: f.valid_to or moment)
    assert last.valid_to is not None
    return FactAnswer(f"no longer {last.value}, since {full_date(last.valid_to)}", (last,))


def _in_words(found: Sequence[Fact], what: Asked, line: Sequence[Fact], now: datetime) -> str:
    fact = found[0]
    values = list(dict.fromkeys(f.value for f in found[:6]))
    told = " and ".join([", ".join(values[:-1]), values[-1]] if len(values) > 2 else values)
    words = f"{told}{_span(fact, line, now)}" if len(values) == 1 else told
    if fact.contested_by is not None:
        other = fact.contested_by
        words = f"{fact.value}, as you wrote on {full_date(fact.recorded_at)}; on {full_date(other.said_at)} you said: {other.value}"
    if what.closed and what.mode is Mode.NOW:
        return (
            f"{'yes' if any(_says(what.text, v) for v in values) else 'no'}, {words}"
            if _names_value(what, line)
            else words
        )
    return words


def _names_value(what: Asked, line: Sequence[Fact]) -> bool:
    """Whether a closed question names a value, so that yes or no can be said."""
    return any(_says(what.text, f.value) for f in line) or bool(re.search(r"\bstill\b", what.text, re.I))


def _span(fact: Fact, line: Sequence[Fact], now: datetime) -> str:
    """Since when, until when; nothing for what is only known since it was first spoken of."""
    start, end = fact.valid_from, fact.valid_to
    if end is None and fact is line[0] and all(source.since is None for source in fact.sources):
        return ""
    if start is not None and start > now:
        return f", from {full_date(start)} on"
    if end is None:
        return f", since {full_date(start)}" if start is not None else ""
    if start is None:
        return f", until {full_date(end)}"
    return f", {full_date(start)} to {full_date(end)}"
