"""Deleting a conversation: it leaves the list at once, and is erased for good when nobody wants it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal

from app.core.errors import MnemeError
from app.core.types import Conversation, is_private
from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.undo_bar import UndoBar

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant

_STATE = "deleting"


class Deleting(QObject):
    """What waits to be erased is named in the state file by its numbers, so that an end of the app does not bring it
    back. `changed` says that the list is another one, `erased` that words are gone for good."""

    changed = Signal()
    erased = Signal()

    def __init__(
        self, engine: Engine, tasks: Tasks, bar: UndoBar, state: QSettings, failed: Callable[[MnemeError], None]
    ) -> None:
        super().__init__(bar)
        self._engine, self._tasks, self._bar, self._state, self._failed = engine, tasks, bar, state, failed
        engine.opened.connect(self._finish)
        if engine.assistant is not None:
            self._finish()

    def waiting(self) -> set[int]:
        """The conversations that are out of sight and not erased yet."""
        return {int(key) for key in str(self._state.value(_STATE, "")).split() if key.isdigit()}

    def delete(self, talk: Conversation) -> None:
        """Take a conversation out of sight; a private one is let go at once, for it is written nowhere."""
        assistant = self._engine.assistant
        if assistant is None:
            return
        if is_private(talk.id):
            assistant.session.private.let_go(talk.id)
            self.changed.emit()
            return
        words = self.tr("“{title}” is deleted, with what was remembered from it.").format(title=talk.title)
        self._keep(self.waiting() | {talk.id})
        self._bar.offer(words, lambda: self._erase([talk.id]), lambda: self._back(talk.id))
        self._keep(self.waiting() | {talk.id})
        self.changed.emit()

    def _back(self, key: int) -> None:
        self._keep(self.waiting() - {key})
        self.changed.emit()

    def _finish(self) -> None:
        """Erase what an end of the app kept from being erased."""
        if left := sorted(self.waiting()):
            self._erase(left)

    def _erase(self, keys: Sequence[int]) -> None:
        if (assistant := self._engine.assistant) is None:
            return

        def work() -> None:
            _erase(assistant, keys)

        def done(_: None) -> None:
            self._keep(self.waiting() - set(keys))
            self.erased.emit()

        self._tasks.run(work, done, self._failed)

    def _keep(self, keys: set[int]) -> None:
        if keys:
            self._state.setValue(_STATE, " ".join(map(str, sorted(keys))))
        else:
            self._state.remove(_STATE)
        self._state.sync()


def _erase(assistant: Assistant, keys: Sequence[int]) -> None:
    from app.memory.erasure import Target

    if ids := assistant.eraser.find(Target(conversations=tuple(keys))):
        assistant.eraser.erase(ids)
