"""The assistant behind the window: opened in the background, opened again when the model changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core.errors import MnemeError
from app.core.settings import Settings
from app.core.types import ModelInfo
from app.ui.tasks import Tasks

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant

_OF_THE_MODEL = ("model_path", "context_tokens", "load_anyway", "memory_budget")


class Engine(QObject):
    """Builds the assistant off the UI thread. `assistant` is None until `opened` fires."""

    opened = Signal()
    failed = Signal(object)
    model_ready = Signal(object)
    changed = Signal()

    def __init__(self, tasks: Tasks, build: Callable[[], Assistant]) -> None:
        super().__init__()
        self.assistant: Assistant | None = None
        self.model: ModelInfo | None = None
        self.by_meaning = False
        self.without_meaning = False
        self.tokens_per_second = 0.0  # in the last reply
        self._tasks = tasks
        self._build = build
        self._reopening = False
        self._wanted: Settings | None = None  # changed once more while it was opening

    def start(self) -> None:
        """Open the store; then load the models while the user already reads and writes."""
        self._tasks.run(self._build, self._opened, self.failed.emit)

    def change(self, settings: Settings) -> None:
        """Keep new settings; a change of the model closes the assistant and opens it again."""
        assistant = self.assistant
        if assistant is None or self._reopening:
            self._wanted = settings
            return
        again = any(getattr(settings, name) != getattr(assistant.settings, name) for name in _OF_THE_MODEL)
        self._reopening = again

        def work() -> None:
            assistant.change(settings)
            if again:
                assistant.close()

        def done(_: None) -> None:
            if again:
                self.assistant = self.model = None
                self.start()
            else:
                self.changed.emit()

        def failed(error: MnemeError) -> None:
            self._reopening = False
            self.failed.emit(error)

        self._tasks.run(work, done, failed)

    def reopen(self, between: Callable[[Assistant], None], done: Callable[[], None]) -> None:
        """Close the assistant, do something while nobody has the store, and open it again, whatever became of it."""
        assistant = self.assistant
        if assistant is None or self._reopening:
            return
        self._reopening = True
        self.assistant = self.model = None

        def work() -> Assistant:
            assistant.close()
            between(assistant)
            return self._build()

        def opened(found: Assistant) -> None:
            self._opened(found)
            done()

        def failed(error: MnemeError) -> None:
            self.start()
            self.failed.emit(error)

        self._tasks.run(work, opened, failed)

    def load_models(self) -> None:
        """Load the chat model and the embedder side by side; at once done for what is loaded already."""
        assistant = self.assistant
        if assistant is None:
            return
        self._tasks.run(assistant.model.load, self._model_loaded, self.failed.emit)
        self._tasks.run(assistant.embedder.load, self._embedder_loaded, self._embedder_failed)

    def close(self) -> None:
        """End the models and close the store."""
        if self.assistant is not None:
            self.assistant.close()

    def _opened(self, assistant: Assistant) -> None:
        self.assistant, self._reopening = assistant, False
        if (wanted := self._wanted) is not None:
            self._wanted = None
            self.change(wanted)
        self.opened.emit()
        self.load_models()

    def _model_loaded(self, info: ModelInfo) -> None:
        self.model = info
        self.model_ready.emit(info)

    def _embedder_failed(self, error: MnemeError) -> None:
        self.without_meaning = True
        self.failed.emit(error)

    def _embedder_loaded(self, _: bool) -> None:
        self.by_meaning, self.without_meaning = True, False
        if self.assistant is not None:
            self.assistant.runner.soon("embed")
        self.changed.emit()
