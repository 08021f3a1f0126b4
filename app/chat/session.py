"""A conversation with the model, turn by turn."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace

from app.chat.attached import Attached
from app.chat.events import Answered, Recalled, Stored, TurnEvent, Words
from app.chat.history import History
from app.chat.noting import ASKED_AT_MOST, Ahead, Noter, ids
from app.chat.prompt import Turn, build, shorten, system_prompt
from app.chat.replying import Reply
from app.chat.working_memory import WorkingMemory
from app.core.clock import Clock
from app.core.documents import Document
from app.core.errors import ContextOverflow, MnemeError, StoreError
from app.core.phrase import form
from app.core.settings import Settings
from app.core.text import ends_sentence
from app.core.types import (
    Filter,
    Message,
    MessageState,
    Mode,
    ModelInfo,
    PromptMessage,
    Recall,
    Role,
    Sampling,
    Space,
    Verdict,
    is_private,
)
from app.memory.engine import Memory
from app.memory.private import PrivateTalks
from app.memory.recording import clean
from app.memory.talks import KeptTalks, Talks
from app.runtime.protocols import ChatModel, Done, Page, Piece, Working

_AHEAD_AT_MOST = 1_000  # characters of what is being written; longer texts are mostly pasted
_LIVELY = 0.7  # the temperature of another reply to the same question
_GONE = form("This conversation is no longer there. Start a new one; your text is still in the field.")


class Session:
    """Answers one question at a time. `ask` and `answer` run on the caller's thread, never the UI's."""

    def __init__(
        self,
        memory: Memory,
        model: ChatModel,
        settings: Settings,
        clock: Clock,
        meaning_wait_s: float,
        waiting: AbstractContextManager[object] | None = None,
        working: WorkingMemory | None = None,
    ) -> None:
        """`waiting` is entered while somebody waits for an answer, so that background work makes way."""
        self._memory = memory
        self._kept = KeptTalks(memory, clock)
        self.private = PrivateTalks(memory)
        self._model = model
        self._clock = clock
        self._meaning_wait_s = meaning_wait_s
        self._planning = threading.Lock()
        self._answering = False
        self._ahead: Ahead | None = None
        self.everywhere = False  # whether replies recall what was said in other spaces, too
        self._waiting = waiting or nullcontext()
        self._stopping = threading.Event()
        self.settings = settings
        self.working = working or WorkingMemory(memory.store, None, clock, lambda: self.settings)
        self._attached = Attached(memory, model)
        self._past = History(model, self.working, self.talks, self._system)
        self._noter = Noter(model, self.working.pager, lambda: self.settings)

    def space_of(self, conversation_id: int) -> Space | None:
        """The space that a conversation goes on in, or a new one (0) would; None where it is in none."""
        if not conversation_id:
            return self._memory.store.call(lambda store: store.spaces.find(self._memory.here.space))
        if is_private(conversation_id):
            talk = self.private.get(conversation_id)
            return self._memory.store.call(lambda store: store.spaces.find(talk.space)) if talk else None
        return self._memory.store.call(lambda store: store.spaces.of_conversation(conversation_id))

    def _system(self, conversation_id: int) -> str:
        """The fixed prefix of a conversation's prompts, with the persona of its space."""
        space = self.space_of(conversation_id)
        return "\n\n".join(part for part in (system_prompt(), space.persona.strip() if space else "") if part)

    def _scope(self, conversation_id: int) -> Filter | None:
        """What recall in a conversation keeps to: its own space, unless it is to look everywhere, or there is none."""
        if self.everywhere or not self._memory.store.call(lambda store: store.spaces.any()):
            return None
        space = self.space_of(conversation_id)
        return Filter(space=space.name if space is not None else "")

    def _sampling(self, conversation_id: int, context: int) -> Sampling:
        """How replies in a conversation are drawn: as its space says, else as the settings do."""
        usual, space = self.settings.sampling, self.space_of(conversation_id)
        longest = self._reply_tokens(context)
        if space is None:
            return replace(usual, max_tokens=longest)
        return replace(
            usual,
            temperature=usual.temperature if space.temperature is None else space.temperature,
            top_p=usual.top_p if space.top_p is None else space.top_p,
            max_tokens=longest if space.max_reply_tokens is None else min(space.max_reply_tokens, context // 4),
        )

    def ask(
        self,
        text: str,
        conversation_id: int | None = None,
        mode: Mode = Mode.REMEMBER,
        documents: Sequence[int] = (),
    ) -> Iterator[TurnEvent]:
        """Store the question, then answer it. `mode` is for a new conversation, `documents` are handed over with it.

        What is not to be remembered is not stored: its conversation is a private one, also where it goes on from a
        stored one whose mode was changed, or while memory is paused. Raises InputError for an empty message, StoreError
        when it could not be stored, ModelError when the model fails; what was said until then is kept.
        """
        with self._turn():
            stored = self._store(clean(text), conversation_id, mode)
            self._attached.attach(stored.message, documents)
            yield stored
            yield from self._answer(stored.message)

    def ask_otherwise(self, message: Message, text: str) -> Iterator[TurnEvent]:
        """Put another version beside a message of the user's, and answer that; both stay, each with what followed.

        Raises as `ask` does.
        """
        with self._turn():
            key = self._private_if_wanted(message.conversation_id)
            stored = self.talks(key).say_otherwise(
                replace(message, conversation_id=key), clean(text), self._clock.now()
            )
            if stored is None:
                raise StoreError(_GONE)
            yield Stored(*stored)
            yield from self._answer(stored[1])

    def answer(self, question: Message, *, anew: bool = False) -> Iterator[TurnEvent]:
        """Answer a stored question, also one whose reply failed before. `anew`: another reply is there and stays beside
        this one, which is to differ, unless replies are always to be the same."""
        with self._turn():
            yield from self._answer(question, anew=anew)

    def prepare(self, text: str, conversation_id: int | None = None) -> int:
        """Recall for a question that is still being written, and let the model read what it will be shown.

        Nothing is written, and nothing waits for it: it ends at once when a question is asked, and where the model is
        not loaded, or memory is not to be used, or the talk would be another (a stored one that became private), it
        does nothing. How many tokens were read. Errors are left to the question itself. Blocking: not for the UI
        thread.
        """
        text, info = text.strip(), self._model.info
        if not text or len(text) > _AHEAD_AT_MOST or info is None or not info.shiftable or self.settings.pause:
            return 0
        question = Message(conversation_id or 0, Role.USER, text, self._clock.now())
        with suppress(MnemeError):
            if self._stays(conversation_id) and (planned := self._plan_ahead(question, info)) is not None:
                return self._model.read_ahead(*planned)
        return 0

    def _plan_ahead(self, question: Message, info: ModelInfo) -> tuple[list[PromptMessage], Working] | None:
        """The prompt that a question would have, and what of it is known; None while an answer is under way."""
        with self._planning:
            if self._answering:
                return None
            turns, working, recall = self._laid_out(question, Turn(question, question.text), info, 0.0)
            page = working.pages[0] if working.pages else None
            where = self._scope(question.conversation_id)
            self._ahead = Ahead(question.conversation_id, question.text, ids(turns[:-1]), where, recall, page)
            return build(self._system(question.conversation_id), turns), replace(
                working, ended=ends_sentence(question.text)
            )

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """While somebody waits for an answer."""
        self._stopping.clear()
        self._answering = True
        try:
            with self._waiting:
                yield
        finally:
            self._answering = False

    def _answer(self, question: Message, *, anew: bool = False) -> Iterator[TurnEvent]:
        info = self._model.load()
        newest = Turn(question, self._past.fit(question, info.context))
        with self._planning:
            turns, working, recall = self._laid_out(question, newest, info, self._meaning_wait_s)
            self._ahead = None
        self.talks(question.conversation_id).note_recall(question.id, recall, self._clock.now())
        yield Recalled(recall.hits, recall.by_meaning, recall.verdict)
        sampling = self._sampling(question.conversation_id, info.context)
        yield from self._stream(turns, working, info, _livelier(sampling) if anew else sampling)

    def _laid_out(
        self, question: Message, newest: Turn, info: ModelInfo, wait_s: float
    ) -> tuple[list[Turn], Working, Recall]:
        """The turns of the prompt with what was recalled for the newest, and what of them is known."""
        talk = question.conversation_id
        documents = self._attached.of(question, self.talks(talk).off(question)) if question.id else {}
        spare = self._noter.room(info.context) + self._reply_tokens(info.context)
        spare += self._attached.room(info.context) if documents else 0
        history, some_left = self._past.window(question, newest, info, spare)
        page: Page | None = None
        recall = Recall(question.text, (), by_meaning=False)
        if self._reads(talk):
            where, ahead = self._scope(talk), self._ahead
            serves = ahead is not None and not documents and ahead.serves(talk, ids(history), where)
            recall, page = self._noter.notes(
                self.talks(talk), question, history, info, wait_s, where, ahead if serves else None
            )
        if documents:
            recall = self._with_passages(recall, documents, history, info)
        working = Working(
            talk,
            self.working.saved(talk, info) if talk else None,
            (page,) if page is not None else (),
            may_cut=some_left,
            asked="" if is_private(question.id) else newest.text,
        )
        return [*history, replace(newest, hits=recall.hits, verdict=recall.verdict)], working, recall

    def stop(self) -> None:
        """End the reply that is streaming; what it said so far is kept."""
        self._stopping.set()
        self._model.stop()

    def forget(self, message_ids: Collection[int]) -> None:
        """Drop what is held in memory of messages that were erased."""
        self._ahead = None
        self._past.forget(message_ids)
        self.working.forget()
        self.private.forget(message_ids)

    def talks(self, conversation_id: int) -> Talks:
        """Where a conversation is held: in the store, or in this process alone."""
        return self.private if is_private(conversation_id) else self._kept

    def _store(self, text: str, conversation_id: int | None, mode: Mode) -> Stored:
        now = self._clock.now()
        self.private.paused = self.settings.pause
        if conversation_id is None:
            if self.settings.pause or mode is not Mode.REMEMBER:
                return Stored(*self.private.begin(text, now, Mode.OFF if self.settings.pause else mode))
            return Stored(*self._kept.begin(text, now))
        conversation_id = self._private_if_wanted(conversation_id)
        if (stored := self.talks(conversation_id).go_on(conversation_id, text, now)) is None:
            raise StoreError(_GONE)
        return Stored(*stored)

    def _private_if_wanted(self, conversation_id: int) -> int:
        """The conversation itself, or a private one that goes on from it where it is not to be remembered."""
        if is_private(conversation_id):
            return conversation_id
        kept = self._memory.store.call(lambda store: store.conversations.get(conversation_id))
        if kept is None or (kept.mode is Mode.REMEMBER and not self.settings.pause):
            return conversation_id
        mode = Mode.OFF if self.settings.pause else kept.mode
        return self.private.open(mode, self._clock.now(), kept.title, kept.id).id

    def _stays(self, conversation_id: int | None) -> bool:
        """Whether what is said next is said in this very conversation."""
        if conversation_id is None or is_private(conversation_id):
            return True
        kept = self._memory.store.call(lambda store: store.conversations.get(conversation_id))
        return kept is not None and kept.mode is Mode.REMEMBER

    def _reply_tokens(self, context: int) -> int:
        """The model may hold less than the settings ask for: the reply then gets a quarter of what it holds."""
        return min(self.settings.max_reply_tokens, context // 4)

    def _with_passages(
        self, recall: Recall, documents: dict[Document, bool], history: Sequence[Turn], info: ModelInfo
    ) -> Recall:
        """What was recalled, after the passages of attached documents that bear on the question."""
        already = {hit.span.id for turn in history for hit in turn.hits}
        room, text = self._attached.room(info.context), shorten(recall.query, ASKED_AT_MOST)
        passages = self._attached.passages(text, documents, room, already, self._meaning_wait_s)
        known = {hit.span.id for hit in passages}
        rest = [hit for hit in recall.hits if hit.span.id not in known]
        return replace(recall, hits=(*passages, *rest), verdict=recall.verdict if rest else Verdict())

    def _reads(self, conversation_id: int) -> bool:
        """Whether replies in a conversation may use memory."""
        if self.settings.pause or not self.settings.recall:
            return False
        return not is_private(conversation_id) or self.private.reads(conversation_id)

    def _stream(
        self, turns: Sequence[Turn], working: Working, info: ModelInfo, sampling: Sampling
    ) -> Iterator[TurnEvent]:
        question = turns[-1].message
        reply = Reply(self.talks(question.conversation_id), question, info.name)
        self.working.note(question.conversation_id, turns)
        try:
            for event in self._model.reply(build(self._system(question.conversation_id), turns), sampling, working):
                if self._stopping.is_set():
                    self._model.stop()
                if isinstance(event, Piece):
                    reply.add(event.text, self._clock)
                    yield Words(event.text)
                elif isinstance(event, Done):
                    state = MessageState.STOPPED if event.stopped else MessageState.COMPLETE
                    written = self._closed(question, reply.close(state))
                    self.working.answered(info, question, written, event)
                    yield Answered(written, event.stats)
                else:
                    yield event
        except ContextOverflow:
            raise ContextOverflow(
                "This conversation and its notes are longer than the model can hold. Start a new chat, or set a "
                "larger context; nothing is lost, and the new chat remembers this one."
            ) from None
        finally:
            reply.close_if_torn()

    def _closed(self, question: Message, reply: Message | None) -> Message | None:
        """The reply, once it is noted which memories it used."""
        if reply is not None:
            self.talks(question.conversation_id).note_cited(question, reply)
        return reply


def _livelier(sampling: Sampling) -> Sampling:
    """So that another reply differs; a temperature of 0 asks for the same."""
    return replace(sampling, temperature=max(sampling.temperature, _LIVELY)) if sampling.temperature else sampling
