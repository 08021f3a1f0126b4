"""Whether a chat model reads facts well enough to be let near the store: measured on messages whose facts are known.

The rules are silent on all of these messages, as they are on those that a model is asked about, and half of them state
nothing. What is judged is what would be kept: the answers after all checks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from app.core.facts import ME, NewStatement
from app.core.paths import resources_dir
from app.memory.facts.by_model import believed
from app.memory.facts.update import alike
from app.storage.fact_readers import Ability

PRECISION, RECALL = 0.9, 0.6
"""What an able model reaches. A false fact does harm; one that is missed is still found as a memory."""
_THEN = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Probe:
    """A message, the facts it states (subject, attribute, value or "one|other"), and what else may be read in it."""

    message: str
    states: tuple[tuple[str, str, str], ...]
    may: tuple[tuple[str, str, str], ...]


@cache
def probes() -> tuple[Probe, ...]:
    """The messages, in the order in which they are asked."""
    found = json.loads((resources_dir() / "facts" / "probe.json").read_text(encoding="utf-8"))
    return tuple(Probe(one["message"], _tuples(one["states"]), _tuples(one["may"])) for one in found)


def judged(answers: Sequence[str]) -> Ability:
    """How well the first of the probes were answered. Able is who has answered them all, and well."""
    seen = _count(answers)
    precision, recall = seen.precision(), seen.recall()
    able = len(answers) == len(probes()) and precision >= PRECISION and recall >= RECALL
    return Ability(able, precision, recall, len(answers))


def hopeless(answers: Sequence[str]) -> bool:
    """Whether a model that has answered so far cannot turn out able, however well it goes on."""
    seen = _count(answers)
    rest = sum(len(probe.states) for probe in probes()[len(answers) :])
    best = _Count(seen.found + rest, seen.wrong, seen.stated + rest)
    return best.precision() < PRECISION or best.recall() < RECALL


@dataclass(frozen=True, slots=True)
class _Count:
    """Of the facts that were `stated`, those that were `found`; and how often something else was read."""

    found: int
    wrong: int
    stated: int

    def precision(self) -> float:
        return self.found / (self.found + self.wrong) if self.found else 0.0

    def recall(self) -> float:
        return self.found / self.stated if self.stated else 0.0


def _count(answers: Sequence[str]) -> _Count:
    found = wrong = stated = 0
    for probe, answer in zip(probes(), answers, strict=False):
        read = believed(answer, probe.message, _THEN, ME)
        found += sum(any(_is(said, fact) for said in read) for fact in probe.states)
        wrong += sum(not any(_is(said, fact) for fact in (*probe.states, *probe.may)) for said in read)
        stated += len(probe.states)
    return _Count(found, wrong, stated)


def _is(said: NewStatement, fact: tuple[str, str, str]) -> bool:
    return (said.subject, said.attribute) == fact[:2] and any(alike(said.value, value) for value in fact[2].split("|"))


def _tuples(facts: list[list[str]]) -> tuple[tuple[str, str, str], ...]:
    return tuple((subject, attribute, value) for subject, attribute, value in facts)
