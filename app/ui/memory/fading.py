"""What fades next week and why, with the way to keep it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.clock import Clock
from app.storage.overview import Seen
from app.ui.engine import Engine
from app.ui.memory.memory_list import left_of
from app.ui.memory.section import Section
from app.ui.memory.space_choice import SpaceChoice
from app.ui.tasks import Tasks
from app.ui.widgets import empty, label, link, named, scrolled
from app.ui.words.dates import friendly_date, weekday

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant

_WEEK = timedelta(days=7)
_MOST = 60
_LETTERS = 220


class FadingView(Section):
    """Episodes by the day on which they begin to fade, or are archived."""

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, where: SpaceChoice) -> None:
        super().__init__(engine, tasks, clock, where)
        inside = named(QWidget(), "plain")
        self.page = QVBoxLayout(inside)
        self.page.setContentsMargins(0, 0, 8, 0)
        self.page.setSpacing(8)
        self.column.addWidget(
            label(self.tr("What nobody needs fades, as with people. What you keep never does, and nothing is deleted."))
        )
        self.column.addWidget(scrolled(inside), 1)
        self.column.addWidget(self.said)

    def refresh(self) -> None:
        """Read what falls within a week."""
        now, space = self._clock.now(), self.where.space

        def work(assistant: Assistant) -> list[Seen]:
            return assistant.store.call(lambda store: store.overview.falling(now, now + _WEEK, _MOST, space))

        self._ask_newest(work, lambda found: self._show(found, now))

    def _show(self, found: list[Seen], now: datetime) -> None:
        empty(self.page)
        if not found:
            self.page.addWidget(label(self.tr("Nothing fades in the coming week.")))
        for day, items in groupby(found, key=lambda item: _falls_at(item, now).astimezone().date()):
            heading = label(weekday(day), "role")
            heading.setContentsMargins(0, 8, 0, 0)
            self.page.addWidget(heading)
            for item in items:
                self.page.addWidget(self._card(item, now))
        self.page.addStretch(1)

    def _card(self, item: Seen, now: datetime) -> QFrame:
        text = " ".join(item.text.split())
        text = text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"
        card = named(QFrame(), "card")
        card.setAccessibleName(self.tr("Fading: {}").format(text[:80]))
        keep = link(self.tr("Keep"))
        keep.setAccessibleName(self.tr("Keep always: {}").format(text[:80]))
        keep.clicked.connect(lambda _=False: self._keep(item))
        show = link(self.tr("Open"))
        show.setAccessibleName(self.tr("Open where it was said: {}").format(text[:80]))
        show.clicked.connect(lambda _=False: self.opened.emit(item.conversation, item.first))
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(label(f"{friendly_date(item.said_at, now)} · {item.title}", "date"), 1)
        top.addWidget(show, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(keep, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(label(text, "value"))
        column.addWidget(label(self.why(item, now)))
        return card

    def why(self, item: Seen, now: datetime) -> str:
        """Why an episode falls: how long it was not used, how often it had been, and how much is left."""
        curve = item.curve
        assert curve is not None and curve.archives_at is not None
        used = friendly_date(curve.used_at, now)
        if curve.uses == 0:
            reason = self.tr("Never needed since {}").format(used)
        else:
            times = self.tr("once") if curve.uses == 1 else self.tr("{} times in all").format(curve.uses)
            reason = self.tr("Last needed {} ({})").format(used, times)
        left = self.tr("{} % of it is left").format(round(100 * left_of(curve, now)))
        archived = curve.archives_at <= now + _WEEK
        then = self.tr("it is archived then") if archived else self.tr("it steps back in recall then")
        return f"{reason} · {left} · {then}"

    def _keep(self, item: Seen) -> None:
        words = self.tr("Kept: it does not fade.")
        self._ask(lambda assistant: assistant.steward.pin([item.first]), lambda change: self._did(words, change))


def _falls_at(item: Seen, now: datetime) -> datetime:
    """When it comes down the next step."""
    curve = item.curve
    assert curve is not None and curve.fades_at is not None and curve.archives_at is not None
    return curve.fades_at if curve.fades_at > now else curve.archives_at
