"""What the chat model makes of a text as it reads: how surprised it is, and the keys it would find it again by.

In a context of its own, so that the conversation's KV cache stays as it is. Surprise and keys as in EM-LLM (Fountas
et al. 2024, sections 3.1 and 3.2); keys are caught before the rotation, so that they do not depend on the position.
"""

from __future__ import annotations

import ctypes
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import llama_cpp as native
import numpy as np
import numpy.typing as npt
from llama_cpp import _ggml
from llama_cpp._ctypes_extensions import load_shared_library

from app.core.errors import ModelError
from app.runtime.messages import OBSERVED_CONTEXT
from app.runtime.protocols import Observation
from app.runtime.residency import Residency

CONTEXT = OBSERVED_CONTEXT
_OVERLAP = CONTEXT // 4  # tokens read again where the texts outgrow the context
_BATCH = 128
_PROJECTIONS = (b"MUL_MAT", b"MUL", b"ADD")  # after the rotation a node of another operation has the same name

Floats = npt.NDArray[np.float32]


class ReadingContext:
    """Reads texts with a loaded model in a second context. Use by one thread; `close` gives its memory back."""

    def __init__(self, model: Any, threads: int, stopping: Callable[[], bool], weights: Residency) -> None:
        self._stopping = stopping
        self._weights = weights
        self._vocab = native.llama_model_get_vocab(model)
        self._size = int(native.llama_vocab_n_tokens(self._vocab))
        layers = int(native.llama_model_n_layer(model))
        self._keys = _KeyCapture(range(layers - max(1, layers // 3), layers))
        self._held: list[int] = []
        self._last: Floats = np.zeros(0, np.float32)  # logits behind the last token that is held
        self._native = ExitStack()
        self._open(model, threads)

    def close(self) -> None:
        """Free the context."""
        self._native.close()

    def observe(self, texts: Sequence[Sequence[int]], before: Sequence[int], tokens: bool) -> Iterator[Observation]:
        """Read `before`, then each tokenised text in the light of all that came before it.

        `tokens` adds the key of each token. Ends early, with the texts read so far, when told to stop.
        """
        if not self._begin(before):
            return
        waiting = deque(len(text) for text in texts)
        surprise, keys = np.zeros(0, np.float32), np.zeros((0, 0), np.float32)
        for part in (*_blocks([token for text in texts for token in text]), []):
            if part:
                if (read := self._read(part)) is None:
                    return
                surprise = np.concatenate([surprise, read])
                found = self._keys.take(len(part))
                keys = np.concatenate([keys, found]) if len(keys) else found
            while waiting and waiting[0] <= len(surprise):
                size = waiting.popleft()
                yield _observation(surprise[:size], keys[:size], tokens)
                surprise, keys = surprise[size:], keys[size:]

    def _begin(self, before: Sequence[int]) -> bool:
        """An empty context that reads the end of `before`. False when stopped."""
        native.llama_memory_clear(self._memory, True)
        self._held = []
        first = native.llama_vocab_bos(self._vocab)
        lead = [first if first >= 0 else native.llama_vocab_nl(self._vocab), *before[-_OVERLAP:]]
        return all(self._read(part) is not None for part in _blocks(lead))

    def _read(self, part: Sequence[int]) -> Floats | None:
        """Read up to _BATCH tokens behind those held; how surprising each was, (n,). None when stopped."""
        if len(self._held) + len(part) > CONTEXT and not self._begin(list(self._held)):
            return None
        logits = self._decode(part)
        if logits is None:
            return None
        last = self._last if self._held else logits[0]  # what comes first of all has nothing to surprise
        surprise = _surprise(np.vstack([last, logits[:-1]]), part)
        self._last = logits[-1].copy()
        self._held.extend(part)
        return surprise

    def _decode(self, part: Sequence[int]) -> Floats | None:
        """Logits behind each token, (n, vocabulary), valid until the next call. None when stopped."""
        batch, start = self._batch, len(self._held)
        batch.n_tokens = len(part)
        for i, token in enumerate(part):
            batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, start + i, 1, 1
            batch.seq_id[i][0] = 0
        self._keys.clear()
        status = native.llama_decode(self._context, batch)
        self._weights.check()
        if status == 2:
            return None
        if status != 0:
            raise ModelError("The model could not read on (llama.cpp returned {0}).", status)
        found = np.ctypeslib.as_array(native.llama_get_logits(self._context), (len(part) * self._size,))
        return found.reshape(len(part), self._size)

    def _open(self, model: Any, threads: int) -> None:
        parameters = native.llama_context_default_params()
        parameters.n_ctx = CONTEXT
        parameters.n_batch = parameters.n_ubatch = _BATCH
        parameters.n_threads = parameters.n_threads_batch = threads or os.cpu_count() or 1
        self._abort = native.ggml_abort_callback(lambda _: self._stopping())  # kept: native code calls it
        parameters.abort_callback = self._abort
        self._watch = self._weights.watch(parameters, self._keys.see)
        self._context: Any = native.llama_init_from_model(model, parameters)
        if not self._context:
            raise ModelError("There was no memory left to read a conversation again.")
        self._native.callback(native.llama_free, self._context)
        self._memory = native.llama_get_memory(self._context)
        self._batch: Any = native.llama_batch_init(_BATCH, 0, 1)
        self._native.callback(native.llama_batch_free, self._batch)


class _KeyCapture:
    """Catches the attention keys of some layers as the graph is computed. Models that fuse them give none."""

    def __init__(self, layers: range) -> None:
        self._names = {f"Kcur-{layer}".encode(): layer for layer in layers}
        self._ggml = _ggml_functions()
        self._found: dict[int, Floats] = {}

    def clear(self) -> None:
        """Forget what was caught."""
        self._found = {}

    def take(self, count: int) -> Floats:
        """The keys of the last batch of `count` tokens, layers side by side; (count, 0) where the model names none."""
        if len(self._found) < len(self._names):
            return np.zeros((count, 0), np.float32)
        return np.concatenate([self._found[layer] for layer in sorted(self._found)], axis=1)

    def see(self, tensor: int, asked: bool) -> bool:
        """Asked before a node is computed whether it is wanted, and called again when it is there."""
        layer = self._names.get(self._ggml.ggml_get_name(tensor))
        if layer is None or self._ggml.ggml_op_desc(tensor) not in _PROJECTIONS:
            return not asked
        if not asked:
            self._copy(layer, tensor)
        return True

    def _copy(self, layer: int, tensor: int) -> None:
        if self._ggml.ggml_element_size(tensor) != 4 or not self._ggml.ggml_is_contiguous(tensor):
            return
        width = (ctypes.c_int64 * 4).from_address(tensor + 16)[0]  # ne[0] of ggml_tensor, which has no accessor
        values = np.empty(self._ggml.ggml_nelements(tensor), np.float32)
        self._ggml.ggml_backend_tensor_get(tensor, values.ctypes.data, 0, values.nbytes)
        self._found[layer] = values.reshape(-1, width)


def _blocks(tokens: Sequence[int]) -> Iterator[Sequence[int]]:
    return (tokens[start : start + _BATCH] for start in range(0, len(tokens), _BATCH))


def _observation(surprise: Floats, keys: Floats, tokens: bool) -> Observation:
    if not keys.size:
        return Observation(surprise)
    return Observation(surprise, keys.mean(axis=0), keys.astype(np.float16) if tokens else None)


def surprise_of(logits: Floats, token: int) -> float:
    """-log softmax at a token, in nats, of logits (vocabulary,) that stay as they are."""
    highest = float(logits.max())
    return float(np.log(np.exp(logits - highest).sum())) + highest - float(logits[token])


def _surprise(logits: Floats, tokens: Sequence[int]) -> Floats:
    """-log softmax of each row at its token, in nats."""
    highest = logits.max(axis=1)
    logits -= highest[:, None]
    chosen = logits[np.arange(len(tokens)), list(tokens)]
    np.exp(logits, out=logits)
    return np.asarray(np.log(logits.sum(axis=1)) - chosen, dtype=np.float32)


def _ggml_functions() -> Any:
    """The functions of ggml that llama_cpp does not wrap."""
    library: Any = load_shared_library("ggml-base", _ggml.libggml_base_path)
    for name, result, arguments in (
        ("ggml_get_name", ctypes.c_char_p, []),
        ("ggml_op_desc", ctypes.c_char_p, []),
        ("ggml_nelements", ctypes.c_int64, []),
        ("ggml_element_size", ctypes.c_size_t, []),
        ("ggml_is_contiguous", ctypes.c_bool, []),
        ("ggml_backend_tensor_get", None, [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, [ctypes.c_void_p, *arguments]
    return library
