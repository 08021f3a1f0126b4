"""Memory that can be seen and steered: its views under one roof, with a quiet list of them at the left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from app.core.clock import Clock
from app.ui.engine import Engine
from app.ui.error_bar import ErrorBar
from app.ui.memory.bulk import Bulk
from app.ui.memory.section import Section
from app.ui.memory.space_choice import SpaceChoice
from app.ui.tasks import Tasks
from app.ui.widgets import label, link, named

_WHOLE = frozenset({"health"})  # views of the whole store
_NAME = Qt.ItemDataRole.UserRole


class MemoryPage(QWidget):
    """A wide page. `opened` carries a conversation and a message to show; `changed` says that memory
    is another one now. Each view is built when it is first looked at."""

    opened = Signal(int, int)
    changed = Signal()

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, state: QSettings) -> None:
        super().__init__()
        self._engine, self._tasks = engine, tasks
        named(self, "page").setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.where = SpaceChoice(state)
        self.where.changed.connect(self.refresh)
        self._parts = (engine, tasks, clock, self.where)
        self._built: dict[str, Section] = {}
        self._known: dict[str, Callable[[], Section]] = {}
        self.close_button = link(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Back to the conversation"))
        self.sections = named(QListWidget(), "sections")
        self.sections.setAccessibleName(self.tr("Views of memory"))
        self.sections.setFixedWidth(148)
        self.sections.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.stack = QStackedWidget()
        self.errors = ErrorBar(self)
        for name, words, make in self._views():
            item = QListWidgetItem(words)
            item.setData(_NAME, name)
            item.setSizeHint(QSize(0, 36))
            self.sections.addItem(item)
            self._known[name] = make
        self.sections.currentItemChanged.connect(lambda item, _: self._chosen(item))
        heading = QHBoxLayout()
        heading.setContentsMargins(24, 16, 16, 8)
        heading.setSpacing(12)
        heading.addWidget(label(self.tr("Memory"), "welcome"), 1)
        heading.addWidget(self.where)
        heading.addWidget(self.close_button)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sections)
        row.addWidget(self.stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(heading)
        column.addWidget(self.errors)
        column.addLayout(row, 1)
        self.setFocusProxy(self.sections)
        engine.opened.connect(self.refresh)

    def minimumSizeHint(self) -> QSize:
        """Small enough to leave the window its size."""
        return QSize(420, 320)

    def show_view(self, name: str) -> Section:
        """Show a view by its name, built if it is new, with what is so now."""
        if name not in self._built:
            view = self._built[name] = self._known[name]()
            view.opened.connect(self.opened)
            view.failed.connect(self.errors.show_error)
            view.changed.connect(self.changed)
            view.changed.connect(self._read_spaces)
            self.stack.addWidget(view)
        view = self._built[name]
        self.where.setEnabled(name not in _WHOLE)
        self.stack.setCurrentWidget(view)
        row = list(self._known).index(name)
        if self.sections.currentRow() != row:
            self.sections.setCurrentRow(row)
        else:
            view.refresh()
        return view

    @property
    def name(self) -> str:
        """The name of the view that is shown; "" before any is."""
        item = self.sections.currentItem()
        return str(item.data(_NAME)) if item is not None else ""

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.show_view(item.data(_NAME))

    def refresh(self) -> None:
        """Read what is shown anew; the first view, where none is yet."""
        self._read_spaces()
        if not self._built:
            self.show_view("browse")
        elif isinstance(view := self.stack.currentWidget(), Section):
            view.refresh()

    def _read_spaces(self) -> None:
        """Which spaces there are to look at."""
        if (assistant := self._engine.assistant) is not None:
            work = lambda: assistant.store.call(lambda store: [one.name for one in store.spaces.all()])  # noqa: E731
            self._tasks.run(work, self._show_spaces, self.errors.show_error)

    def _show_spaces(self, names: list[str]) -> None:
        self.where.show_names(names)
        for view in self._built.values():
            if isinstance(view, Bulk):
                view.deeds.show_spaces(names)

    def _views(self) -> list[tuple[str, str, Callable[[], Section]]]:
        return [
            ("browse", self.tr("Memories"), self._browser),
            ("facts", self.tr("Facts"), self._facts),
            ("timeline", self.tr("Timeline"), self._timeline),
            ("map", self.tr("Map"), self._map),
            ("fading", self.tr("Fading"), self._fading),
            ("health", self.tr("Health"), self._health),
        ]

    def _browser(self) -> Section:
        from app.ui.memory.browser import Browser

        return Browser(*self._parts)

    def _facts(self) -> Section:
        from app.ui.memory.facts_view import FactsView

        return FactsView(*self._parts)

    def _timeline(self) -> Section:
        from app.ui.memory.timeline_view import TimelineView

        return TimelineView(*self._parts)

    def _map(self) -> Section:
        from app.ui.memory.map_view import MapView

        return MapView(*self._parts)

    def _fading(self) -> Section:
        from app.ui.memory.fading import FadingView

        return FadingView(*self._parts)

    def _health(self) -> Section:
        from app.ui.memory.health_view import HealthView

        return HealthView(*self._parts)
