"""The public door of memory: record what is said, recall what matters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from app.core.clock import Clock
from app.core.errors import InputError
from app.core.text import storable
from app.core.types import (
    Conversation,
    Filter,
    ForeignConversation,
    Hit,
    Message,
    MessageState,
    NewMessage,
    Origin,
    Place,
    Recall,
    Role,
    Verdict,
)
from app.memory.answer import Answer, answered, before
from app.memory.embedding import Embedding
from app.memory.entities import heading, names_in
from app.memory.facts.answer import FactAnswer, answer_from
from app.memory.facts.book import FactBook
from app.memory.facts.keeper import read_message
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
from app.memory.segmentation import Segmenter
from app.memory.segmentation.turns import by_turn
from app.memory.telling.teller import Asking, is_settled, lines
from app.runtime.protocols import Embedder
from app.storage.facts import Facts
from app.storage.owner import StoreOwner
from app.storage.store import Store

_CATCH_UP = 8  # batches that a question waits for at most
_LOOKED_AT = 30  # hits among which an answer by memory is looked for
_NOTES = "Things to remember"
_TITLE_LENGTH = 60


class Memory:
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
        self.store = store
        self.here = here or Place(app="Mneme")  # where what is said from now on is said
        self._clock = clock
        self._segment = segment
        self.reranker = reranker or default_reranker()
        self.without: frozenset[str] = frozenset()  # stages of recall that are switched off
        self.choice: Choice = similarity
        self.learning = Learning(store, self.reranker, clock)
        self.forgetting = True  # whether what has faded steps back in recall
        self.facts = FactBook(store, clock, self.note)
        self.paused = False  # while it is, nothing new is kept, and replies are given without it
        self._embedding = Embedding(store, embedder)

    def record(self, message: NewMessage) -> Message:
        """Store one message with its spans. When this returns, it is on disk and found by its words."""
        return self.record_all([message])[0]

    def record_all(self, messages: Sequence[NewMessage]) -> list[Message]:
        """Store messages in one transaction: all of them or, on an error, none."""
        return self.store.write(lambda store: self._add(store, messages))

    def add_inside(self, store: Store, messages: Iterable[NewMessage]) -> list[Message]:
        """Store messages with their spans inside a transaction of the caller's."""
        return self._add(store, messages)

    def remember(self, text: str) -> Message:
        """Keep a note of the user's own wording, outside any chat. Raises InputError while memory is paused."""
        self.refuse_while_paused()
        text = clean(text)
        return self.store.write(lambda store: self.note(store, text, self._clock.now(), self.here.space))

    def note(self, store: Store, text: str, now: datetime, space: str) -> Message:
        """Keep a note in a space, inside a transaction of the caller's. Each space has a conversation for its notes."""
        name = f"{_NOTES} {store.spaces.ensure(space).uid}" if space else _NOTES
        notes = store.conversations.find_external(name) or store.conversations.create(
            _NOTES, now, Origin.REMEMBERED, name, space
        )
        before = store.conversations.thread(notes.id)
        parent = before[-1].id if before else None
        place = replace(self.here, space=space)
        note = NewMessage(notes.id, Role.USER, text, now, parent, origin=Origin.REMEMBERED, place=place)
        return self._add(store, [note])[0]

    def bring_in(self, foreign: ForeignConversation) -> int:
        """Add what is new of another program's conversation, in one transaction; how many messages that were.

        The same conversation twice adds nothing, and one without words leaves nothing behind.
        """
        self.refuse_while_paused()
        if not foreign.messages:
            return 0

        def work(store: Store) -> int:
            here = store.conversations.find_external(foreign.external_id) or store.conversations.create(
                foreign.title, foreign.created_at, Origin.IMPORTED, foreign.external_id
            )
            known = store.conversations.external_ids(here.id)
            new = [m for m in foreign.messages if m.external_id not in known]
            for m in new:
                parent = known.get(m.parent_id) if m.parent_id else None
                imported = NewMessage(
                    here.id,
                    m.role,
                    clean(m.text),
                    m.created_at,
                    parent,
                    m.speaker,
                    Origin.IMPORTED,
                    external_id=m.external_id,
                    place=Place(here.space, foreign.app),
                )
                known[m.external_id] = self._add(store, [imported])[0].id
            return len(new)

        return self.store.write(work)

    def begin(self, text: str, now: datetime) -> tuple[Conversation, Message]:
        """Start a conversation with its first message, titled after it."""
        text = clean(text)

        def work(store: Store) -> tuple[Conversation, Message]:
            conversation = store.conversations.create(title_of(text), now, space=self.here.space)
            message = self._add(store, [NewMessage(conversation.id, Role.USER, text, now)])[0]
            return conversation, message

        return self.store.write(work)

    def say_otherwise(self, message: Message, text: str, now: datetime) -> tuple[Conversation, Message] | None:
        """Put another version beside a message of the user's, on a branch of its own; None when it is gone."""
        text = clean(text)

        def work(store: Store) -> tuple[Conversation, Message] | None:
            if (conversation := store.conversations.get(message.conversation_id)) is None:
                return None
            new = NewMessage(conversation.id, Role.USER, text, now, message.parent_id)
            return conversation, self._add(store, [new])[0]

        return self.store.write(work)

    def go_on(self, conversation_id: int, text: str, now: datetime) -> tuple[Conversation, Message] | None:
        """Add the user's next message at the end of a conversation; None when the conversation is gone."""
        text = clean(text)

        def work(store: Store) -> tuple[Conversation, Message] | None:
            if (conversation := store.conversations.get(conversation_id)) is None:
                return None
            thread = store.conversations.thread(conversation_id)
            parent = thread[-1].id if thread else None
            return conversation, self._add(store, [NewMessage(conversation_id, Role.USER, text, now, parent)])[0]

        return self.store.write(work)

    def write_reply(self, message: Message, text: str, state: MessageState) -> Message:
        """Write a reply's words so far; once it is no longer streaming it becomes a memory, too."""
        text = storable(text)

        def work(store: Store) -> Message:
            store.conversations.write(message.id, text, state)
            written = replace(message, text=text, state=state)
            if state is not MessageState.STREAMING:
                self._index(store, written)
            return written

        return self.store.write(work)

    def mend(self) -> int:
        """Close replies that an earlier end of the app cut off; how many there were. Idempotent."""

        def work(store: Store) -> int:
            torn = store.conversations.unfinished()
            for message in torn:
                store.conversations.write(message.id, message.text, MessageState.INTERRUPTED)
                self._index(store, message)
            return len(torn)

        return self.store.write(work)

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

    def refuse_while_paused(self) -> None:
        """Raise InputError while memory is paused."""
        if self.paused:
            raise InputError(
                "Memory is paused, so nothing is kept. End the pause in the settings or the tray, then try again."
            )

    def _add(self, store: Store, messages: Iterable[NewMessage]) -> list[Message]:
        stored = []
        for message in messages:
            here = message if message.place is not None else replace(message, place=self._place(store, message))
            stored.append(store.conversations.add(here))
            if message.state is not MessageState.STREAMING:
                self._index(store, stored[-1])
        return stored

    def _place(self, store: Store, message: NewMessage) -> Place:
        """Here, in the space in which its conversation goes on."""
        talk = store.conversations.get(message.conversation_id)
        return replace(self.here, space=talk.space if talk is not None else self.here.space)

    def _index(self, store: Store, message: Message) -> None:
        self._embedding.behind = True
        store.spans.remove_of(message.id)
        for span in self._segment([message]):
            words = message.text[span.start : span.end]
            store.entities.add(store.spans.add(span, message.speaker, words), names_in(words), heading(words))
        read_message(store, message)


def _facts(store: Store, where: Filter | None) -> Facts:
    """The facts of the space that a filter keeps to."""
    return store.facts.inside(where.space if where is not None else None)


def _known(store: Store, text: str, now: datetime, where: Filter | None) -> FactAnswer | None:
    """The fact that a question asks for. A fact has no app, device or time that a filter could keep to."""
    if where is not None and not where.space_alone:
        return None
    return answer_from(text, now, _facts(store, where))


def clean(text: str) -> str:
    """Text as it can be stored. Raises InputError when nothing is left of it."""
    text = storable(text)
    if not text.strip():
        raise InputError("The message is empty. Write something first.")
    return text


def title_of(text: str) -> str:
    """A title from the first words of a conversation."""
    line = " ".join(text.lstrip()[: 4 * _TITLE_LENGTH].split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
