"""The public door of memory: record what is said, recall what matters."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from functools import partial

from app.core.clock import Clock
from app.core.types import (
    Filter,
    Hit,
    Place,
    Recall,
    Verdict,
)
from app.memory.answer import Answer, answered, before
from app.memory.facts.answer import FactAnswer, answer_from
from app.memory.facts.book import FactBook
from app.memory.facts.remarks import remarked
from app.memory.learning import Learning
from app.memory.recall.answerable import answerable
from app.memory.recall.buffers import Choice, similarity
from app.memory.recall.candidates import Candidate, Vectors, gather
from app.memory.recall.choose import relevant
from app.memory.recall.dim import dimmed
from app.memory.recall.explain import explained
from app.memory.recall.query import Query, parse_query
from app.memory.recall.rerank import Reranker, default_reranker
from app.memory.recall.when import answer_when
from app.memory.recording import Recording
from app.memory.segmentation import Segmenter
from app.memory.segmentation.turns import by_turn
from app.memory.telling.teller import Asking, is_settled, lines
from app.runtime.protocols import Embedder
from app.storage.facts import Facts
from app.storage.owner import StoreOwner
from app.storage.store import Store

_CATCH_UP = 8  # batches that a question waits for at most
_LOOKED_AT = 30  # hits among which an answer by memory is looked for


class Memory(Recording):
    """Everything said, and the way back to it. Thread-safe and blocking: not for the UI thread.

    Every part can be replaced by argument. Errors are StoreErrors; trouble with the embedder only
    takes recall by meaning away, never words that were said.
    """

    def __init__(
        self,
        store: StoreOwner,
        embedder: Embedder,
        clock: Clock,
        segment: Segmenter = by_turn,
        reranker: Reranker | None = None,
        here: Place | None = None,
    ) -> None:
        super().__init__(store, embedder, clock, segment, here)
        self.reranker = reranker or default_reranker()
        self.without: frozenset[str] = frozenset()  # stages of recall that are switched off
        self.choice: Choice = similarity
        self.learning = Learning(store, self.reranker, clock)
        self.forgetting = True  # whether what has faded steps back in recall
        self.facts = FactBook(store, clock, self.note)

    def recall(
        self,
        text: str,
        limit: int = 10,
        *,
        without: Collection[int] = (),
        wait_s: float | None = None,
        strict: bool = False,
        reranker: Reranker | None = None,
        where: Filter | None = None,
    ) -> Recall:
        """What was said that bears on `text`, best first. Writes nothing but vectors of what was said a moment ago.

        `without` leaves out spans of these message ids. `wait_s` is how long to wait for an embedder
        that is still loading (None: until it is there); past it, recall is by words. `strict` keeps
        only what is about the question, for use in a prompt. `reranker` replaces that of this memory. `where` keeps to
        what was said there and then.
        """
        query = self.understood(text)
        vectors = self.embedded(query, wait_s, without)
        return self._recalled(query, vectors, limit, without, strict, reranker, where)

    def _recalled(
        self,
        query: Query,
        vectors: Vectors | None,
        limit: int,
        without: Collection[int] = (),
        strict: bool = False,
        reranker: Reranker | None = None,
        where: Filter | None = None,
    ) -> Recall:
        text = query.text
        found = self.gather(query, vectors, where)
        found = [c for c in found if c.span.first_message_id not in without]
        ranked = (reranker or self.learning.reranker().switched(self.without)).rank(found, query)
        ranked = dimmed(ranked) if self.forgetting else ranked
        best = self.choice(relevant(ranked) if strict else ranked)[:limit]
        hits = tuple(explained(c, query) for c in best)
        now = self._clock.now()
        told = answer_when(text, hits, now)
        marked, fact = self.store.call(
            lambda store: (remarked(store, hits, now, _facts(store, where)), _known(store, text, now, where))
        )
        verdict = Verdict(answerable(ranked, query), told.plain if told else "", fact.told if fact else None)
        return Recall(text, marked, vectors is not None, verdict)

    def answer(self, question: str, as_of: datetime | None = None, *, wait_s: float | None = None) -> Answer:
        """The answer by memory alone, with no generation: a fact, else a date by rule, else the best memory's words.

        `as_of` asks for what was true then. Read-only, but for vectors of what was said a moment ago.
        """
        asking, found = self.asking(question, as_of, wait_s)
        told = [] if is_settled(asking) else self.store.call(partial(lines, asking=asking))
        return answered(asking, told, found, self._clock.now(), as_of)

    def asking(
        self, question: str, as_of: datetime | None = None, wait_s: float | None = None
    ) -> tuple[Asking, Recall]:
        """A question with what was found for it: what was said by then, and what since. Read-only, as `answer`."""
        now, where = self._clock.now(), before(None, as_of)
        query = self.understood(question)
        vectors = self.embedded(query, wait_s)
        found = self._recalled(query, vectors, _LOOKED_AT, where=where)
        fact = self.store.call(lambda store: answer_from(question, now, store.facts, as_of))
        since: tuple[Hit, ...] = ()
        if as_of is not None:
            later = replace(where or Filter(), since=as_of, until=None)
            since = self._recalled(query, vectors, _LOOKED_AT, where=later).hits
        return Asking(question, fact, found.hits, vectors, where, since), found

    def understood(self, text: str) -> Query:
        """A question taken apart in the light of who speaks here, and where. Read-only."""
        speakers, places = self.store.call(lambda store: (store.spans.speakers(), store.places.known()))
        return parse_query(text, speakers, self._clock.now(), places)

    def gather(self, query: Query, vectors: Vectors | None, where: Filter | None = None) -> list[Candidate]:
        """The candidates for a query, unranked: what a reranker learns from. Read-only."""

        def work(store: Store) -> list[Candidate]:
            ready = vectors is not None and store.vectors.serves(vectors.identity)
            return gather(store, query, vectors if ready else None, where)

        return self.store.call(work)

    def search(self, text: str, limit: int = 10, where: Filter | None = None) -> Recall:
        """Hits by words alone while a person types, of a place and time if one is named; needs no model."""
        query = parse_query(text)
        words = text.split()

        def work(store: Store) -> tuple[Hit, ...]:
            found = store.spans.search(words, limit, unfinished=True, where=where) or store.spans.search(
                query.words, limit, where=where
            )
            spans = store.spans.read([key for key, _ in found])
            hits = [explained(Candidate(spans[key], bm25=s, score=s), query) for key, s in found if key in spans]
            return remarked(store, hits, self._clock.now(), _facts(store, where))

        return Recall(text, self.store.call(work), by_meaning=False)

    def embed_pending(
        self,
        keep_going: Callable[[], bool] = lambda: True,
        report: Callable[[int, int], None] = lambda done, total: None,
    ) -> int:
        """Give every span that has none its vector, newest first, in small background steps; how many.

        Stops early, losing nothing, when `keep_going()` turns false. Raises EmbedderError.
        """
        return self._embedding.embed_pending(keep_going, report)

    def waiting(self) -> bool:
        """Whether there may be spans without a vector: a cheap look, for whoever plans the work."""
        return self._embedding.waiting()

    def embedded(self, query: Query, wait_s: float | None = None, without: Collection[int] = ()) -> Vectors | None:
        """What is asked as vectors; None while there is no embedder to be had. What was said a moment ago is embedded
        first, unless it is in messages that are looked for `without`."""
        return self._embedding.asked(query, wait_s, without)


def _facts(store: Store, where: Filter | None) -> Facts:
    """The facts of the space that a filter keeps to."""
    return store.facts.inside(where.space if where is not None else None)


def _known(store: Store, text: str, now: datetime, where: Filter | None) -> FactAnswer | None:
    """The fact that a question asks for. A fact has no app, device or time that a filter could keep to."""
    if where is not None and not where.space_alone:
        return None
    found = answer_from(text, now, _facts(store, where))
    return found if found is not None and found.sure else None  # sharing a word with the question is no answer
