"""What is known as fact: what holds now, what held before, and the words each rests on."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.core.clock import Clock
from app.core.facts import Fact
from app.ui.engine import Engine
from app.ui.memory.bulk import Bulk
from app.ui.memory.fact_card import FactCard
from app.ui.memory.space_choice import SpaceChoice
from app.ui.tasks import Tasks
from app.ui.widgets import empty, label, link, named, scrolled, search_field

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant

_AT_ONCE = 40
Slot = tuple[list[Fact], str]


class FactsView(Bulk):
    """A card for each thing that is known, with its history."""

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, where: SpaceChoice) -> None:
        super().__init__(engine, tasks, clock, where)
        self._most = _AT_ONCE
        self.chosen: dict[int, Fact] = {}
        self.search = search_field(self.tr("Search facts"))
        self.search.textChanged.connect(lambda _: self.refresh())
        inside = named(QWidget(), "plain")
        self.page = QVBoxLayout(inside)
        self.page.setContentsMargins(0, 0, 8, 0)
        self.page.setSpacing(8)
        self.drop = QPushButton(self.tr("Remove"))
        self.drop.setToolTip(self.tr("They count no more; the words they were read from stay"))
        self.drop.clicked.connect(lambda _: self._remove(list(self.chosen)))
        self.deeds.put_first(self.drop)
        self.column.addWidget(self.search)
        self.column.addWidget(scrolled(inside), 1)
        for part in (self.sure, self.said, self.deeds):
            self.column.addWidget(part)
        self._offer()

    def refresh(self) -> None:
        """Read what is known."""
        about, space = self.search.text().strip(), self.where.space

        def work(assistant: Assistant) -> list[Slot]:
            return slots(assistant, about, space)

        self._ask_newest(work, self._show)

    def chosen_messages(self) -> list[int]:
        return sorted({source.message_id for fact in self.chosen.values() for source in fact.sources})

    def _show(self, found: list[Slot]) -> None:
        there = {fact.id: fact for facts, _ in found for fact in facts}
        self.chosen = {key: there[key] for key in self.chosen if key in there}
        self._offer()
        empty(self.page)
        nothing = self.tr("Nothing is known as fact yet. Tell a chat something like “My sister Anna lives in Bergen”.")
        none = self.tr("No fact has these words. Try the name of a person or a thing.")
        elsewhere = self.tr("Nothing is known as fact in this space yet. “All spaces” at the top shows the others.")
        if not found:
            usual = nothing if self.where.space is None else elsewhere
            self.page.addWidget(label(none if self.search.text().strip() else usual))
        now = self._clock.now()
        for facts, space in found[: self._most]:
            self.page.addWidget(self._card(FactCard(facts, space, now, self.chosen)))
        if len(found) > self._most:
            more = link(self.tr("More"))
            more.clicked.connect(self._more)
            self.page.addWidget(more)
        self.page.addStretch(1)

    def _card(self, card: FactCard) -> FactCard:
        card.open_wanted.connect(self._open)
        card.corrected.connect(self._correct)
        card.removed.connect(self._remove_one)
        card.ticked.connect(self._tick)
        return card

    def _more(self) -> None:
        self._most += _AT_ONCE
        self.refresh()

    def _tick(self, fact: Fact, on: bool) -> None:
        if on:
            self.chosen[fact.id] = fact
        else:
            self.chosen.pop(fact.id, None)
        self.sure.hide()
        self._offer()

    def _offer(self) -> None:
        """What can be done with what is chosen."""
        self.deeds.show_chosen(len(self.chosen))
        self.drop.setEnabled(bool(self.chosen))

    def _open(self, fact: Fact) -> None:
        message = fact.sources[-1].message_id

        def work(assistant: Assistant) -> int:
            return assistant.store.call(lambda store: store.conversations.message(message).conversation_id)

        self._ask(work, lambda talk: self.opened.emit(talk, message))

    def _correct(self, fact: Fact, value: str) -> None:
        words = self.tr("Set right: your words stand above whatever is read.")
        self._ask(lambda assistant: assistant.memory.facts.correct(fact.id, value), lambda _: self._did(words))

    def _remove_one(self, fact: Fact) -> None:
        self._remove([fact.id])

    def _remove(self, ids: list[int]) -> None:
        words = self.tr("Taken back. The words it was read from stay.")
        self._ask(lambda assistant: assistant.memory.facts.drop(ids), lambda change: self._did(words, change))

    def _merge(self) -> None:
        ids, words = list(self.chosen), self.tr("Merged into the one that was chosen first.")
        self.chosen = {}
        self._ask(lambda assistant: assistant.memory.facts.merge(ids), lambda change: self._did(words, change))


def slots(assistant: Assistant, about: str, space: str | None = None) -> list[Slot]:
    """What is known, a list for each attribute with its history in order of time; the newest told first. Each space
    has its own; `space` keeps to one."""
    found: list[Slot] = []
    names = [one.name for one in assistant.store.call(lambda store: store.spaces.all())]
    for name in ("", *names) if space is None else (space,):
        facts = assistant.memory.facts.read(about=about, past=True, space=name)
        groups = groupby(facts, key=lambda fact: (fact.subject, fact.attribute))
        found += [(list(group), name) for _, group in groups]
    return sorted(found, key=lambda slot: _told_at(slot[0]), reverse=True)


def _told_at(facts: list[Fact]) -> datetime:
    return max(source.said_at for fact in facts for source in fact.sources)
