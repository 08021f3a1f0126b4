"""What the views of memory share: asking the engine off the UI thread, and saying what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.clock import Clock
from app.core.errors import MnemeError
from app.ui.engine import Engine
from app.ui.memory.space_choice import SpaceChoice
from app.ui.tasks import Tasks
from app.ui.widgets import label, link

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant

T = TypeVar("T")


class Section(QWidget):
    """A view of memory. Reads when it is shown. `failed` carries an error, `opened` a conversation and a message,
    `changed` says that memory is another one now."""

    failed = Signal(object)
    opened = Signal(int, int)
    changed = Signal()

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, where: SpaceChoice) -> None:
        """`where` is the space that is looked at."""
        super().__init__()
        self._engine, self._tasks, self._clock, self.where = engine, tasks, clock, where
        self._asked = 0
        self._back: Callable[[Assistant], object] | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 4, 24, 16)
        self.column.setSpacing(12)
        self.said = Outcome()
        self.said.undone.connect(self._undo)

    def refresh(self) -> None:
        """Read what is shown anew."""

    def _ask(self, work: Callable[[Assistant], T], done: Callable[[T], None]) -> None:
        if (assistant := self._engine.assistant) is not None:
            self._tasks.run(lambda: work(assistant), done, self._failed)

    def _ask_newest(self, work: Callable[[Assistant], T], done: Callable[[T], None]) -> None:
        """The same, where only the newest question is answered."""
        self._asked += 1
        number = self._asked
        self._ask(work, lambda found: done(found) if number == self._asked else None)

    def _did(self, words: str, change: int = 0, back: Callable[[Assistant], object] | None = None) -> None:
        """Something was done; `change` is the line of the diary that takes it back, `back` another way to do that."""
        if change:
            back = lambda assistant: assistant.diary.undo(change)  # noqa: E731
        self._back = back
        self.said.tell(words, undoable=back is not None)
        self.changed.emit()
        self.refresh()

    def _undo(self) -> None:
        if (back := self._back) is not None:
            words = self.tr("Taken back.")
            self._ask(back, lambda _: self._did(words))

    def _failed(self, error: MnemeError) -> None:
        self.failed.emit(error)


class Outcome(QWidget):
    """A quiet line that says what was done, with the way back where there is one."""

    undone = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = label(name="value")
        self.words.setAccessibleName(self.tr("What was done"))
        self.undo = link(self.tr("Undo"))
        self.undo.clicked.connect(self.undone)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.words)
        row.addWidget(self.undo)
        row.addStretch(1)
        self.words.setWordWrap(False)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()

    def tell(self, words: str, *, undoable: bool = False) -> None:
        """Say what was done."""
        self.words.setText(words)
        self.undo.setVisible(undoable)
        self.setVisible(bool(words))
