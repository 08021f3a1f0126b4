"""What is being written is recalled for while it is written, so that the reply begins sooner."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.core.text import ends_sentence
from app.core.types import Mode
from app.ui.chat.composer import Composer
from app.ui.chat.turn import Turn
from app.ui.engine import Engine
from app.ui.tasks import Tasks

_EVERY_MS = 400
_LONGEST = 1_000  # characters; what is longer was mostly pasted


class Foresight(QObject):
    """Looks at the draft a few times a second while it changes, and at once where a sentence ends: Enter may be next.

    All work is done off the UI thread.
    """

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
        self._running = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)
        self._field.textChanged.connect(self._changed)

    def _changed(self) -> None:
        if self._ends():
            self._timer.start(0)
        elif not self._timer.isActive():
            self._timer.start(_EVERY_MS)

    def _look(self) -> None:
        if self._running and not self._ends():
            self._timer.start(_EVERY_MS)
            return
        assistant, (conversation, mode) = self._engine.assistant, self._here()
        if assistant is None or self._turn.running or (conversation is None and mode is not Mode.REMEMBER):
            return
        if 1 < self._field.document().characterCount() <= _LONGEST:
            text = self._field.toPlainText()
            self._running += 1
            self._tasks.run(lambda: assistant.session.prepare(text, conversation), self._over, self._over)

    def _ends(self) -> bool:
        """Whether a sentence ends here. What is still read for an earlier draft then makes way."""
        return self._field.document().characterCount() <= _LONGEST and ends_sentence(self._field.toPlainText())

    def _over(self, _: object) -> None:
        self._running -= 1
