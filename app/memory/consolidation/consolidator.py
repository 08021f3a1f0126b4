"""Sleep: goes over what is new since the last night, in small steps, each a transaction that leaves everything whole.

It reads the vectors that recall has made already; only keys in hindsight, which come last, need the embedder. What it
makes are rows that point to what was
said: each step moves the mark of how far it has come in the same transaction, so that nothing happens twice, wherever
it is cut off. Spans are taken in the order in which they were said, so that a rebuild makes the same again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from app.core.clock import Clock, from_text
from app.core.errors import ConsentNeeded, InputError
from app.core.settings import Settings
from app.memory.consolidation import linking
from app.memory.consolidation.folding import exemplar
from app.memory.consolidation.gatherer import Gatherer
from app.memory.consolidation.hindsight import Hindsight
from app.memory.consolidation.kinds import FOLDED, JOB, LINKED, STRENGTHENED, Tell, silent, tell
from app.runtime.protocols import Embedder
from app.storage.changes import NewChange, Subject
from app.storage.folds import Fold
from app.storage.links import Link, Reason
from app.storage.nights import Reached
from app.storage.owner import StoreOwner
from app.storage.store import Store

PARTS = ("folds", "links", "themes", "hindsight")
"""What sleep makes; each can be switched off by `sleep_without`."""
_VERSION = "1"
_AT_ONCE = 8  # spans that are gone over in one step, for which a person may have to wait
_STEPS_KEPT = 8  # in one transaction: waiting for the disk costs more than writing
_RECALLS_AT_ONCE = 16
_A_NIGHT = 20_000  # spans; what is beyond waits for the next
_NEAREST = 24
_JUDGED = 150  # by their true cosine, of those whose signs are nearest
_FREE = 2  # repeats that may go without asking in the smallest store

KeepGoing = Callable[[], bool]
Report = Callable[[int, int], None]


class Step(NamedTuple):
    """What one step would do: the last span it goes over, how many it reads, and what it would fold and link."""

    last: int
    spans: int
    folds: list[Fold]
    links: list[Link]


@dataclass(slots=True)
class Plan:
    """What a night would do to spans, found without writing."""

    steps: list[Step] = field(default_factory=list)
    folds: dict[int, int] = field(default_factory=dict)  # the exemplar of each span that would be folded
    spans: int = 0
    links: int = 0

    def add(self, step: Step) -> None:
        """Take one more step."""
        self.steps.append(step)
        self.folds |= {fold.span_id: fold.exemplar_id for fold in step.folds}
        self.spans += step.spans
        self.links += len(step.links)


class Consolidator:
    """Thread-safe and blocking: not for the UI thread. Two never work on one store at once (the schedule sees to it);
    if they did, rows would be written once all the same."""

    def __init__(
        self, store: StoreOwner, clock: Clock, embedder: Embedder, settings: Callable[[], Settings] = Settings
    ) -> None:
        self._store = store
        self._hindsight = Hindsight(store, embedder)
        self._clock = clock
        self._settings = settings

    def plan(self, keep_going: KeepGoing = lambda: True, report: Report = lambda done, total: None) -> Plan:
        """What a night would fold and link now. Read-only. Raises InputError when the settings name no part of it."""
        without = self._without()
        reached, identity, left = self._store.call(self._begin, background=True)
        plan = Plan()
        if not identity or {"folds", "links"} <= without:
            return plan
        after = reached.span_id if reached.method == self._method(identity) else 0
        while plan.spans < _A_NIGHT and keep_going():
            look = partial(self._look, after=after, identity=identity, folded=plan.folds, without=without)
            if (step := self._store.call(look, background=True)) is None:
                break
            plan.add(step)
            after = step.last
            report(plan.spans, max(plan.spans, left))
        return plan

    def sleep(self, keep_going: KeepGoing, report: Report, *, agreed: bool = False) -> dict[str, float]:
        """A night's work; figures of what changed. Stops within a step when it is told to, losing nothing.

        Raises ConsentNeeded, before anything is folded, when more than the set share of memories would go out of sight.
        """
        return self._work(keep_going, report, partial(tell, self._clock), agreed=agreed)

    def _work(self, keep_going: KeepGoing, report: Report, told: Tell, *, agreed: bool) -> dict[str, float]:
        self._renew()
        plan = self.plan(keep_going, lambda done, total: report(done, 2 * total))
        self._ask(plan, agreed)
        figures: Counter[str] = Counter()
        done = plan.spans
        for start in range(0, len(plan.steps), _STEPS_KEPT):
            if not keep_going():
                return dict(figures)
            steps = plan.steps[start : start + _STEPS_KEPT]
            figures.update(self._store.write(partial(self._keep, steps=steps, told=told), background=True))
            done += sum(step.spans for step in steps)
            report(done, 2 * plan.spans)
        without = self._without()
        parts: list[Callable[[Store], dict[str, int]]] = []
        if "links" not in without:
            parts.append(partial(self._strengthen, told=told))
        if "themes" not in without:
            parts.append(Gatherer(self._clock, told).step)
        for part in parts:
            while keep_going() and (found := self._store.write(part, background=True)):
                figures.update(found)
        if "hindsight" not in without:
            figures["looked back"] = self._hindsight.look_back(keep_going, told)
        return dict(figures)

    def asks(self, plan: Plan) -> bool:
        """Whether a night asks before it does this."""
        of = self._store.call(lambda store: store.spans.count(), background=True)
        return len(plan.folds) > max(self._settings().sleep_most_retired * of, _FREE)

    def clear(self) -> None:
        """Drop all that sleep made. What a person took apart stays apart, and the diary stays."""
        self._store.write(_clear)

    def rebuild(
        self, keep_going: KeepGoing = lambda: True, report: Report = lambda done, total: None
    ) -> dict[str, float]:
        """Drop all that sleep made and make it anew; figures as of a night."""
        self.clear()
        return self._work(keep_going, report, silent, agreed=True)

    def _without(self) -> frozenset[str]:
        named = frozenset(re.findall(r"\w+", self._settings().sleep_without))
        if strange := named - set(PARTS):
            raise InputError(
                "The settings name {0!r}, which sleep does not have. Its parts are {1}.",
                ", ".join(sorted(strange)),
                ", ".join(PARTS),
            )
        return named

    def _method(self, identity: str) -> str:
        return f"{_VERSION} {identity} {' '.join(sorted(self._without()))}".strip()

    def _begin(self, store: Store) -> tuple[Reached, str, int]:
        identity = store.episodes.embedder()
        if identity:
            store.vectors.use(identity, store.nights.dimension(identity))
        reached = store.nights.reached()
        return reached, identity, store.nights.left(reached.span_id)

    def _renew(self) -> None:
        """Begin from the first word where sleep works by another method now."""

        def work(store: Store) -> None:
            method = self._method(store.episodes.embedder())
            reached = store.nights.reached()
            if reached.method not in ("", method):
                _clear(store)
            if reached.method != method:
                store.nights.reach(Reached(method))

        self._store.write(work, background=True)

    def _ask(self, plan: Plan, agreed: bool) -> None:
        if not agreed and self.asks(plan):
            would, of = len(plan.folds), self._store.call(lambda store: store.spans.count(), background=True)
            raise ConsentNeeded(
                f"Tonight would fold {would} of {of} memories into others that say the same, more than the "
                f"{self._settings().sleep_most_retired:.0%} that may go without a word. `mneme sleep --dry-run` shows "
                "it, `mneme sleep --yes` goes on.",
                would,
                of,
            )

    def _look(
        self, store: Store, after: int, identity: str, folded: Mapping[int, int], without: frozenset[str]
    ) -> Step | None:
        """The next step of a plan; None when there is nothing new."""
        new = store.nights.new(after, identity, _AT_ONCE)
        if not new:
            return None
        near = {key: dict(store.vectors.search(vector, _NEAREST, key, _JUDGED)) for key, vector in new.items()}
        spans = store.spans.read(list({*new, *(key for found in near.values() for key in found)}))
        gone = {*store.folds.repeated(list(spans)), *folded}
        now = self._clock.now()
        step = Step(max(new), len(new), [], [])
        for key in sorted(new.keys() - gone):  # what a person took apart stays as it is
            earlier = [(spans[k], c) for k, c in near[key].items() if k in spans and k not in gone]
            same = None if "folds" in without else exemplar(spans[key], earlier)
            if same is not None:
                step.folds.append(Fold(key, *same))
                gone.add(key)
            elif "links" not in without:
                step.links.extend(linking.alike(spans[key], earlier, now))
        return step

    def _keep(self, store: Store, steps: Sequence[Step], told: Tell) -> Counter[str]:
        """Write steps of a plan, their lines in the diary, and how far sleep has come."""
        found: Counter[str] = Counter()
        for step in steps:
            found.update(self._keep_one(store, step, told))
        return found

    def _keep_one(self, store: Store, step: Step, told: Tell) -> dict[str, int]:
        reached = store.nights.reached()
        if reached.span_id >= step.last:  # somebody else has been here
            return {}
        store.folds.add(step.folds)
        for fold in step.folds:
            about: list[Subject] = [("span", fold.exemplar_id), ("span", fold.span_id)]
            told(store, NewChange(FOLDED, about, {"count": 1}, {"spans": [fold.span_id]}), about[0])
        self._link(store, LINKED, step.links, told)
        store.nights.reach(reached._replace(span_id=step.last))
        return {"read": step.spans, "folded": len(step.folds), "linked": len(step.links)}

    def _strengthen(self, store: Store, told: Tell) -> dict[str, int]:
        """Link what was recalled together, more firmly each time; nothing when all of the recall log has been read."""
        reached = store.nights.reached()
        shown = store.nights.recalled(reached.recalled_at, _RECALLS_AT_ONCE)
        if not shown:
            store.links.drop(Reason.TOGETHER, linking.long_ago(self._clock.now()))
            return {}
        count = 0
        for at, spans in shown:
            links = linking.together(store.links.of(spans, Reason.TOGETHER), spans, from_text(at))
            self._link(store, STRENGTHENED, links, told)
            count += len(links)
        store.nights.reach(reached._replace(recalled_at=shown[-1][0]))
        return {"recalls": len(shown), "strengthened": count}

    def _link(self, store: Store, kind: str, links: Sequence[Link], told: Tell) -> None:
        """Keep links; the run's line about them counts them when it is read."""
        run = store.job_runs.open(JOB)
        store.links.put(links, run)
        if links and run is not None:
            told(store, NewChange(kind, [("run", run)], {"count": len(links)}), ("run", run))


def _clear(store: Store) -> None:
    store.folds.clear()
    store.links.clear()
    store.themes.clear()
    store.hindsights.clear()
    store.nights.reach(Reached())
