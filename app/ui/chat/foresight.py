"""What is being written is recalled for while it is written, so that the reply begins sooner."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.core.types import Mode
from app.ui.chat.composer import Composer
from app.ui.chat.turn import Turn
from app.ui.engine import Engine
from app.ui.tasks import Tasks

_EVERY_MS = 400
_LONGEST = 1_000  # characters; what is longer was mostly pasted


class Foresight(QObject):
    """Looks at the draft a few times a second while it changes; all work is done off the UI thread, one at a time."""

    def __init__(
        self, engine: Engine, tasks: Tasks, turn: Turn, composer: Composer, here: Callable[[], tuple[int | None, Mode]]
    ) -> None:
        """`here` says in which conversation, or in a new one of which mode, the draft would be sent."""
        super().__init__(composer)
        self._engine = engine
        self._tasks = tasks
        self._turn = turn
        self._field = composer.field
        self._here = here
        self._busy = False
        self._timer = QTimer(self, singleShot=True, interval=_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._field.textChanged.connect(self._changed)

    def _changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _look(self) -> None:
        if self._busy:
            self._timer.start()
            return
        assistant, (conversation, mode) = self._engine.assistant, self._here()
        if assistant is None or self._turn.running or (conversation is None and mode is not Mode.REMEMBER):
            return
        if 1 < self._field.document().characterCount() <= _LONGEST:
            text, self._busy = self._field.toPlainText(), True
            self._tasks.run(lambda: assistant.session.prepare(text, conversation), self._over, self._over)

    def _over(self, _: object) -> None:
        self._busy = False
