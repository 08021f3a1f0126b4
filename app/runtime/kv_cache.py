"""A context of llama.cpp and its KV cache: one live sequence, and a scratch sequence to bring states in and out.

A position is the place of its token in the live sequence, always: what is cut out is closed up.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import llama_cpp as native
import numpy as np
import numpy.typing as npt

from app.core.errors import ModelError
from app.runtime.residency import Mapped, Residency
from app.runtime.tuning import Tuning

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

_LIVE, _SCRATCH = 0, 1
_KV_TYPES = {"f16": native.GGML_TYPE_F16, "q8_0": native.GGML_TYPE_Q8_0, "q4_0": native.GGML_TYPE_Q4_0}
_STOPPED = 2


class KvCache:
    """Owns one native context. Use by one thread; `stopping` is asked from native code and must only look at a flag."""

    def __init__(
        self,
        model: Any,
        size: int,
        tuning: Tuning,
        stopping: Callable[[], bool],
        weights: Residency | None = None,
    ) -> None:
        self._weights = weights or Mapped()
        self._vocabulary = int(native.llama_vocab_n_tokens(native.llama_model_get_vocab(model)))
        self._native = ExitStack()
        self._open(model, size, tuning, stopping)
        self.batch = tuning.batch
        self.size = int(native.llama_n_ctx(self.context))
        whole = native.llama_model_is_recurrent(model) or native.llama_model_is_hybrid(model)
        self.shiftable = bool(native.llama_memory_can_shift(self._memory)) and not whole
        """Whether tokens can be moved; llama.cpp says so of recurrent models too, whose state cannot be cut."""

    def close(self) -> None:
        """Free the context."""
        self._native.close()

    def mind_stops(self) -> None:
        """Ask `stopping` again, where something else was asked meanwhile."""
        native.llama_set_abort_callback(self.context, self._abort, None)

    def decode(self, tokens: Sequence[int], at: int, rows: range = range(0)) -> bool:
        """Evaluate up to `batch` tokens behind the `at` that are held. False when stopped; then none is held.

        Logits are kept for the last token, and for the places `rows` of the batch.
        """
        batch = self._batch
        batch.n_tokens = len(tokens)
        for i, token in enumerate(tokens):
            batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, at + i, 1, i in rows
            batch.seq_id[i][0] = _LIVE
        batch.logits[len(tokens) - 1] = 1
        status = native.llama_decode(self.context, batch)
        self._weights.check()
        if status == 0:
            return True
        native.llama_memory_seq_rm(self._memory, _LIVE, at, -1)
        if status == _STOPPED:
            return False
        raise ModelError("The model could not go on (llama.cpp returned {0}). Ask again, or start a new chat.", status)

    def logits(self, row: int) -> Floats:
        """Logits behind a place of the last batch (-1: behind its last token), (vocabulary,); valid until the next."""
        found = native.llama_get_logits_ith(self.context, row)
        return np.ctypeslib.as_array(found, (self._vocabulary,))

    def drop_from(self, at: int) -> bool:
        """Drop the tokens from a place on; False where the memory cannot be cut, and then it is as it was."""
        return bool(native.llama_memory_seq_rm(self._memory, _LIVE, at, -1))

    def cut(self, start: int, end: int) -> None:
        """Take tokens [start, end) out, and let those behind move up. Only where `shiftable`."""
        native.llama_memory_seq_rm(self._memory, _LIVE, start, end)
        native.llama_memory_seq_add(self._memory, _LIVE, end, -1, start - end)

    def make_room(self, at: int, count: int) -> None:
        """Let the tokens from a place on move down, for others to be put in front of them. Only where `shiftable`."""
        native.llama_memory_seq_add(self._memory, _LIVE, at, -1, count)

    def clear(self) -> None:
        """Hold nothing; the memory is overwritten with zeros."""
        native.llama_memory_clear(self._memory, True)

    def take(self) -> Bytes:
        """The whole live sequence as bytes."""
        return self._state(_LIVE)

    def take_part(self, start: int, end: int) -> Bytes:
        """Tokens [start, end) of the live sequence as bytes. Only where `shiftable`."""
        native.llama_memory_seq_cp(self._memory, _LIVE, _SCRATCH, start, end)
        try:
            return self._state(_SCRATCH)
        finally:
            native.llama_memory_seq_rm(self._memory, _SCRATCH, -1, -1)

    def put(self, state: Bytes) -> bool:
        """Hold a sequence that was taken, and nothing else. False, holding nothing, when it does not fit."""
        self.clear()
        return self._load(state, _LIVE)

    def put_part(self, state: Bytes, was_at: int, at: int) -> bool:
        """Bring a part that was taken at one place in at another, behind all that is held. Only where `shiftable`.

        Its keys are turned to their new place with the next batch. False, and nothing is changed, if it does not fit.
        """
        if not self._load(state, _SCRATCH):
            return False
        if at != was_at:
            native.llama_memory_seq_add(self._memory, _SCRATCH, -1, -1, at - was_at)
        native.llama_memory_seq_cp(self._memory, _SCRATCH, _LIVE, -1, -1)
        native.llama_memory_seq_rm(self._memory, _SCRATCH, -1, -1)
        return True

    def _state(self, sequence: int) -> Bytes:
        size = native.llama_state_seq_get_size(self.context, sequence)
        found = np.empty(size, np.uint8)
        native.llama_state_seq_get_data(self.context, _pointer(found), size, sequence)
        return found

    def _load(self, state: Bytes, sequence: int) -> bool:
        done = native.llama_state_seq_set_data(self.context, _pointer(state), state.size, sequence)
        return bool(done == state.size)

    def _open(self, model: Any, size: int, tuning: Tuning, stopping: Callable[[], bool]) -> None:
        parameters = native.llama_context_default_params()
        parameters.n_ctx = size
        parameters.n_batch = parameters.n_ubatch = tuning.batch
        cores = os.cpu_count() or 1
        parameters.n_threads = tuning.threads or cores
        parameters.n_threads_batch = tuning.prefill_threads or tuning.threads or cores
        parameters.n_seq_max = 2
        parameters.kv_unified = True
        parameters.type_k = parameters.type_v = _KV_TYPES[tuning.kv]
        on, off = native.LLAMA_FLASH_ATTN_TYPE_AUTO, native.LLAMA_FLASH_ATTN_TYPE_DISABLED
        parameters.flash_attn_type = on if tuning.flash else off
        self._abort = native.ggml_abort_callback(lambda _: stopping())  # kept: native code calls it
        parameters.abort_callback = self._abort
        self._watch = self._weights.watch(parameters)
        self.context: Any = native.llama_init_from_model(model, parameters)
        if not self.context:
            raise ModelError("The model loaded, but there was no memory left for its context. Set a smaller context.")
        self._native.callback(native.llama_free, self.context)
        self._memory = native.llama_get_memory(self.context)
        self._batch: Any = native.llama_batch_init(tuning.batch, 0, 1)
        self._native.callback(native.llama_batch_free, self._batch)


def _pointer(found: Bytes) -> Any:
    return found.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
