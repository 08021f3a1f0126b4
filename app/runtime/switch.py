"""The embedder that serves now, in the place of one that never changes: another can take over without a restart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.runtime.protocols import Embedder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class EmbedderSwitch:
    """An `Embedder` that passes everything on to the one that serves now."""

    def __init__(self, current: Embedder) -> None:
        self.current = current

    def swap(self, other: Embedder) -> Embedder:
        """Let another serve from now on; the one before."""
        before, self.current = self.current, other
        return before

    def load(self, wait_s: float | None = None) -> bool:
        """As `Embedder`."""
        return self.current.load(wait_s)

    @property
    def running(self) -> bool:
        """As `Embedder`."""
        return self.current.running

    @property
    def identity(self) -> str:
        """As `Embedder`."""
        return self.current.identity

    @property
    def dimension(self) -> int:
        """As `Embedder`."""
        return self.current.dimension

    @property
    def pid(self) -> int | None:
        """The process id while the embedder is loaded."""
        found: int | None = getattr(self.current, "pid", None)
        return found

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """As `Embedder`."""
        return self.current.embed(texts)

    def unload_if_idle(self, seconds: float) -> bool:
        """End its process when nothing was asked for so long; True if it was ended."""
        host: Any = self.current
        return bool(host.unload_if_idle(seconds)) if hasattr(host, "unload_if_idle") else False

    def close(self) -> None:
        """End its process."""
        end(self.current)


def serving(embedder: Embedder) -> Embedder:
    """The embedder that serves now, to ask several things of one and the same."""
    return embedder.current if isinstance(embedder, EmbedderSwitch) else embedder


def end(embedder: Embedder) -> None:
    """End the process of an embedder that has one."""
    close = getattr(embedder, "close", None)
    if close is not None:
        close()
