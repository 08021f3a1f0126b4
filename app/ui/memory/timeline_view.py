"""The timeline of episodes, some weeks at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.clock import Clock
from app.ui.engine import Engine
from app.ui.memory.days import Day, days_of
from app.ui.memory.section import Section
from app.ui.memory.space_choice import SpaceChoice
from app.ui.memory.timeline import Timeline
from app.ui.tasks import Tasks
from app.ui.widgets import label, link, named, scrolled

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant

_DAYS = 40


class TimelineView(Section):
    """Shows the newest days on which anything was said, and earlier ones on demand."""

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, where: SpaceChoice) -> None:
        super().__init__(engine, tasks, clock, where)
        self._most = _DAYS
        self.timeline = Timeline()
        self.timeline.opened.connect(self.opened)
        self.earlier = link(self.tr("Earlier"))
        self.earlier.clicked.connect(self._earlier)
        self.hint = label()
        inside = self._inside = named(QWidget(), "plain")
        page = QVBoxLayout(inside)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self.timeline)
        row = QHBoxLayout()
        row.addWidget(self.earlier)
        row.addStretch(1)
        page.addLayout(row)
        page.addStretch(1)
        self._area = scrolled(inside)
        self.timeline.looked_at.connect(self._show_episode)
        self.column.addWidget(self.hint)
        self.column.addWidget(self._area, 1)

    def refresh(self) -> None:
        """Read the newest days."""
        most, space = self._most, self.where.space

        def work(assistant: Assistant) -> tuple[list[Day], bool]:
            days = assistant.store.call(lambda store: store.overview.days(space))
            if not days:
                return [], False
            first, last = days[min(most, len(days)) - 1][0], days[0][0]
            since, until = _midnight(first), _midnight(last) + timedelta(days=1)
            stretches, curve = assistant.store.call(
                lambda store: (
                    store.overview.stretches(since, until, space=space),
                    store.overview.curve(since, until, space),
                )
            )
            return days_of(stretches, curve), len(days) > most

        self._ask_newest(work, self._show)

    def _show(self, found: tuple[list[Day], bool]) -> None:
        days, more = found
        self.timeline.show_days(days, self._clock.now())
        self.earlier.setVisible(more)
        usual = self.tr(
            "A band is an episode: as wide as there was talk, paler the less of it is left. "
            "The line above is how surprising the words were; a tick is where one episode ends and the next begins."
        )
        nothing = self.tr("There are no episodes yet. They are made a few minutes after something was said.")
        elsewhere = self.tr("There are no episodes in this space yet. “All spaces” at the top shows the others.")
        self.hint.setText(usual if days else nothing if self.where.space is None else elsewhere)

    def _earlier(self) -> None:
        self._most += _DAYS
        self.refresh()

    def _show_episode(self, area: QRect) -> None:
        point = self.timeline.mapTo(self._inside, area.center())
        self._area.ensureVisible(point.x(), point.y(), 40, 60)


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
