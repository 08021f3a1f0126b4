"""Strategies as trials need them: they tell what they did."""

from __future__ import annotations

import ctypes
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import llama_cpp as native

from app.runtime.flash.fit import InMemory, fit, flash_weights
from app.runtime.flash.layout import layout
from app.runtime.flash.weights import FlashWeights
from app.runtime.gguf_check import GgufHeader
from app.runtime.residency import Mapped, See, as_callback

if TYPE_CHECKING:
    from app.runtime.flash.trial import Trial


class Untold:
    """What a strategy tells that does nothing."""

    def seconds(self) -> float:
        """Seconds spent in callbacks."""
        return 0.0

    def tally(self) -> dict[str, int]:
        """Nothing is counted."""
        return {}

    def plan_dict(self) -> dict[str, Any]:
        """There is no plan."""
        return {}

    def overlap(self) -> float:
        """Not looked at."""
        return 0.0


class Plain(Untold, Mapped):
    """llama.cpp as it is."""


class Fitting(Untold, InMemory):
    """The app's way with a budget that is large enough."""


class PlainMapped(Plain):
    """The naive baseline under a limit: llama.cpp's own mapping, without repacked copies."""

    def prepare(self, parameters: Any) -> None:
        """Map, and keep the weights as they are in the file."""
        parameters.load_mode = native.LLAMA_LOAD_MODE_MMAP
        parameters.use_extra_bufts = False


class NothingDone(PlainMapped):
    """Asks for the nodes that flash asks for, and moves nothing: what callbacks alone cost. Notes who was chosen."""

    def __init__(self) -> None:
        self._last: dict[bytes, set[int]] = {}
        self._shared: list[float] = []

    def overlap(self) -> float:
        """The mean share of experts that a token has in common with the one before."""
        return sum(self._shared) / len(self._shared) if self._shared else 0.0

    def watch(self, parameters: Any, also: See | None = None) -> object:
        """Want the weights of the chosen experts, and the ends of layers."""
        self._layout = layout()
        parameters.cb_eval = callback = as_callback(self._see)
        return callback

    def _see(self, tensor: int, asked: bool) -> bool:
        name = ctypes.string_at(tensor + self._layout.name)
        if asked:
            return name.startswith((b"ffn_moe_weights-", b"l_out-")) and b" " not in name
        if name.startswith(b"ffn_moe_weights-"):
            self._note(name, tensor)
        return True

    def _note(self, name: bytes, tensor: int) -> None:
        chosen = ctypes.c_uint64.from_address(tensor + self._layout.sources + 8).value
        used, tokens = (ctypes.c_int64 * 2).from_address(chosen + self._layout.sizes)
        if tokens != 1:
            return
        data = ctypes.c_uint64.from_address(chosen + self._layout.data).value
        experts = set((ctypes.c_int32 * used).from_address(data))
        if name in self._last:
            self._shared.append(len(experts & self._last[name]) / used)
        self._last[name] = experts


class WatchedFlash(FlashWeights):
    """Flash that tells what it did."""

    def seconds(self) -> float:
        """Seconds spent waiting for the drive and choosing what to read."""
        return self.hook.seconds if self.hook is not None else 0.0

    def tally(self) -> dict[str, int]:
        """How experts were found."""
        return asdict(self.window.tally) if self.window is not None else {}

    def plan_dict(self) -> dict[str, Any]:
        """The plan, in plain values, and the bytes of one expert."""
        if self.plan is None:
            return {}
        found = asdict(replace(self.plan, streamed={}))
        return found | {
            "expert_bytes": sum(part.size for parts in self._model.experts.values() for part in parts)
            // max(len(self._model.experts), 1)
        }

    def overlap(self) -> float:
        """Not looked at."""
        return 0.0


def placed_for_trial(trial: Trial, header: GgufHeader) -> Fitting:
    """As the app places a model whose budget is more than enough."""
    return Fitting(fit(Path(trial.model), header, 2 * header.size_bytes + 10**9, trial.context, None))


def flash_for_trial(trial: Trial, header: GgufHeader) -> WatchedFlash:
    """Flash under the trial's budget."""
    devices = Path(trial.devices) if trial.devices else None
    made = flash_weights(Path(trial.model), header, trial.budget, devices, trial.locality)
    watched = WatchedFlash(made._path, made._header, made._model, made._planner)
    watched.policy, watched.guesses = trial.policy, trial.guesses
    return watched
