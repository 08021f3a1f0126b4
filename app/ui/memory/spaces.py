"""Spaces in the window: the bar above the conversations, and the panel in which one is edited, built when wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from PySide6.QtCore import QObject, QSettings, Signal

from app.core.types import Space
from app.ui.commands import Commands
from app.ui.engine import Engine
from app.ui.memory.page import MemoryPage
from app.ui.memory.space_bar import SpaceBar
from app.ui.memory.space_panel import SpacePanel
from app.ui.panels import Views
from app.ui.tasks import Tasks


class Spaces(QObject):
    """Owns bar and panel. `changed` says that conversations are to be listed anew."""

    changed = Signal()

    def __init__(
        self, engine: Engine, tasks: Tasks, state: QSettings, views: Views, current: Callable[[], int | None]
    ) -> None:
        """`current` gives the conversation that is open."""
        super().__init__()
        self._engine, self._tasks, self._views = engine, tasks, views
        self._panel: SpacePanel | None = None
        self.bar = SpaceBar(engine, tasks, state, current)
        self.bar.changed.connect(self.changed)
        self.bar.edit_wanted.connect(self.edit)

    @property
    def shown(self) -> str | None:
        """The space whose conversations are listed: None for all, "" for what is in none."""
        return self.bar.space

    def add_commands(self, commands: Commands) -> None:
        """Spaces and the views of memory by name, for the palette and the shortcuts editor."""
        group = self.tr("Memory")
        commands.add("space.choose", self.tr("Choose a space"), "Ctrl+Shift+S", self.bar.button.showMenu, group)
        for name, words in (
            ("browse", self.tr("Memories")),
            ("facts", self.tr("Facts")),
            ("timeline", self.tr("Timeline of episodes")),
            ("map", self.tr("Map of names")),
            ("fading", self.tr("What fades next week")),
            ("health", self.tr("Health of memory")),
        ):
            commands.add(f"memory.{name}", words, "", partial(self._open, name), group)

    def _open(self, name: str) -> None:
        cast(MemoryPage, self._views.open("memory")).show_view(name)

    def edit(self, space: Space) -> None:
        """Show a space in the side panel, to be changed."""
        self.panel.show_space(space)
        self._views.show_panel(self.panel)

    @property
    def panel(self) -> SpacePanel:
        """The panel, open or not."""
        if self._panel is None:
            self._panel = SpacePanel(self._engine, self._tasks)
            self._panel.changed.connect(self.bar.refresh)
            self._panel.changed.connect(self.changed)
            self._panel.renamed.connect(self.bar.choose)
            self._views.put(self._panel)
        return self._panel
