"""What travels over the pipe between the app and a worker process. Plain values, picklable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.types import PromptMessage, Sampling
from app.runtime.protocols import Working
from app.runtime.tuning import Tuning

OBSERVED_CONTEXT = 2048
"""Tokens that a model which reads along looks back over, at most."""

SHAPED_CONTEXT = 2048
"""Tokens of a prompt and an answer in the shape of a grammar, at most."""


@dataclass(frozen=True, slots=True)
class ChatConfig:
    """How a chat worker is started. `threads` of 0 means as many as there are cores; `tuning` overrides it.

    `memory_budget` in bytes, 0 for what is free; `devices` is a file that remembers how fast drives are, "" for none.
    """

    path: str
    context: int
    threads: int = 0
    load_anyway: bool = False
    memory_budget: int = 0
    devices: str = ""
    tuning: Tuning | None = None


@dataclass(frozen=True, slots=True)
class EmbedConfig:
    """How an embedding worker is started."""

    path: str


@dataclass(frozen=True, slots=True)
class CountTokens:
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Generate:
    messages: tuple[PromptMessage, ...]
    sampling: Sampling
    working: Working = Working()


@dataclass(frozen=True, slots=True)
class ReadAhead:
    """Read a prompt whose last words, those `asked`, are still being written."""

    messages: tuple[PromptMessage, ...]
    working: Working


@dataclass(frozen=True, slots=True)
class Observe:
    """Texts that follow on each other, and what came before; `tokens` asks for the keys of single tokens."""

    texts: tuple[str, ...]
    before: str = ""
    tokens: bool = False


@dataclass(frozen=True, slots=True)
class Save:
    """Write what is held of a conversation to a file, if there is anything new."""

    conversation: int
    path: str


@dataclass(frozen=True, slots=True)
class WritePage:
    """Read a text as it will stand in a later prompt, and write its state to a file, with how good it is."""

    system: str
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class WriteShaped:
    """Answer each prompt in the shape of a grammar (GBNF), in at most so many tokens."""

    prompts: tuple[tuple[PromptMessage, ...], ...]
    grammar: str
    most: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Let go of every conversation that the model still holds: something in one was erased."""


@dataclass(frozen=True, slots=True)
class Embed:
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """Towards the worker: a body under a number that its replies carry."""

    number: int
    body: CountTokens | Generate | ReadAhead | Observe | Save | WritePage | WriteShaped | Forget | Embed


@dataclass(frozen=True, slots=True)
class Stop:
    """Towards the worker: end request `number`."""

    number: int


@dataclass(frozen=True, slots=True)
class End:
    """Towards the worker: stop what runs and exit in good order."""


@dataclass(frozen=True, slots=True)
class Reply:
    """From the worker: an answer, or with `last` the end or the Problem of the request. Number 0 is its own start."""

    number: int
    body: Any
    last: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """From the worker: an error of `app.core.errors` by name, as the body of a last reply."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """From the worker: a line for the app's log."""

    level: int
    text: str
