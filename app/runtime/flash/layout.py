"""Where the fields of a ggml_tensor lie. Found out from the library itself, never assumed."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import Any

from llama_cpp import _ggml
from llama_cpp._ctypes_extensions import load_shared_library

from app.core.phrase import Phrase
from app.runtime.flash.guard import FlashRefused

_F32, _I32 = 0, 26
_WORD = 8
_STRANGE = Phrase("this llama.cpp lays out tensors in a way that Mneme does not know")


@dataclass(frozen=True, slots=True)
class Layout:
    """Byte offsets into a ggml_tensor (its type comes first), and the numbers of the operations that matter."""

    sizes: int
    strides: int
    op: int
    sources: int
    view_of: int
    data: int
    name: int
    get_rows: int
    mul_mat_id: int
    add_id: int


@cache
def layout() -> Layout:
    """The offsets for the library that is loaded. Raises FlashRefused when it shows a struct that we do not know."""
    ggml = _library()
    context = ggml.ggml_init(_InitParams(1 << 20, None, False))
    try:
        return _find(ggml, context)
    finally:
        ggml.ggml_free(context)


def _find(ggml: Any, context: int) -> Layout:
    """Make tensors whose fields are known, and look where those values stand."""
    experts = ggml.ggml_new_tensor_3d(context, _F32, 64, 48, 5)
    inputs = ggml.ggml_new_tensor_3d(context, _F32, 64, 1, 7)
    chosen = ggml.ggml_new_tensor_2d(context, _I32, 3, 7)
    product = ggml.ggml_mul_mat_id(context, experts, inputs, chosen)
    rows = ggml.ggml_get_rows(context, ggml.ggml_new_tensor_3d(context, _F32, 8, 9, 7), chosen)
    shifted = ggml.ggml_add_id(context, product, ggml.ggml_new_tensor_2d(context, _F32, 48, 5), chosen)
    view = ggml.ggml_view_1d(context, experts, 16, 0)
    name = ggml.ggml_get_name(product) - product
    words, seen = _words(product, name), _words(view, name)
    strides, sources = _only(words, [4, 4 * 48, 4 * 48 * 3, 4 * 48 * 3 * 7]), _only(words, [experts, inputs, chosen])
    nodes = (product, rows, shifted)
    views = [at * _WORD for at, word in enumerate(seen) if word == experts and at * _WORD != sources]
    ops = [at for at in range(strides + 4 * _WORD, sources, 4) if len({_number(node + at) for node in nodes}) == 3]
    named = [ggml.ggml_op_desc(node) for node in nodes] == [b"MUL_MAT_ID", b"GET_ROWS", b"ADD_ID"]
    if not named or len(views) != 1 or len(ops) != 1 or _number(chosen) != _I32:
        raise FlashRefused(_STRANGE)
    return Layout(
        _only(words, [48, 3, 7, 1]),
        strides,
        ops[0],
        sources,
        views[0],
        _only(words, [ggml.ggml_get_data(product)]),
        name,
        get_rows=_number(rows + ops[0]),
        mul_mat_id=_number(product + ops[0]),
        add_id=_number(shifted + ops[0]),
    )


def _words(tensor: int, size: int) -> list[int]:
    return list((ctypes.c_uint64 * (size // _WORD)).from_address(tensor))


def _number(address: int) -> int:
    return ctypes.c_int32.from_address(address).value


def _only(words: list[int], wanted: list[int]) -> int:
    places = [i for i in range(len(words)) if words[i : i + len(wanted)] == wanted]
    if len(places) != 1:
        raise FlashRefused(_STRANGE)
    return places[0] * _WORD


class _InitParams(ctypes.Structure):
    _fields_ = (("mem_size", ctypes.c_size_t), ("mem_buffer", ctypes.c_void_p), ("no_alloc", ctypes.c_bool))


def _library() -> Any:
    library: Any = load_shared_library("ggml-base", _ggml.libggml_base_path)
    pointer, size = ctypes.c_void_p, ctypes.c_int64
    for name, result, arguments in (
        ("ggml_init", pointer, [_InitParams]),
        ("ggml_free", None, [pointer]),
        ("ggml_new_tensor_2d", pointer, [pointer, ctypes.c_int, size, size]),
        ("ggml_new_tensor_3d", pointer, [pointer, ctypes.c_int, size, size, size]),
        ("ggml_view_1d", pointer, [pointer, pointer, size, ctypes.c_size_t]),
        ("ggml_get_rows", pointer, [pointer, pointer, pointer]),
        ("ggml_mul_mat_id", pointer, [pointer, pointer, pointer, pointer]),
        ("ggml_add_id", pointer, [pointer, pointer, pointer, pointer]),
        ("ggml_get_data", pointer, [pointer]),
        ("ggml_get_name", pointer, [pointer]),
        ("ggml_op_desc", ctypes.c_char_p, [pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
