"""How fast llama.cpp multiplies with weights that are in memory: measured on a product of its own, in 0.1 s."""

from __future__ import annotations

import ctypes
import time
from functools import cache
from typing import Any

from llama_cpp import _ggml
from llama_cpp._ctypes_extensions import load_shared_library

from app.runtime.gguf_check import BLOCKS

_BYTES, _WIDTH, _F32 = 48 << 20, 4096, 0
_ROUNDS = 5


@cache
def bytes_per_second(kind: int, threads: int) -> float:
    """Bytes of weights of this tensor type that one token's products go through in a second."""
    base: Any = load_shared_library("ggml-base", _ggml.libggml_base_path)
    cpu: Any = load_shared_library("ggml-cpu", _ggml.libggml_base_path)
    _declare(base, cpu)
    block, size = BLOCKS[kind]
    rows = _BYTES // (_WIDTH // block * size)
    context = base.ggml_init(_InitParams(_BYTES + (8 << 20), None, False))
    try:
        weights = base.ggml_new_tensor_2d(context, kind, _WIDTH, rows)
        given = base.ggml_new_tensor_2d(context, _F32, _WIDTH, 1)
        ctypes.memset(base.ggml_get_data(weights), 1, rows * (_WIDTH // block * size))
        ctypes.memset(base.ggml_get_data(given), 0, 4 * _WIDTH)
        graph = base.ggml_new_graph(context)
        base.ggml_build_forward_expand(graph, base.ggml_mul_mat(context, weights, given))
        times = []
        for _ in range(_ROUNDS):
            begun = time.perf_counter()
            cpu.ggml_graph_compute_with_ctx(context, graph, threads)
            times.append(time.perf_counter() - begun)
        return rows * (_WIDTH // block * size) / sorted(times)[_ROUNDS // 2]
    finally:
        base.ggml_free(context)


class _InitParams(ctypes.Structure):
    _fields_ = (("mem_size", ctypes.c_size_t), ("mem_buffer", ctypes.c_void_p), ("no_alloc", ctypes.c_bool))


def _declare(base: Any, cpu: Any) -> None:
    pointer, size = ctypes.c_void_p, ctypes.c_int64
    for library, name, result, arguments in (
        (base, "ggml_init", pointer, [_InitParams]),
        (base, "ggml_free", None, [pointer]),
        (base, "ggml_new_tensor_2d", pointer, [pointer, ctypes.c_int, size, size]),
        (base, "ggml_get_data", pointer, [pointer]),
        (base, "ggml_mul_mat", pointer, [pointer, pointer, pointer]),
        (base, "ggml_new_graph", pointer, [pointer]),
        (base, "ggml_build_forward_expand", None, [pointer, pointer]),
        (cpu, "ggml_graph_compute_with_ctx", ctypes.c_int, [pointer, pointer, ctypes.c_int]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
