"""Which memories stand beside a question: those that bear on it, fit, and do not stand in the prompt already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from app.chat.paging import Pager
from app.chat.prompt import Turn, heading, in_order, noted, shorten
from app.core.settings import Settings
from app.core.types import Filter, Hit, Message, ModelInfo, Recall
from app.memory.recall.choose import within, worth_showing
from app.memory.talks import Talks
from app.runtime.protocols import ChatModel, Page

_RECALLED = 12
ASKED_AT_MOST = 2_000
"""Characters of a long paste that recall looks at."""
_AROUND_NOTES = 32  # tokens of the lines between the notes and the question
_ASKS = ("?", "？", "؟")
_MISSING = 0.1  # the share of the words of what is told that need not have been seen
_BEHIND = 2
"""How many of the strongest notes are still read behind what was read ahead. On LoCoMo's questions, seen without their
last word, two bring as much evidence as all that were chosen, at half of what is read while somebody waits."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the model has read for a question that was still being written. `conversation` is 0 for a new one."""

    conversation: int
    text: str
    history: tuple[int, ...]
    where: Filter | None
    recall: Recall
    page: Page | None

    def serves(self, conversation: int, history: tuple[int, ...], where: Filter | None) -> bool:
        """Whether it was for this conversation as it stands, or for a new one as this may be, and kept to its space."""
        return self.conversation in (0, conversation) and self.history == history and self.where == where

    def all_but_said(self, text: str) -> bool:
        """Whether a text is what was seen, or tells (asks nothing) and only its last words were missing.

        In what is told at some length, a word in ten hardly changes what it is about; in a question it may be all.
        """
        if text == self.text:
            return True
        missing = len(text.split()) - len(self.text.split())
        tells = not text.rstrip().endswith(_ASKS) and text.startswith(self.text)
        return tells and missing <= len(text.split()) * _MISSING


def ids(turns: Iterable[Turn]) -> tuple[int, ...]:
    """The messages of turns."""
    return tuple(turn.message.id for turn in turns)


class Noter:
    """Chooses notes for one turn at a time. Thread-safe as the store is."""

    def __init__(self, model: ChatModel, pager: Pager, settings: Callable[[], Settings]) -> None:
        self._model = model
        self._pager = pager
        self._settings = settings

    def room(self, context: int) -> int:
        """Tokens that notes may take, and an episode that comes whole, or what was read ahead."""
        return self._most(context) * 3

    def notes(
        self,
        talks: Talks,
        question: Message,
        history: Sequence[Turn],
        info: ModelInfo,
        wait_s: float,
        where: Filter | None,
        ahead: Ahead | None = None,
    ) -> tuple[Recall, Page | None]:
        """Memories that fit the budget; one may come with its whole episode, where the state of that is at hand.

        `where` is what recall keeps to, `wait_s` how long it waits for an embedder that is still loading. What was read
        `ahead` stays in front, as long as enough of it still bears on the question.
        """
        budget = self._most(info.context) - _AROUND_NOTES
        if budget <= 0:
            return Recall(question.text, (), by_meaning=False), None
        if ahead is not None and ahead.all_but_said(question.text):
            return ahead.recall, ahead.page
        stands = [turn.message for turn in history] + ([question] if question.id else [])
        visible = {message.id for message in stands} | set(talks.off(stands[-1]) if stands else ())
        already = {hit.span.id for turn in history for hit in turn.hits}
        text = shorten(question.text, ASKED_AT_MOST)
        found = talks.recall(text, _RECALLED, without=visible, wait_s=wait_s, strict=True, where=where)
        hits = [hit for hit in worth_showing(found.hits, question.text) if hit.span.id not in already]
        cost = self._costs(hits)
        chosen = in_order(within(hits, budget, lambda hit: cost[hit.span.id]))
        if ahead is not None and (kept := behind(ahead.recall.hits, chosen, hits)) is not None:
            return replace(found, hits=tuple(kept)), ahead.page
        told = {hit.span.first_message_id for turn in history for hit in turn.hits}
        room = self._most(info.context) * 2
        shown, page = self._pager.plan(chosen, visible | told, room, lambda hit: cost[hit.span.id], info, where)
        return replace(found, hits=tuple(shown)), page

    def _most(self, context: int) -> int:
        return min(self._settings().recall_tokens, context // 8)

    def _costs(self, hits: Sequence[Hit]) -> dict[int, int]:
        """Tokens of each note, by span."""
        prices = self._model.count_tokens([f"{heading(hit.span)}\n{noted(hit)}" for hit in hits]) if hits else []
        return {hit.span.id: tokens + 1 for hit, tokens in zip(hits, prices, strict=True)}


def behind(ahead: Sequence[Hit], chosen: Sequence[Hit], ranked: Sequence[Hit]) -> list[Hit] | None:
    """What was read ahead, with those of the chosen behind it that are among the strongest of all that was `ranked`.

    None where nothing that was read ahead is still chosen. Pure.
    """
    wanted, known = {hit.span.id for hit in chosen}, {hit.span.id for hit in ahead}
    if not wanted & known:
        return None
    strongest = {hit.span.id for hit in ranked[:_BEHIND]} - known
    return [*ahead, *(hit for hit in chosen if hit.span.id in strongest)]
