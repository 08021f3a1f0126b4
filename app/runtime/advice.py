"""Will a model fit here? Told before it is loaded: by its header, the memory free now, and the context that is set.

What needs llama.cpp to be told runs in a process of its own, so that the window's never imports it.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import get_context
from pathlib import Path

import psutil

from app.core.errors import ModelError
from app.core.settings import Settings
from app.runtime.gguf_check import GgufHeader, check_gguf
from app.runtime.placing import needed_bytes

SHARE_OF_FREE = 0.85
_BESIDE_THE_FILE = 700_000_000  # bytes that a model which is not here yet is taken to need beside its weights

_at_once = threading.Lock()


class Verdict(StrEnum):
    """How a model would run."""

    FITS = "fits"
    STREAMS = "streams"
    TOO_LARGE = "too large"


@dataclass(frozen=True, slots=True)
class Advice:
    """The verdict and what it rests on: bytes that the model needs and that it may take, and tokens a second where
    these could be told, else 0."""

    verdict: Verdict
    needed: int
    room: int
    tokens_per_second: float = 0.0
    reason: str = ""


def room_for(settings: Settings) -> int:
    """Bytes that the chat model may take: the budget that is set, or what is free now."""
    return settings.memory_budget * 1_000_000 or psutil.virtual_memory().available


def guess(size: int, settings: Settings) -> Advice:
    """For a model that is not here yet, of whose file nothing is known but its size."""
    needed, room = size + _BESIDE_THE_FILE, room_for(settings)
    return Advice(Verdict.FITS if needed <= room else Verdict.TOO_LARGE, needed, room)


def advise(path: Path, settings: Settings, devices: Path | None = None) -> Advice:
    """For a model on this machine. Some seconds where its weights would come from flash.

    Raises ModelError for a file that is no sound model.
    """
    header, room = check_gguf(path), room_for(settings)
    needed = needed_bytes(header, settings.context_tokens)
    if needed <= room:
        return Advice(Verdict.FITS, needed, room)
    budget = room if settings.memory_budget else int(room * SHARE_OF_FREE)
    streams, speed, reason = _weighed(path, header, budget, settings.context_tokens, devices)
    return Advice(Verdict.STREAMS if streams else Verdict.TOO_LARGE, needed, room, speed, reason)


def _weighed(
    path: Path, header: GgufHeader, budget: int, context: int, devices: Path | None
) -> tuple[bool, float, str]:
    """What `_planned` says, from another process; one at a time, for each reads the drive."""
    try:
        with _at_once, ProcessPoolExecutor(1, get_context("spawn")) as pool:
            return pool.submit(_planned, path, header, budget, context, devices).result()
    except Exception as error:  # a strange file must cost the advice and no more
        logging.getLogger(__name__).warning("a model could not be weighed: %s", type(error).__name__)
        return False, 0.0, ""


def _planned(
    path: Path, header: GgufHeader, budget: int, context: int, devices: Path | None
) -> tuple[bool, float, str]:
    from app.runtime.flash.fit import fit
    from app.runtime.flash.plan import Mode

    plan = fit(path, header, budget, context, devices)
    return plan.mode in (Mode.EXPERTS, Mode.LAYERS), plan.tokens_per_second, plan.reason


def check_import(path: Path) -> GgufHeader:
    """See that a file is a chat model before it is used. Raises ModelError."""
    header = check_gguf(path)
    if not header.tensors or header.metadata.get("general.type", "model") != "model":
        raise ModelError(
            "{0} is a part of a model or a companion to one, no chat model. Choose another file.", path.name
        )
    return header
