"""What is known as fact: what holds now, what held before, and the words each rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.core.clock import Clock, full_date
from app.core.facts import Fact, Statement
from app.ui.engine import Engine
from app.ui.memory.section import Section
from app.ui.tasks import Tasks
from app.ui.widgets import empty, label, link, named, scrolled, search_field

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant

_AT_ONCE = 40
_QUOTED = 240
Slot = tuple[list[Fact], str]


class FactsView(Section):
    """A card for each thing that is known, with its history."""

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock) -> None:
        super().__init__(engine, tasks, clock)
        self._most = _AT_ONCE
        self.search = search_field(self.tr("Search facts"))
        self.search.textChanged.connect(lambda _: self.refresh())
        inside = named(QWidget(), "plain")
        self.page = QVBoxLayout(inside)
        self.page.setContentsMargins(0, 0, 8, 0)
        self.page.setSpacing(8)
        self.column.addWidget(self.search)
        self.column.addWidget(scrolled(inside), 1)
        self.column.addWidget(self.said)

    def refresh(self) -> None:
        """Read what is known."""
        about = self.search.text().strip()

        def work(assistant: Assistant) -> list[Slot]:
            return slots(assistant, about)

        self._ask_newest(work, self._show)

    def _show(self, found: list[Slot]) -> None:
        empty(self.page)
        nothing = self.tr("Nothing is known as fact yet. Tell a chat something like “My sister Anna lives in Bergen”.")
        none = self.tr("No fact has these words. Try the name of a person or a thing.")
        if not found:
            self.page.addWidget(label(none if self.search.text().strip() else nothing))
        for facts, space in found[: self._most]:
            self.page.addWidget(self._card(facts, space))
        if len(found) > self._most:
            more = link(self.tr("More"))
            more.clicked.connect(self._more)
            self.page.addWidget(more)
        self.page.addStretch(1)

    def _more(self) -> None:
        self._most += _AT_ONCE
        self.refresh()

    def _card(self, facts: list[Fact], space: str) -> QFrame:
        """What holds now, its source, and what held before."""
        from app.memory.facts.book import told_of

        now = self._clock.now()
        held = [fact for fact in facts if fact.holds_at(now)]
        first = held[0] if held else facts[-1]
        name = f"{told_of(first.subject)} {first.attribute}"
        card = named(QFrame(), "card")
        card.setAccessibleName(name)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        column.addWidget(label(f"{name}{' · ' + space if space else ''}", "date"))
        for fact in held:
            column.addLayout(self._line(fact, name))
            column.addWidget(label(self._since(fact), "muted"))
            column.addWidget(self._quote(fact.sources[-1], name))
        if not held:
            column.addWidget(label(self.tr("Nothing holds now."), "value"))
        before = [fact for fact in reversed(facts) if fact not in held]
        if before:
            column.addSpacing(4)
            column.addWidget(label(self.tr("Before"), "role"))
        for fact in before:
            column.addLayout(self._line(fact, name, past=True))
        return card

    def _line(self, fact: Fact, name: str, *, past: bool = False) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        words = f"{fact.value} · {_period(fact)}" if past else fact.value
        value = label(words, "muted" if past else "fact")
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(value, 1)
        row.addWidget(
            self._action(self.tr("Open"), self.tr("Open where it was said: {}"), name, lambda: self._open(fact))
        )
        if not past:
            row.addWidget(self._corrector(fact, name))
        words = self.tr("Remove {}")
        row.addWidget(self._action(self.tr("Remove"), words, f"{name}: {fact.value}", lambda: self._remove(fact)))
        return row

    def _action(self, words: str, accessible: str, name: str, do: Callable[[], None]) -> QPushButton:
        button = link(words)
        button.setAccessibleName(accessible.format(name))
        button.clicked.connect(lambda _=False: do())
        return button

    def _corrector(self, fact: Fact, name: str) -> QWidget:
        """A button that becomes a field."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        field = QLineEdit(fact.value)
        field.setAccessibleName(self.tr("The right value of {}").format(name))
        field.setFixedWidth(220)
        field.hide()
        button = self._action(self.tr("Correct"), self.tr("Correct {}"), name, lambda: _offer(button, field))
        field.returnPressed.connect(lambda: self._correct(fact, field.text()))
        row.addWidget(field)
        row.addWidget(button)
        return holder

    def _since(self, fact: Fact) -> str:
        parts = [self.tr("since {}").format(full_date(fact.valid_from)) if fact.valid_from else ""]
        if fact.valid_to is not None:
            parts.append(self.tr("until {}").format(full_date(fact.valid_to)))
        if fact.by_hand:
            parts.append(self.tr("written by you"))
        elif fact.by_model:
            parts.append(self.tr("read by a model"))
        if len(fact.sources) > 1:
            parts.append(self.tr("said {} times").format(len(fact.sources)))
        if fact.contested_by is not None:
            parts.append(self.tr("later you said: {}").format(fact.contested_by.value))
        return " · ".join(part for part in parts if part)

    def _quote(self, source: Statement, name: str) -> QLabel:
        words = " ".join(source.quote.split())
        words = words if len(words) <= _QUOTED else words[: _QUOTED - 1] + "…"
        quote = label(f"“{words}” · {full_date(source.said_at)}", "value")
        quote.setAccessibleName(self.tr("The words that {} rests on").format(name))
        return quote

    def _open(self, fact: Fact) -> None:
        message = fact.sources[-1].message_id

        def work(assistant: Assistant) -> int:
            return assistant.store.call(lambda store: store.conversations.message(message).conversation_id)

        self._ask(work, lambda talk: self.opened.emit(talk, message))

    def _correct(self, fact: Fact, value: str) -> None:
        words = self.tr("Set right: your words stand above whatever is read.")
        self._ask(lambda assistant: assistant.memory.facts.correct(fact.id, value), lambda _: self._did(words))

    def _remove(self, fact: Fact) -> None:
        words = self.tr("Taken back. The words it was read from stay.")
        statements = [source.id for source in fact.sources]

        def back(assistant: Assistant) -> None:
            for key in statements:
                assistant.memory.facts.restore(key)

        self._ask(lambda assistant: assistant.memory.facts.forget(fact.id), lambda _: self._did(words, back=back))


def slots(assistant: Assistant, about: str) -> list[Slot]:
    """What is known, a list for each attribute with its history in order of time; the newest told first. Each space
    has its own."""
    found: list[Slot] = []
    names = [one.name for one in assistant.store.call(lambda store: store.spaces.all())]
    for space in ("", *names):
        facts = assistant.memory.facts.read(about=about, past=True, space=space)
        groups = groupby(facts, key=lambda fact: (fact.subject, fact.attribute))
        found += [(list(group), space) for _, group in groups]
    return sorted(found, key=lambda slot: _told_at(slot[0]), reverse=True)


def _told_at(facts: list[Fact]) -> datetime:
    return max(source.said_at for fact in facts for source in fact.sources)


def _period(fact: Fact) -> str:
    begun = full_date(fact.valid_from) if fact.valid_from else "…"
    ended = full_date(fact.valid_to) if fact.valid_to else "…"
    return f"{begun} – {ended}"


def _offer(button: QPushButton, field: QLineEdit) -> None:
    button.hide()
    field.show()
    field.setFocus()
    field.selectAll()
