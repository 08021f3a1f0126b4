"""A loaded model whose weights keep to a budget: the strategy that the model's process hands to `Llama`."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import llama_cpp as native

from app.core.types import WeightsStatus
from app.runtime.flash.guard import FlashRefused, cannot_be_kept, check_library
from app.runtime.flash.hook import Act, ExpertAct, Hook, LayerAct
from app.runtime.flash.layout import Layout, layout
from app.runtime.flash.memory import PAGE, anonymous, drop, floats_at, mappings, status_bytes, up
from app.runtime.flash.model_map import ModelMap, held
from app.runtime.flash.plan import Mode, Plan
from app.runtime.flash.policy import policy
from app.runtime.flash.predictor import Floats, Predictor
from app.runtime.flash.reader import Piece, Reader
from app.runtime.flash.ring import Ring
from app.runtime.flash.survey import Survey, Surveyor
from app.runtime.flash.verify import verify_experts, verify_layers
from app.runtime.flash.window import Tally, Window
from app.runtime.gguf_check import GgufHeader, TensorInfo
from app.runtime.native_log import compute_buffer_bytes
from app.runtime.residency import Mapped, See, as_callback

_F32 = 0
_RESERVE = 32_000_000  # bytes: code that must stay, thread stacks, what the interpreter needs while it runs
_SWITCH_S = (
    5e-5  # how long a thread that has something to read waits for the interpreter's lock; reads must start early
)

Planner = Callable[[int, int], Plan]
"""From the bytes that are taken by everything but weights, and the tokens of the largest batch, to a plan."""


class FlashWeights:
    """Implements `Residency`. Where nothing may be moved all stays as it was, and `refusal` says why."""

    def __init__(self, path: Path, header: GgufHeader, model: ModelMap, planner: Planner) -> None:
        self._path = path
        self._header = header
        self._model = model
        self._planner = planner
        self._open = ExitStack()
        self._seen: See = _ignore
        self._untouched = 0
        self._where: dict[str, int] = {}
        self._batch = 1
        self.hook: Hook | None = None
        self.reader: Reader | None = None
        self.window: Window | None = None
        self.plan: Plan | None = None
        self.refusal = ""
        self.policy = "routed"
        self._told = (0, 0, 0, 0)
        self._idle = False
        self._unwatched = Mapped()
        self.guesses = -1  # experts guessed for the next layer; -1 leaves it to the plan

    def prepare(self, parameters: Any) -> None:
        """Map the file as it is: repacked weights would lie in memory twice, or out of reach."""
        parameters.load_mode = native.LLAMA_LOAD_MODE_MMAP
        parameters.use_extra_bufts = False

    def watch(self, parameters: Any, also: See | None = None) -> object:
        """Every context of this model reports to the hook, once there is one; none does once there will be none."""
        if self._idle:
            return self._unwatched.watch(parameters, also)
        self._batch = max(self._batch, parameters.n_ubatch)
        self._untouched = status_bytes("VmData") - status_bytes("RssAnon")
        parameters.cb_eval = callback = as_callback(_both(self._see, also))
        return callback

    def attach(self, model: Any, context: Any) -> bool:
        """Look, plan, read, and only then point the tensors elsewhere."""
        try:
            check_library()
            known = layout()
            surveyor = Surveyor(known, self._path, self._header.tensors)
            self._seen = surveyor.see
            survey = surveyor.look(context)
            self._seen = _ignore
            self.plan = plan = self._planner(self._taken(), self._batch)
            if plan.mode in (Mode.EXPERTS, Mode.LAYERS):
                self._move(survey, known, plan)
            elif plan.mode is Mode.MAPPED:
                self.refusal = plan.reason
        except FlashRefused as refused:
            self._give_up(cannot_be_kept(refused.reason))
        except (OSError, MemoryError) as error:
            self._give_up(cannot_be_kept(str(error)))
        self._idle = self.hook is None
        return self._idle

    def status(self) -> WeightsStatus | None:
        """What happened since the last call."""
        if self.plan is not None and self.plan.mode is Mode.RAM:
            return self.plan.status()
        if self.plan is None or self.hook is None or self.reader is None:
            return None
        tally = self.window.tally if self.window is not None else Tally()
        asked = (tally.found, tally.found + tally.ahead + tally.missed, self.hook.passes, self.reader.bytes_read)
        found, wanted, passes, read = (now - before for now, before in zip(asked, self._told, strict=True))
        self._told = asked
        rate = found / wanted if wanted else self.plan.hit_rate
        return replace(self.plan.status(), hit_rate=rate, token_bytes=read // max(passes, 1))

    def check(self) -> None:
        """Raise what went wrong during the last decode."""
        if self.hook is not None:
            self.hook.raise_failure()

    def close(self) -> None:
        """End the reading threads and give the memory back."""
        self._seen = _ignore
        self.window = None
        self._open.close()

    def _see(self, tensor: int, asked: bool) -> bool:
        return self._seen(tensor, asked)

    def _taken(self) -> int:
        """Bytes of this process that are not weights: touched, or promised to the context and not touched yet."""
        promised = compute_buffer_bytes() or status_bytes("VmData") - status_bytes("RssAnon") - self._untouched
        tables = self._header.size_bytes // 512  # the page tables of the mapped file
        return status_bytes("RssAnon") + max(promised, 0) + tables + _RESERVE

    def _move(self, survey: Survey, known: Layout, plan: Plan) -> None:
        if plan.mode is Mode.EXPERTS:
            verify_experts(survey, known, self._model)
        else:
            verify_layers(survey, plan.streamed, self._header.number("block_count") - 1)
        sys.setswitchinterval(_SWITCH_S)
        reader = self.reader = Reader(self._path, plan.threads, plan.chunk)
        self._open.callback(reader.close)
        moving = {name for names in plan.streamed.values() for name in names}
        moving |= {part.info.name for parts in self._model.experts.values() for part in parts}
        self._pin([tensor for tensor in self._header.tensors if tensor.name in survey.weights.keys() - moving])
        act = self._experts(survey, known, plan) if plan.mode is Mode.EXPERTS else self._layers(survey, known, plan)
        for name, address in self._where.items():
            self._point(survey, known, name, address)
        self.hook = Hook(known, act)
        self._seen = self.hook.see
        self._drop_file()

    def _pin(self, tensors: list[TensorInfo]) -> None:
        """Read what stays into memory of our own, which the system does not drop."""
        assert self.reader is not None
        region = anonymous(sum(map(held, tensors)), huge=True)
        at, pieces = 0, []
        for tensor in tensors:
            phase = tensor.offset % PAGE
            pieces.append(Piece(tensor.offset, tensor.size, region, at + phase))
            self._where[tensor.name] = region.address + at + phase
            at += up(phase + tensor.size)
        self._open.callback(lambda: region)  # lives as long as native code may look there
        self.reader.read(pieces).wait()

    def _experts(self, survey: Survey, known: Layout, plan: Plan) -> Act:
        assert self.reader is not None
        model = self._model
        rows = sorted(model.experts)
        keep = policy(self.policy, len(rows) * model.expert_count, len(rows))
        parts = [model.experts[layer] for layer in rows]
        window = self.window = Window(parts, model.expert_count, plan.slots, self.reader, keep)
        for part in (part for layer in parts for part in layer):
            axis = len(part.info.shape) - 1
            for tensor in survey.weights[part.info.name]:
                ctypes.c_uint64.from_address(tensor + known.data).value = window.pool.address + part.at + part.phase
                ctypes.c_int64.from_address(tensor + known.sizes + 8 * axis).value = plan.slots
                for dimension in range(axis, 4):
                    stride = window.stride * (plan.slots if dimension > axis else 1)
                    ctypes.c_uint64.from_address(tensor + known.strides + 8 * dimension).value = stride
        return ExpertAct(known, rows, window, self._predictor(rows, plan.guesses if self.guesses < 0 else self.guesses))

    def _predictor(self, rows: list[int], guesses: int) -> Predictor:
        tensors = {tensor.name: tensor for tensor in self._header.tensors}

        def floats(name: str) -> Floats | None:
            tensor, address = tensors.get(name), self._where.get(name)
            if tensor is None or address is None or tensor.kind != _F32:
                return None
            count = tensor.size // 4
            return floats_at(address, count).reshape(tensor.shape[::-1])

        routers = [floats(f"blk.{layer}.ffn_gate_inp.weight") for layer in rows]
        return Predictor(routers, [floats(f"blk.{layer}.ffn_norm.weight") for layer in rows], guesses)

    def _layers(self, survey: Survey, known: Layout, plan: Plan) -> Act:
        assert self.reader is not None
        tensors = {tensor.name: tensor for tensor in self._header.tensors}
        streamed = {layer: [tensors[name] for name in names] for layer, names in plan.streamed.items()}
        ring = Ring(streamed, plan.banks, self.reader, lambda name, at: self._point(survey, known, name, at))
        last = self._header.number("block_count") - 1
        return LayerAct({layer: (layer + 1) % (last + 1) for layer in range(last + 1)}, ring)

    @staticmethod
    def _point(survey: Survey, known: Layout, name: str, address: int) -> None:
        for tensor in survey.weights[name]:
            ctypes.c_uint64.from_address(tensor + known.data).value = address

    def _drop_file(self) -> None:
        """What is mapped of the file is not needed any more; nor is what the page cache holds of it."""
        for mapping in mappings(self._path):
            drop(mapping)
        with suppress(OSError):  # it would only stay there a little longer, and from here on nothing may fail
            file = os.open(self._path, os.O_RDONLY)
            try:
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(file)

    def _give_up(self, why: str) -> None:
        self.refusal = why
        self._seen = _ignore
        self._open.close()


def _ignore(tensor: int, asked: bool) -> bool:
    """Wants no node."""
    return not asked


def _both(mine: See, also: See | None) -> See:
    """A callback for two: each is told of the nodes that it wanted."""
    if also is None:
        return mine
    wanted = [False, False]

    def see(tensor: int, asked: bool) -> bool:
        if asked:
            wanted[:] = [mine(tensor, True), also(tensor, True)]
            return any(wanted)
        theirs = also(tensor, False) if wanted[1] else True
        return (mine(tensor, False) if wanted[0] else True) and theirs

    return see
