"""The earlier turns of a conversation, as far as they stand in the prompt."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence

from app.chat.eviction import exchanges, leaving
from app.chat.prompt import PER_MESSAGE, Turn, first_kept, render, shorten
from app.chat.working_memory import Seen, WorkingMemory
from app.core.types import Message, ModelInfo, Role, Verdict
from app.memory.talks import Talks
from app.runtime.protocols import ChatModel

_CHARACTERS_PER_TOKEN = 3
_CHARACTERS_AT_MOST = 8  # per token: no history that fits is longer
_NOTED = 1
"""Questions before the newest whose notes stay, for what follows up. Attention runs over all that stands in the prompt,
for every token: what is of no use any more costs time."""


class History:
    """Chooses which turns stay; those that leave are gone from the prompt, never from the store."""

    def __init__(
        self, model: ChatModel, working: WorkingMemory, talks: Callable[[int], Talks], system: Callable[[int], str]
    ) -> None:
        """`system` gives the fixed prefix of a conversation's prompts."""
        self._model = model
        self._working = working
        self._talks = talks
        self._system = system
        self._fitted: dict[int, str] = {}  # message -> as much of its text as fits

    def window(self, question: Message, newest: Turn, info: ModelInfo, spare: int) -> tuple[list[Turn], bool]:
        """The earlier turns that stay in the prompt, where `spare` tokens must stay free for notes and the reply; and
        whether something has left it just now and the rest goes on from what is held.

        Where the model's memory can be cut, the notes of older turns leave, and whole episodes, those first that would
        be missed least; where it cannot, everything behind a gap is read again, and the oldest leave together.
        """
        seen = self._working.seen(question.conversation_id, info)
        history = self._turns(question, info.context, seen.left)
        if not history:
            return [], False
        goes_on = seen.goes_on([turn.message.id for turn in history])
        if info.shiftable:
            history = self._without_old_notes(history, seen, goes_on and bool(seen.path))
        texts = [self._system(question.conversation_id), newest.text, *map(render, history)]
        fixed, asked, *costs = (tokens + PER_MESSAGE for tokens in self._model.count_tokens(texts))
        gone = self._gone(question, history, costs, info.context - fixed - asked - spare - PER_MESSAGE, info.shiftable)
        seen.left |= {history[turn].message.id for turn in gone}
        seen.leaving = seen.leaving or bool(gone)
        return [turn for place, turn in enumerate(history) if place not in gone], seen.leaving and goes_on

    def fit(self, message: Message, context: int) -> str:
        """As much of a message as a third of the context holds; the same for ever, so that caches hold."""
        if message.id not in self._fitted:
            limit, characters = context // 3, context * _CHARACTERS_PER_TOKEN // 3
            text = shorten(message.text, characters)
            while self._model.count_tokens([text])[0] > limit:
                characters = int(characters * 0.8)
                text = shorten(message.text, characters)
            self._fitted[message.id] = text
        return self._fitted[message.id]

    def forget(self, message_ids: Collection[int]) -> None:
        """Drop what is held of messages that were erased."""
        for key in message_ids:
            self._fitted.pop(key, None)

    @staticmethod
    def _without_old_notes(history: Sequence[Turn], seen: Seen, goes_on: bool) -> list[Turn]:
        """The turns, all but the latest without their notes. What does not go on from what is held, or from a state
        that was saved, keeps one turn's more: those were there when it was last asked."""
        asked = [turn.message.id for turn in history if turn.message.role is Role.USER]
        old = set(asked[: -_NOTED if goes_on else -_NOTED - 1])
        leave = {turn.message.id for turn in history if turn.noted and turn.message.id in old} - seen.bare
        seen.bare |= leave
        seen.leaving = seen.leaving or (goes_on and bool(leave))
        return [turn.without_notes() if turn.message.id in seen.bare else turn for turn in history]

    def _gone(
        self, question: Message, history: Sequence[Turn], costs: Sequence[int], budget: int, shiftable: bool
    ) -> set[int]:
        """The turns that leave now, by place."""
        if sum(costs) <= budget:
            return set()
        messages = [turn.message for turn in history]
        if not shiftable:
            start = first_kept(costs, budget, 0)
            while start < len(history) and messages[start].role is not Role.USER:
                start += 1
            return set(range(start))
        talk = question.conversation_id
        groups = exchanges([message.role is Role.USER for message in messages], self._working.episodes(talk, messages))
        values = self._working.values(talk, [[messages[turn] for turn in group] for group in groups])
        return leaving(costs, groups, values, budget)

    def _turns(self, question: Message, context: int, left: set[int]) -> list[Turn]:
        """The turns before the question (all, where it is not stored yet) that have not left, each with what was
        recalled for it then. What is more than ever fits leaves unseen."""
        talks = self._talks(question.conversation_id)
        thread = talks.thread(question.conversation_id, question.id)
        room = context * _CHARACTERS_AT_MOST
        earlier: list[Message] = []
        before = question.id or sys.maxsize
        for message in reversed([m for m in thread if m.id < before and m.id not in left and m.text.strip()]):
            room -= min(len(message.text), context)
            if room < 0:
                left.update(m.id for m in thread if m.id <= message.id)
                break
            earlier.insert(0, message)
        ids = [m.id for m in earlier]
        shown, verdicts = talks.shown(ids), talks.verdicts(ids)
        return [
            Turn(m, self.fit(m, context), tuple(shown.get(m.id, ())), verdicts.get(m.id, Verdict())) for m in earlier
        ]
