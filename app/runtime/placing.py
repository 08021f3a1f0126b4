"""Where a model's weights are to lie: decided before it is loaded, from what it needs and what there is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

from app.core.errors import ModelTooLarge
from app.runtime.gguf_check import GgufHeader
from app.runtime.messages import ChatConfig
from app.runtime.residency import Mapped, Residency

WORKING_BYTES = 150_000_000  # compute buffers and the interpreter, beside weights and KV cache
_SHARE_OF_FREE = 0.85  # that a model may take which does not fit otherwise


@dataclass(frozen=True, slots=True)
class Placing:
    """The strategy for a model, and a line on it for a person, where there is something to say."""

    weights: Residency
    note: str = ""


def place(path: Path, header: GgufHeader, config: ChatConfig) -> Placing:
    """Keep the budget that is set; without one, make one for a model that does not fit into free memory.

    Raises ModelTooLarge where it neither fits nor can keep a budget, unless it is to be loaded anyway.
    """
    free = psutil.virtual_memory().available
    needed = needed_bytes(header, config.context)
    if not config.memory_budget and needed <= free:
        return Placing(Mapped())
    from app.runtime.flash.fit import InMemory, fit, flash_weights
    from app.runtime.flash.plan import Mode

    budget = config.memory_budget or int(free * _SHARE_OF_FREE)
    devices = Path(config.devices) if config.devices else None
    plan = fit(path, header, budget, config.context, devices)
    if plan.mode in (Mode.EXPERTS, Mode.LAYERS):
        return Placing(flash_weights(path, header, budget, devices))
    if plan.mode is Mode.RAM and config.memory_budget:
        return Placing(InMemory(plan))
    reason = plan.reason if plan.mode is Mode.MAPPED else ""
    if needed <= free or config.load_anyway:
        return Placing(Mapped(), reason)
    raise ModelTooLarge(
        "{0} needs about {1:.1f} GB with this context, and {2:.1f} GB are free. {3} Close other programs, "
        "choose a smaller model or context, or turn on “load anyway” in the settings.",
        path.name,
        needed / 1e9,
        free / 1e9,
        reason,
    )


def needed_bytes(header: GgufHeader, context: int) -> int:
    """What a model takes when all of it is in memory: weights, KV cache, and what it works in."""
    trained = header.number("context_length", context) or context
    return header.size_bytes + header.kv_bytes_per_token() * min(context, trained) + WORKING_BYTES
