"""What the rest of the house may ask of a model. A test passes its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
class Running:
    """While the model reads or writes under a memory budget: how that is kept, and its speed so far."""

    weights: WeightsStatus
    tokens_per_second: float

    @property
    def line(self) -> str:
        """All of it for a person, in one line."""
        return self.weights.line(self.tokens_per_second)


@dataclass(frozen=True, slots=True)
class Observation:
    """How a model read one text. `surprise` in nats, float32 (n_tokens,); `key` the mean attention key of the upper
    third of the layers, float32 (d,), not centred, or None where the model gives none; `keys` those of the tokens."""

    surprise: npt.NDArray[np.float32]
    key: npt.NDArray[np.float32] | None = None
    keys: npt.NDArray[np.float16] | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The reply has ended; `stopped` when it was told to rather than because it was complete.

    `question` and `reply` are how the model read the words that were asked, and its own, where that was wanted.
    """

    stopped: bool
    stats: ReplyStats
    question: Observation | None = None
    reply: Observation | None = None


ReplyEvent = Reading | Piece | Running | Done


@dataclass(frozen=True, slots=True)
class KvRef:
    """A file of saved state. One whose checksum is another is never loaded."""

    path: str
    checksum: str


@dataclass(frozen=True, slots=True)
class Page:
    """A text that stands in the newest turn word for word, and the file with its state."""

    text: str
    file: KvRef


@dataclass(frozen=True, slots=True)
class Working:
    """What a model may use of what it has read before, so that it need not read it again.

    `conversation` says whose cache it is (0: nobody's in particular), `saved` is its state on disk. `may_cut`: turns
    or their notes have left the middle of the prompt. `asked` are the newest words, whose surprise is wanted; `ended`
    says of a draft that it may be sent as it stands.
    """

    conversation: int = 0
    saved: KvRef | None = None
    pages: tuple[Page, ...] = ()
    may_cut: bool = False
    asked: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """A state that was written. `kl` (nats) and `top1` compare a page with reading it again."""

    tokens: int
    bytes: int
    checksum: str
    kl: float = 0.0
    top1: float = 1.0


class ChatModel(Protocol):
    """A chat model. Blocking, for use off the UI thread; errors are ModelErrors."""

    @property
    def info(self) -> ModelInfo | None:
        """Which model it is; None where none is loaded. To ask is no use of it."""
        ...

    def load(self) -> ModelInfo:
        """Start the model if it is not running, and wait until it is ready."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text takes."""
        ...

    def reply(
        self, messages: Sequence[PromptMessage], sampling: Sampling, working: Working = Working()
    ) -> Iterator[ReplyEvent]:
        """Stream the reply to a prompt; the last event is Done. Raises ContextOverflow if it does not fit."""
        ...

    def read_ahead(self, messages: Sequence[PromptMessage], working: Working) -> int:
        """Read a prompt whose last words, those `asked`, are still being written, so that its reply comes sooner.

        How many tokens were read. Makes way for a reply. What is read so is in no state that is kept. A model that is
        not loaded does nothing.
        """
        ...

    def stop(self) -> None:
        """End the reply that is streaming, within one token. Harmless when there is none."""
        ...


class StateKeeper(Protocol):
    """Keeps what a model has read on disk. Blocking; errors are ModelErrors, or DiskFull."""

    @property
    def running(self) -> bool:
        """Whether it holds anything: a model that is not loaded does not."""
        ...

    @property
    def busy(self) -> bool:
        """Whether somebody waits for it now."""
        ...

    def load(self) -> ModelInfo:
        """Which model it is, once it is loaded."""
        ...

    def forget(self) -> None:
        """Hold nothing of any conversation any more, after an erasure."""
        ...

    def save(self, conversation: int, path: str) -> Saved | None:
        """Write what is held of a conversation; None where there is nothing new."""
        ...

    def write_page(self, system: str, text: str, path: str) -> Saved | None:
        """Read a text as it will stand in a later prompt and write its state; None when stopped, or not possible."""
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


class ShapedWriter(Protocol):
    """Writes in the shape of a grammar while nobody waits. Blocking; errors are ModelErrors."""

    @property
    def info(self) -> ModelInfo | None:
        """Which model it is; None where none is loaded. To ask is no use of it."""
        ...

    @property
    def busy(self) -> bool:
        """Whether somebody waits for it now."""
        ...

    def write_shaped(
        self, prompts: Sequence[Sequence[PromptMessage]], grammar: str, most: int, going: Callable[[], bool]
    ) -> list[str]:
        """The answer to each prompt in the shape of a grammar (GBNF), of at most so many tokens, the likeliest.

        "" to one that does not fit. Fewer come back when a person asks meanwhile, or `going()` says no.
        """
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
