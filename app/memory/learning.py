"""The keeper of what recall has learned on this machine: notes feedback, and ranks by it."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.clock import Clock
from app.core.types import Hit
from app.memory.recall.features import STAGES
from app.memory.recall.learn import Signal, cited, feedback, learned, scaled
from app.memory.recall.rerank import Reranker
from app.storage.owner import StoreOwner
from app.storage.store import Store


class Learning:
    """Thread-safe and blocking: not for the UI thread. Errors are StoreErrors.

    While `on` is False nothing is noted, and the shipped weights rank.
    """

    def __init__(self, store: StoreOwner, shipped: Reranker, clock: Clock, on: bool = True) -> None:
        self.on = on
        self._store = store
        self._shipped = shipped
        self._clock = clock
        self._known: tuple[tuple[int, int], dict[str, float]] = ((0, 0), dict.fromkeys(STAGES, 1.0))

    def reranker(self) -> Reranker:
        """The shipped reranker as it has been shifted by what was opened, cited and dismissed."""
        return scaled(self._shipped, self.factors()) if self.on else self._shipped

    def factors(self) -> dict[str, float]:
        """How many times as much each stage counts as it did when it was shipped; found anew when feedback changed,
        also by another process or by an erasure."""
        known, factors = self._known
        if (state := self._store.call(lambda store: store.feedback.state())) != known:
            shown = self._store.call(lambda store: store.feedback.read())
            factors = learned([feedback([(p, Signal(s) if s else None) for p, s in rows]) for rows in shown])
            self._known = state, factors
        return factors

    def count(self) -> int:
        """How many pieces of feedback there are."""
        return self._store.call(lambda store: store.feedback.state())[0]

    def note_shown(self, question_id: int, hits: Sequence[Hit]) -> None:
        """Note what each stage said of the hits in the recall log of a question; only these can be learned from."""
        if self.on:
            factors = self._known[1]
            parts = {h.span.id: {stage: value / factors.get(stage, 1.0) for stage, value in h.parts} for h in hits}
            self._store.write(lambda store: store.feedback.keep(question_id, parts))

    def note_opened(self, question_id: int, span_id: int) -> bool:
        """The user opened this source; whether that was noted."""
        return self._note(question_id, span_id, Signal.OPENED)

    def note_dismissed(self, question_id: int, span_id: int) -> bool:
        """The user said that this source has nothing to do with the question; whether that was noted."""
        return self._note(question_id, span_id, Signal.DISMISSED)

    def note_cited(self, question_id: int, question: str, reply: str) -> int:
        """Note which of the hits shown beside a question its reply took words from; how many."""

        def work(store: Store) -> int:
            hits = store.recalls.shown([question_id]).get(question_id, [])
            rows = cited(question, reply, [hit.span.text for hit in hits])
            now = self._clock.now()
            return sum(store.feedback.add(question_id, hits[row].span.id, Signal.CITED, now, weak=True) for row in rows)

        return self._store.write(work) if self.on else 0

    def forget(self) -> int:
        """Go back to the shipped weights: erases all feedback; how many pieces that were."""
        return self._store.write(lambda store: store.feedback.clear())

    def _note(self, question_id: int, span_id: int, signal: Signal) -> bool:
        if not self.on:
            return False
        now = self._clock.now()
        return self._store.write(lambda store: store.feedback.add(question_id, span_id, signal, now))
