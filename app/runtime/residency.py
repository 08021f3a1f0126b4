"""Where a model's weights lie while it runs: in the mapped file, or where a budget wants them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from app.core.types import WeightsStatus

See = Callable[[int, bool], bool]
"""Asked with the address of a node and True whether it is wanted, and with False once it is computed."""


class Residency(Protocol):
    """A strategy that one `Llama` owns. Used by its one thread; `close` comes after model and contexts are freed.

    `refusal` says, once it is attached, why it does not do what it is for; "" where it does.
    """

    refusal: str

    def prepare(self, parameters: Any) -> None:
        """Set what the model must be loaded with. Comes last, so that it overrides."""
        ...

    def watch(self, parameters: Any, also: See | None = None) -> object:
        """Have a context that is about to be opened report its nodes, to `also` as well.

        Every context of the model comes through here, for a strategy may have to see each graph that runs. Keep what
        it returns as long as the context lives: native code calls it.
        """
        ...

    def attach(self, model: Any, context: Any) -> bool:
        """Take over the weights of a model whose first context is open. Its KV cache is empty, and stays so; its abort
        callback may be replaced. True where it has no more use for nodes: a context opened anew reports none."""
        ...

    def status(self) -> WeightsStatus | None:
        """How a budget is kept, since the last call; None where there is none to keep."""
        ...

    def check(self) -> None:
        """After each decode: raise ModelError when the weights could not be brought, and what was computed is void."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


class Mapped:
    """llama.cpp's own way: the file is mapped, and the system brings and drops pages as it likes."""

    refusal = ""

    def prepare(self, parameters: Any) -> None:
        """As they are."""

    def watch(self, parameters: Any, also: See | None = None) -> object:
        """Nodes go to `also`, if there is one."""
        if also is None:
            return None
        parameters.cb_eval = callback = as_callback(also)
        return callback

    def attach(self, model: Any, context: Any) -> bool:
        """Nothing to take over, and no nodes were asked for."""
        return False

    def status(self) -> WeightsStatus | None:
        """The system keeps its own counsel."""
        return None

    def check(self) -> None:
        """Nothing can fail."""

    def close(self) -> None:
        """Nothing was taken."""


def as_callback(see: See) -> Any:
    """A function that native code can call; it lives as long as the object does."""
    import llama_cpp as native

    return native.ggml_backend_sched_eval_callback(lambda tensor, asked, _: see(tensor, asked))
