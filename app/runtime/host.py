"""The models as the rest of the house sees them: each behind its own process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.core.errors import EmbedderError, MnemeError, ModelStopped, ModelUnreachable
from app.core.phrase import Phrase
from app.core.types import ModelInfo, PromptMessage, Sampling
from app.runtime import chat_worker, embed_worker
from app.runtime.messages import (
    ChatConfig,
    CountTokens,
    Embed,
    EmbedConfig,
    Forget,
    Generate,
    Observe,
    ReadAhead,
    Save,
    WritePage,
    WriteShaped,
)
from app.runtime.process import WorkerDied, WorkerProcess
from app.runtime.protocols import Observation, ReplyEvent, Saved, Working
from app.runtime.tuning import Tuning

_KILLED = -9


class ChatHost:
    """The chat model in its process. Implements `ChatModel`, `StateKeeper`, `Observer` and `ShapedWriter`."""

    def __init__(self, config: ChatConfig) -> None:
        self._config = config
        self._worker = WorkerProcess("chat model", chat_worker.main, config)
        self._turn = threading.Lock()
        self._number: int | None = None
        self._background: set[int] = set()
        self.identity = Path(config.path).stem

    @property
    def running(self) -> bool:
        return self._worker.pid is not None

    @property
    def busy(self) -> bool:
        return self._worker.busy

    @property
    def pid(self) -> int | None:
        """The process id while the model is loaded."""
        return self._worker.pid

    @property
    def info(self) -> ModelInfo | None:
        info: ModelInfo | None = self._worker.greeting
        return info

    def tune(self, tuning: Tuning) -> None:
        """Run the model so from its next start on."""
        self._config = self._worker.config = replace(self._config, tuning=tuning)

    def load(self) -> ModelInfo:
        try:
            info: ModelInfo = self._worker.start()
            return info
        except WorkerDied as death:
            raise _stopped(death) from None

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        self._stop_background()
        try:
            counts: list[int] = list(self._worker.request(CountTokens(tuple(texts))))[-1]
            return counts
        except WorkerDied as death:
            raise _stopped(death) from None

    def observe(self, texts: Sequence[str], before: str = "", *, tokens: bool = False) -> list[Observation]:
        try:
            return list(self._worker.request(Observe(tuple(texts), before, tokens), self._set_background))
        except WorkerDied as death:
            raise _stopped(death) from None

    def forget(self) -> None:
        """Drop all that the model holds of conversations, after an erasure. Where it is not loaded it holds nothing."""
        self.stop()
        self._stop_background()
        if self.running:
            with suppress(WorkerDied):
                list(self._worker.request(Forget()))

    def save(self, conversation: int, path: str) -> Saved | None:
        return self._in_background(Save(conversation, path))

    def write_page(self, system: str, text: str, path: str) -> Saved | None:
        return self._in_background(WritePage(system, text, path))

    def write_shaped(
        self, prompts: Sequence[Sequence[PromptMessage]], grammar: str, most: int, going: Callable[[], bool]
    ) -> list[str]:
        if not self.running:
            return []
        body = WriteShaped(tuple(map(tuple, prompts)), grammar, most)
        try:
            return list(self._worker.request(body, self._set_background, going))
        except WorkerDied as death:
            raise _stopped(death) from None

    def read_ahead(self, messages: Sequence[PromptMessage], working: Working) -> int:
        if not self.running or self._turn.locked():
            return 0
        self._stop_background()
        with suppress(WorkerDied):
            return sum(self._worker.request(ReadAhead(tuple(messages), working), self._set_background))
        return 0

    def reply(
        self, messages: Sequence[PromptMessage], sampling: Sampling, working: Working = Working()
    ) -> Iterator[ReplyEvent]:
        with self._turn:
            self._stop_background()
            try:
                yield from self._worker.request(Generate(tuple(messages), sampling, working), self._set_number)
            except WorkerDied as death:
                raise _stopped(death) from None
            except ModelUnreachable:
                self._worker.close()  # what it holds of the model is not whole any more
                raise
            finally:
                self.stop()  # a reader that went away in the middle must not leave the model talking
                self._number = None

    def stop(self) -> None:
        if (number := self._number) is not None:
            self._worker.stop(number)

    def unload_if_idle(self, seconds: float) -> bool:
        """End the process when nothing was asked for so long; True if it was ended."""
        return _unload_if_idle(self._worker, seconds)

    def close(self) -> None:
        """End the process."""
        self._worker.close()

    def _in_background(self, body: Save | WritePage) -> Saved | None:
        """One thing that makes way for a person. A model that is not loaded is not started for it."""
        if not self.running:
            return None
        try:
            found: list[Saved] = list(self._worker.request(body, self._set_background))
            return found[-1] if found else None
        except WorkerDied as death:
            raise _stopped(death) from None

    def _set_number(self, number: int) -> None:
        self._number = number

    def _set_background(self, number: int) -> None:
        self._background.add(number)
        if self._turn.locked():
            self._stop_background()

    def _stop_background(self) -> None:
        """A person waits: what reads in the background makes way."""
        for number in sorted(self._background):
            self._worker.stop(number)
        self._background.clear()


class EmbedHost:
    """The embedder in its process. Implements `Embedder`."""

    def __init__(self, config: EmbedConfig) -> None:
        self._worker = WorkerProcess("embedder", embed_worker.main, config)
        self._loading: threading.Thread | None = None
        self._problem: EmbedderError | None = None
        self._known: tuple[str, int] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while the embedder is loaded."""
        return self._worker.pid

    @property
    def running(self) -> bool:
        return self._known is not None and self._worker.pid is not None

    @property
    def identity(self) -> str:
        return self._greeting()[0]

    @property
    def dimension(self) -> int:
        return self._greeting()[1]

    def load(self, wait_s: float | None = None) -> bool:
        if not self.running:
            if self._loading is None or not self._loading.is_alive():
                self._problem = None
                self._loading = threading.Thread(target=self._load, name="load embedder", daemon=True)
                self._loading.start()
            self._loading.join(wait_s)
            if self._problem is not None:
                raise EmbedderError(self._problem.message)
            return not self._loading.is_alive()
        return True

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        try:
            vectors: npt.NDArray[np.float32] = list(self._worker.request(Embed(tuple(texts))))[-1]
            return vectors
        except MnemeError as error:
            raise EmbedderError(error.message) from None
        except WorkerDied as death:
            raise EmbedderError("{0}{1}", _EMBEDDER_DIED, _why(death)) from None

    def unload_if_idle(self, seconds: float) -> bool:
        """End the process when nothing was asked for so long; True if it was ended."""
        return _unload_if_idle(self._worker, seconds)

    def close(self) -> None:
        """End the process."""
        self._worker.close()

    def _load(self) -> None:
        try:
            self._known = self._worker.start()
        except MnemeError as error:
            self._problem = EmbedderError(error.message)
        except OSError as error:
            self._problem = EmbedderError("The embedding process could not be started: {0}.", error.strerror)
        except WorkerDied as death:
            self._problem = EmbedderError("{0}{1}", _EMBEDDER_DIED, _why(death))

    def _greeting(self) -> tuple[str, int]:
        if self._known is None:
            self.load()
        assert self._known is not None
        return self._known


_EMBEDDER_DIED = Phrase(
    "The embedding process ended; recall goes on by words and it starts again with the next question."
)


def _stopped(death: WorkerDied) -> ModelStopped:
    return ModelStopped(
        "{0}{1}",
        Phrase("The model's process ended in the middle. What it had said is kept; ask again and it starts anew."),
        _why(death),
    )


def _why(death: WorkerDied) -> str:
    if death.exit_code == _KILLED:
        return Phrase(
            " It was killed, most often because memory ran out: close other programs or choose a smaller model."
        )
    return ""


def _unload_if_idle(worker: WorkerProcess, seconds: float) -> bool:
    if worker.pid is None or worker.busy or time.monotonic() - worker.last_used < seconds:
        return False
    worker.close()
    return True
