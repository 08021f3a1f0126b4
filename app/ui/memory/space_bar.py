"""The space that one is in, at the top of the sidebar: choose another, make one, look further than it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QMenu, QPushButton, QWidget

from app.core.errors import MnemeError
from app.core.types import Space, is_private
from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.widgets import named

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant

T = TypeVar("T")
_KEY, _EVERYWHERE = "space", "recall-everywhere"


class SpaceBar(QWidget):
    """`changed` says that conversations are to be listed anew, `known` carries the names of all
    spaces, `edit_wanted` a space, `failed` an error.

    `space` is the one that is shown: None for all, "" for what is in none. What is said in a new chat is in it.
    """

    changed = Signal()
    known = Signal(list)
    edit_wanted = Signal(object)
    failed = Signal(object)

    def __init__(self, engine: Engine, tasks: Tasks, state: QSettings, current: Callable[[], int | None]) -> None:
        """`current` gives the conversation that is open."""
        super().__init__()
        self._engine, self._tasks, self._state, self._current = engine, tasks, state, current
        self.spaces: list[Space] = []
        self.space: str | None = None
        self.everywhere = False
        self.button = named(QPushButton(), "space")
        self.menu = QMenu(self.button)
        self.menu.aboutToShow.connect(self.fill)
        self.button.setMenu(self.menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(self.button)
        engine.opened.connect(self._opened)
        if engine.assistant is not None:
            self._opened()
        self._show()

    def refresh(self) -> None:
        """Read which spaces there are."""
        self._ask(lambda assistant: assistant.store.call(lambda store: store.spaces.all()), self._known)

    def choose(self, space: str | None) -> None:
        """Be in a space from now on; None shows all."""
        self.space = space
        if space is None:
            self._state.remove(_KEY)
        else:
            self._state.setValue(_KEY, space)
        self._apply()
        self._show()
        self.changed.emit()

    def look_everywhere(self, on: bool) -> None:
        """Let replies recall what was said in other spaces, too, or not."""
        self.everywhere = on
        self._state.setValue(_EVERYWHERE, on)
        self._apply()
        self._show()

    def make(self, name: str) -> None:
        """Make a space and be in it."""

        def work(assistant: Assistant) -> Space:
            return assistant.store.write(lambda store: store.spaces.create(name))

        def done(space: Space) -> None:
            self.choose(space.name)
            self.refresh()
            self.edit_wanted.emit(space)

        self._ask(work, done)

    def move_here(self, space: str) -> None:
        """Move the conversation that is open to a space."""
        if (talk := self._current()) is not None:
            self.move_talk(talk, space)

    def move_talk(self, talk: int, space: str) -> None:
        """Move a conversation to a space, with all that was said in it; the diary takes it back."""
        if not is_private(talk):
            self._ask(
                lambda assistant: assistant.steward.move_conversations([talk], space), lambda _: self.changed.emit()
            )

    def fill(self) -> None:
        """The menu as it is now."""
        self.menu.clear()
        choices: list[tuple[str, str | None]] = [(self.tr("All conversations"), None)]
        if self.spaces:
            choices.append((self.tr("In no space"), ""))
        for words, name in [*choices, *((space.name, space.name) for space in self.spaces)]:
            action = self.menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(name == self.space)
            action.triggered.connect(lambda _=False, name=name: self.choose(name))
        self.menu.addSeparator()
        self.menu.addAction(self.tr("New space…")).triggered.connect(lambda _=False: self._name())
        if not self.spaces:
            return
        if (space := self._chosen()) is not None:
            edit = self.menu.addAction(self.tr("Edit “{}”…").format(space.name))
            edit.triggered.connect(lambda _=False: self.edit_wanted.emit(space))
        self._fill_moves()
        everywhere = self.menu.addAction(self.tr("Recall from all spaces"))
        everywhere.setCheckable(True)
        everywhere.setChecked(self.everywhere)
        everywhere.triggered.connect(self.look_everywhere)

    def _fill_moves(self) -> None:
        moves = self.menu.addMenu(self.tr("Move this conversation to"))
        talk = self._current()
        moves.setEnabled(talk is not None and not is_private(talk))
        for words, name in [(self.tr("No space"), ""), *((space.name, space.name) for space in self.spaces)]:
            moves.addAction(words).triggered.connect(lambda _=False, name=name: self.move_here(name))

    def _name(self) -> None:
        words = self.tr("Its name, such as Work or Home. What is said there stays there.")
        name, agreed = QInputDialog.getText(self, self.tr("New space"), words)
        if agreed and name.strip():
            self.make(name)

    def _opened(self) -> None:
        kept = self._state.value(_KEY)
        self.space = str(kept) if kept is not None else self.space
        self.everywhere = self._state.value(_EVERYWHERE, False, bool) is True
        self._apply()
        self.refresh()

    def _known(self, spaces: list[Space]) -> None:
        self.spaces = spaces
        if self.space and self._chosen() is None:
            self.choose(None)
        self.known.emit([space.name for space in spaces])
        self._show()

    def _chosen(self) -> Space | None:
        return next((space for space in self.spaces if space.name == self.space), None)

    def _apply(self) -> None:
        """Tell the engine where one is."""
        if (assistant := self._engine.assistant) is not None:
            assistant.memory.here = replace(assistant.memory.here, space=self.space or "")
            assistant.session.everywhere = self.everywhere

    def _show(self) -> None:
        usual = self.tr("All conversations") if self.spaces else self.tr("Spaces")
        name = {None: usual, "": self.tr("In no space")}.get(self.space, self.space or "")
        words = self.tr("{} · recalls from everywhere").format(name) if self.everywhere else name
        self.button.setText(words.replace("&", "&&"))
        self.button.setAccessibleName(self.tr("Space: {}").format(words))
        self.button.setToolTip(self.tr("Recall stays inside the space of a conversation"))

    def _ask(self, work: Callable[[Assistant], T], done: Callable[[T], None]) -> None:
        if (assistant := self._engine.assistant) is not None:
            self._tasks.run(lambda: work(assistant), done, self._problem)

    def _problem(self, error: MnemeError) -> None:
        self.failed.emit(error)
