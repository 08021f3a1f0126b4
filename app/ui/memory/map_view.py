"""A map of who and what is named, and what stands together in memories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout

from app.core.clock import Clock
from app.storage.overview import Seen
from app.ui.engine import Engine
from app.ui.memory.card import Card
from app.ui.memory.map_scene import MapGraphics
from app.ui.memory.memory_list import MemoryModel, MemoryView
from app.ui.memory.section import Section
from app.ui.memory.space_choice import SpaceChoice
from app.ui.tasks import Tasks
from app.ui.widgets import label, named, search_field

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant
    from app.memory.atlas import Atlas

_NAMES = 500


class Aside(Card):
    """What is beside the map, until Esc closes it."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "plain")


class MapView(Section):
    """The map, a field that finds a name on it, and the memories of the name that is chosen."""

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, where: SpaceChoice) -> None:
        super().__init__(engine, tasks, clock, where)
        self.search = search_field(self.tr("Find a name"))
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._choose_found)
        self.graphics = MapGraphics()
        self.graphics.setAccessibleName(self.tr("Map of names"))
        self.graphics.chosen.connect(self._read)
        self.hint = label()
        self.heading = label(name="heading")
        self.model = MemoryModel()
        self.list = MemoryView(self.model)
        self.list.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.list.activated.connect(lambda index: self._open(self.model.at(index.row())))
        self.list.doubleClicked.connect(lambda index: self._open(self.model.at(index.row())))
        self.side = Aside()
        self.side.setFixedWidth(300)
        beside = QVBoxLayout(self.side)
        beside.setContentsMargins(12, 0, 0, 0)
        beside.addWidget(self.heading)
        beside.addWidget(self.list, 1)
        self.side.hide()
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.graphics, 1)
        row.addWidget(self.side)
        self.column.addWidget(self.search)
        self.column.addWidget(self.hint)
        self.column.addLayout(row, 1)

    def refresh(self) -> None:
        """Read what is named, and lay it out off the UI thread."""
        space = self.where.space

        def work(assistant: Assistant) -> Atlas:
            from app.memory.atlas import atlas, drawn

            return drawn(*assistant.store.call(lambda store: atlas(store, _NAMES, space)))

        self._ask_newest(work, self._show)

    def _show(self, found: Atlas) -> None:
        self.graphics.show_atlas(found)
        usual = self.tr(
            "The larger, the more memories name it; what memories name together is joined. Arrow keys go from name to "
            "name, Enter shows its memories, + and − come nearer and go back."
        )
        nothing = self.tr("Nobody and nothing is named yet. Names that you mention in a chat will be here.")
        elsewhere = self.tr("Nobody and nothing is named in this space yet. “All spaces” at the top shows the others.")
        self.hint.setText(usual if found.names else nothing if self.where.space is None else elsewhere)
        self.graphics.setVisible(bool(found.names))
        if not found.names:
            self.side.hide()
        self._find(self.search.text())

    def _find(self, text: str) -> None:
        self.graphics.point_out(text.strip())

    def _choose_found(self) -> None:
        self.graphics.choose_found()

    def _read(self, key: int, name: str) -> None:
        self.heading.setText(name)
        self.side.show()
        now, space = self._clock.now(), self.where.space

        def show(items: list[Seen]) -> None:
            self.model.show_items(items, now)
            self.list.setAccessibleName(self.tr("Memories that name {}").format(name))

        self._ask(lambda assistant: assistant.store.call(lambda store: store.overview.naming(key, space=space)), show)

    def _open(self, item: Seen) -> None:
        self.opened.emit(item.conversation, item.id)
