"""A card for one thing that is known: what holds now, the words it rests on, and what held before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.core.facts import Fact, Statement
from app.ui.widgets import label, link, named
from app.ui.words.dates import full_date

_QUOTED, _BOX = 240, 18


class FactCard(QFrame):
    """`open_wanted`, `removed` carry a fact, `corrected` one and its right value, `ticked` one and whether it is chosen
    for what is done with many."""

    open_wanted = Signal(object)
    removed = Signal(object)
    corrected = Signal(object, str)
    ticked = Signal(object, bool)

    def __init__(self, facts: Sequence[Fact], space: str, now: datetime, chosen: Collection[int]) -> None:
        """`facts` are those of one attribute in order of time, `chosen` the ids of those that are."""
        super().__init__()
        from app.memory.facts.book import told_of

        self._chosen = chosen
        held = [fact for fact in facts if fact.holds_at(now)]
        first = held[0] if held else facts[-1]
        name = self.name = f"{told_of(first.subject)} {first.attribute}"
        named(self, "card").setAccessibleName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        column.addWidget(label(f"{name}{' · ' + space if space else ''}", "date"))
        for fact in held:
            column.addLayout(self._line(fact))
            column.addWidget(label(self._since(fact), "muted"))
            column.addWidget(self._quote(fact.sources[-1]))
        if not held:
            column.addWidget(label(self.tr("Nothing holds now."), "value"))
        before = [fact for fact in reversed(facts) if fact not in held]
        if before:
            column.addSpacing(4)
            column.addWidget(label(self.tr("Before"), "role"))
        for fact in before:
            column.addLayout(self._line(fact, past=True))

    def _line(self, fact: Fact, *, past: bool = False) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        words = f"{fact.value} · {_period(fact)}" if past else fact.value
        value = label(words, "muted" if past else "fact")
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(value, 1)
        row.addWidget(self._action(self.tr("Open"), self.tr("Open where it was said: {}"), lambda: self._open(fact)))
        if not past:
            row.addWidget(self._corrector(fact))
        row.addWidget(self._remover(fact))
        row.addWidget(self._tick(fact))
        return row

    def _tick(self, fact: Fact) -> QCheckBox:
        """A box that chooses a fact."""
        box = QCheckBox()
        box.setFixedWidth(_BOX)  # nothing stands beside it
        box.setChecked(fact.id in self._chosen)
        box.setAccessibleName(self.tr("Choose {}").format(f"{self.name}: {fact.value}"))
        box.setToolTip(self.tr("Choose it, to do something with many"))
        box.toggled.connect(lambda on: self.ticked.emit(fact, on))
        return box

    def _action(self, words: str, accessible: str, do: Callable[[], None]) -> QPushButton:
        button = link(words)
        button.setAccessibleName(accessible.format(self.name))
        button.clicked.connect(lambda _=False: do())
        return button

    def _remover(self, fact: Fact) -> QPushButton:
        button = self._action(self.tr("Remove"), "", lambda: self.removed.emit(fact))
        button.setAccessibleName(self.tr("Remove {}").format(f"{self.name}: {fact.value}"))
        return button

    def _open(self, fact: Fact) -> None:
        self.open_wanted.emit(fact)

    def _corrector(self, fact: Fact) -> QWidget:
        """A button that becomes a field."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        field = QLineEdit(fact.value)
        field.setAccessibleName(self.tr("The right value of {}").format(self.name))
        field.setFixedWidth(220)
        field.hide()
        button = self._action(self.tr("Correct"), self.tr("Correct {}"), lambda: _offer(holder))
        field.returnPressed.connect(lambda: self.corrected.emit(fact, holder.findChildren(QLineEdit)[0].text()))
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

    def _quote(self, source: Statement) -> QLabel:
        words = " ".join(source.quote.split())
        words = words if len(words) <= _QUOTED else words[: _QUOTED - 1] + "…"
        quote = label(f"“{words}” · {full_date(source.said_at)}", "value")
        quote.setAccessibleName(self.tr("The words that {} rests on").format(self.name))
        return quote


def _period(fact: Fact) -> str:
    begun = full_date(fact.valid_from) if fact.valid_from else "…"
    ended = full_date(fact.valid_to) if fact.valid_to else "…"
    return f"{begun} – {ended}"


def _offer(holder: QWidget) -> None:
    """Show the field in the place of the button."""
    holder.findChildren(QPushButton)[0].hide()
    field = holder.findChildren(QLineEdit)[0]
    field.show()
    field.setFocus()
    field.selectAll()
