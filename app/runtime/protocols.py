"""What the rest of the house may ask of a model. A test passes its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.core.types import ModelInfo, PromptMessage, ReplyStats, Sampling, WeightsStatus

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Reading:
    """The model is reading the prompt: `done` of `total` new tokens, after `cached` it already knew."""

    done: int
    total: int
    cached: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The next few characters of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The reply has ended; `stopped` when it was told to rather than because it was complete."""

    stopped: bool
    stats: ReplyStats


@dataclass(frozen=True, slots=True)
class Running:
    """While the model reads or writes under a memory budget: how that is kept, and its speed so far."""

    weights: WeightsStatus
    tokens_per_second: float

    @property
    def line(self) -> str:
        """All of it for a person, in one line."""
        return self.weights.line(self.tokens_per_second)


ReplyEvent = Reading | Piece | Running | Done


@dataclass(frozen=True, slots=True)
class Observation:
    """How a model read one text. `surprise` in nats, float32 (n_tokens,); `key` the mean attention key of the upper
    third of the layers, float32 (d,), not centred, or None where the model gives none; `keys` those of the tokens."""

    surprise: npt.NDArray[np.float32]
    key: npt.NDArray[np.float32] | None = None
    keys: npt.NDArray[np.float16] | None = None


class ChatModel(Protocol):
    """A chat model. Blocking, for use off the UI thread; errors are ModelErrors."""

    def load(self) -> ModelInfo:
        """Start the model if it is not running, and wait until it is ready."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text takes."""
        ...

    def reply(self, messages: Sequence[PromptMessage], sampling: Sampling) -> Iterator[ReplyEvent]:
        """Stream the reply to a prompt; the last event is Done. Raises ContextOverflow if it does not fit."""
        ...

    def stop(self) -> None:
        """End the reply that is streaming, within one token. Harmless when there is none."""
        ...


class Observer(Protocol):
    """Reads along: what a chat model makes of texts. Blocking; errors are ModelErrors."""

    @property
    def running(self) -> bool:
        """Whether it answers at once, without being loaded first."""
        ...

    @property
    def busy(self) -> bool:
        """Whether somebody waits for it now."""
        ...

    @property
    def identity(self) -> str:
        """Which model reads: signals of different models never mix."""
        ...

    def observe(self, texts: Sequence[str], before: str = "", *, tokens: bool = False) -> list[Observation]:
        """Read texts that follow on each other and on `before`; fewer come back when it is stopped."""
        ...


class Embedder(Protocol):
    """Turns texts into unit vectors. Blocking; errors are EmbedderErrors."""

    def load(self, wait_s: float | None = None) -> bool:
        """Start the embedder if need be; True once it is ready, False when `wait_s` passed first."""
        ...

    @property
    def running(self) -> bool:
        """Whether it answers at once, without being loaded first."""
        ...

    @property
    def identity(self) -> str:
        """Name and content hash of the loaded weights: vectors of different identities never mix."""
        ...

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        ...

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimension)."""
        ...
