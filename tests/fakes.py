"""Stand-ins for the model, the embedder and the clock: real parts of small size. Nothing else is ever faked."""

from __future__ import annotations

import re
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from app.core.errors import ContextOverflow, EmbedderError, MnemeError, ModelStopped
from app.core.types import ModelInfo, PromptMessage, ReplyStats, Sampling, WeightsStatus
from app.runtime.protocols import Done, Observation, Piece, Reading, ReplyEvent, Running, Working


class FakeClock:
    """A clock that moves only when it is told to."""

    def __init__(self, moment: datetime = datetime(2025, 3, 14, 9, 0, tzinfo=UTC)) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def advance(self, gap: timedelta) -> None:
        self._moment += gap


class FakeModel:
    """A `ChatModel` that says what was enqueued, word by word, and keeps every prompt in `history`.

    A token is a word. `on_reply` runs when a reply is asked for, before its first event; `on_piece` runs
    before each piece with its number. `fail_after(n)` makes the next reply fail once n pieces are out.
    """

    def __init__(self, context: int = 4096) -> None:
        self.context = context
        self.history: list[list[PromptMessage]] = []
        self.ahead: list[list[PromptMessage]] = []
        self.working: list[Working] = []
        self.loads = 0
        self.load_error: MnemeError | None = None
        self.weights: WeightsStatus | None = None
        self.note = ""
        self.shiftable = False
        self.on_reply: Callable[[], None] = lambda: None
        self.on_piece: Callable[[int], None] = lambda _: None
        self._replies: deque[str] = deque()
        self._fail_after: tuple[int, Exception] | None = None
        self._stopped = threading.Event()

    def enqueue(self, *replies: str) -> None:
        self._replies.extend(replies)

    def fail_after(self, pieces: int, error: Exception | None = None) -> None:
        self._fail_after = (pieces, error or ModelStopped("The model's process ended in the middle."))

    def load(self) -> ModelInfo:
        if self.load_error is not None:
            raise self.load_error
        self.loads += 1
        return ModelInfo("Fake", "fake.gguf", self.context, 0, self.note, shiftable=self.shiftable)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def reply(
        self, messages: Sequence[PromptMessage], sampling: Sampling, working: Working = Working()
    ) -> Iterator[ReplyEvent]:
        self._stopped.clear()
        self.working.append(working)
        self.on_reply()
        total = sum(self.count_tokens([m.text for m in messages]))
        if total >= self.context:
            raise ContextOverflow(f"The prompt takes {total} tokens and the model holds {self.context}.")
        cached = self._known(messages)
        self.history.append(list(messages))
        yield Reading(0, total - cached, cached)
        count = 0
        for count, piece in enumerate(self._pieces(sampling), 1):
            self.on_piece(count)
            yield Piece(piece)
            if self.weights is not None:
                yield Running(self.weights, 7.25)
            if self._stopped.is_set():
                break
        self._fail_if_due(count + 1)
        yield Done(self._stopped.is_set(), ReplyStats(total, cached, count, 10.0, 10.0 * count))

    @property
    def info(self) -> ModelInfo | None:
        return self.load() if self.loads else None

    def read_ahead(self, messages: Sequence[PromptMessage], working: Working) -> int:
        self.ahead.append(list(messages))
        return len(messages[-1].text.split())

    def stop(self) -> None:
        self._stopped.set()

    def _pieces(self, sampling: Sampling) -> Iterator[str]:
        text = self._replies.popleft() if self._replies else "I see."
        for number, piece in enumerate(re.findall(r"\S+\s*", text)[: sampling.max_tokens]):
            self._fail_if_due(number)
            yield piece

    def _fail_if_due(self, said: int) -> None:
        if self._fail_after is not None and said >= self._fail_after[0]:
            error, self._fail_after = self._fail_after[1], None
            raise error

    def _known(self, messages: Sequence[PromptMessage]) -> int:
        """Words of the messages that stood at the beginning of the prompt before, too."""
        same = 0
        for before, now in zip(self.history[-1] if self.history else [], messages, strict=False):
            if before != now:
                break
            same += len(now.text.split())
        return same


class FakeWriter:
    """A `ShapedWriter` that answers with what `says` makes of the message. Set `info` to None for one not loaded.

    `on_ask` runs before each answer; once it makes `stops` true, no more come back.
    """

    def __init__(self, says: Callable[[str], str], fingerprint: str = "fake") -> None:
        self.says = says
        self.info: ModelInfo | None = ModelInfo("Fake", "fake.gguf", 2048, 0, fingerprint=fingerprint, llama="1")
        self.busy = False
        self.asked: list[str] = []
        self.stops = False
        self.on_ask: Callable[[str], None] = lambda _: None
        self.error: MnemeError | None = None

    def write_shaped(
        self, prompts: Sequence[Sequence[PromptMessage]], grammar: str, most: int, going: Callable[[], bool]
    ) -> list[str]:
        if self.error is not None:
            raise self.error
        answers: list[str] = []
        for prompt in prompts:
            self.on_ask(prompt[-1].text)
            if self.stops or not going():
                break
            self.asked.append(prompt[-1].text)
            answers.append(self.says(prompt[-1].text))
        return answers


class FakeEmbedder:
    """An `Embedder` whose meaning is the bag of words: deterministic unit vectors of hashed words.

    `same` makes words mean the same ("puppy": "dog"). Set `ready` to False for an embedder that is still
    loading, or `error` for one that fails.
    """

    def __init__(self, dimension: int = 64, identity: str = "fake-64:1", same: Mapping[str, str] | None = None) -> None:
        self.dimension = dimension
        self.identity = identity
        self.ready = True
        self.error = ""
        self.embedded: list[str] = []
        self._same = same or {}

    @property
    def running(self) -> bool:
        return self.ready

    def load(self, wait_s: float | None = None) -> bool:
        self._fail_if_told()
        return self.ready

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self._fail_if_told()
        self.embedded.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                vector[zlib.crc32(self._same.get(word, word).encode()) % self.dimension] += 1.0
        unit: npt.NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def _fail_if_told(self) -> None:
        if self.error:
            raise EmbedderError(self.error)


class FakeObserver:
    """An `Observer` that is surprised by words it has not read before, and whose keys are the bag of words.

    A token is a word. Set `running` or `busy` as the test needs, or `error` for a model that fails.
    """

    def __init__(self, identity: str = "fake-model") -> None:
        self.identity = identity
        self.running = True
        self.busy = False
        self.error: MnemeError | None = None
        self.observed: list[str] = []
        self._embedder = FakeEmbedder()

    def observe(self, texts: Sequence[str], before: str = "", *, tokens: bool = False) -> list[Observation]:
        if self.error is not None:
            raise self.error
        self.observed.extend(texts)
        known = set(before.lower().split())
        return [self._read(text.lower().split(), known, tokens) for text in texts]

    def _read(self, words: list[str], known: set[str], tokens: bool) -> Observation:
        surprise = np.array([1.0 if word in known else 5.0 for word in words], dtype=np.float32)
        known.update(words)
        if not words:
            return Observation(surprise)
        keys = self._embedder.embed(words)
        return Observation(surprise, keys.mean(axis=0), keys.astype(np.float16) if tokens else None)
