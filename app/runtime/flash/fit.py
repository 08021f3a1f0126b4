"""Whether and how a model fits into a budget: told before it is loaded, and acted on when it is."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from app.core.types import WeightsStatus
from app.runtime.flash.device import known_device
from app.runtime.flash.guard import FlashRefused, cannot_be_kept, check_system
from app.runtime.flash.model_map import ModelMap, map_model
from app.runtime.flash.plan import Machine, Mode, Plan, Surroundings, main_kind, make_plan
from app.runtime.flash.weights import FlashWeights
from app.runtime.gguf_check import GgufHeader
from app.runtime.residency import Mapped

INTERPRETER = 85_000_000  # bytes: a model's process before it loads anything, and what it needs to run
BUFFERS = 60_000_000  # bytes: llama.cpp's compute buffers for batches of the usual size


def fit(path: Path, header: GgufHeader, budget: int, context: int, devices: Path | None) -> Plan:
    """The plan for a budget in bytes, from the header of a file and two seconds of reading at first use."""
    trained = header.number("context_length", context) or context
    taken = INTERPRETER + BUFFERS + header.kv_bytes_per_token() * min(context, trained)
    return _plan(path, header, map_model(header), Surroundings(budget, taken), devices)


class InMemory(Mapped):
    """llama.cpp's own way, for a model that fits into its budget as it is."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def status(self) -> WeightsStatus | None:
        """As planned."""
        return self._plan.status()


def flash_weights(
    path: Path, header: GgufHeader, budget: int, devices: Path | None, locality: float = 0.4
) -> FlashWeights:
    """The strategy for a model that is about to be loaded under a budget in bytes."""
    model = map_model(header)
    return FlashWeights(
        path,
        header,
        model,
        lambda taken, batch: _plan(path, header, model, Surroundings(budget, taken, batch), devices, locality),
    )


def _plan(
    path: Path,
    header: GgufHeader,
    model: ModelMap,
    around: Surroundings,
    devices: Path | None,
    locality: float = 0.4,
) -> Plan:
    if (plan := make_plan(model, around, None)).mode is Mode.RAM:
        return replace(plan, tokens_per_second=_processor(model) / max(model.token_bytes, 1))
    try:
        check_system(path, header)
        machine = Machine(known_device(path, devices), _processor(model))
    except FlashRefused as refused:
        return replace(plan, reason=cannot_be_kept(refused.reason))
    except OSError as error:
        return replace(plan, reason=cannot_be_kept(error.strerror or str(error)))
    return make_plan(model, around, machine, locality)


def _processor(model: ModelMap) -> float:
    from app.runtime.flash.processor import bytes_per_second

    return bytes_per_second(main_kind(model), os.cpu_count() or 1)
