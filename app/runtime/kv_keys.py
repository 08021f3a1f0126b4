"""The attention keys in a saved state, before the rotation by their place: what EM-LLM compares tokens by.

The layout is llama.cpp's of one sequence in one stream: a mark, the sequence, the count of streams and of cells, place
and sequence of each cell, how values are laid out, the count of layers, and the keys of each layer behind their type
and row size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import llama_cpp as native
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

_F16 = 1
_MARK = 0xAF143CD8


@dataclass(frozen=True, slots=True)
class Rotation:
    """How a model turns its keys: the base, the turned dimensions of a head, its width, and whether pairs lie apart
    (NeoX) or side by side. Scaled rotations are not known here."""

    base: float
    turned: int
    head: int
    apart: bool


def rotation_of(model: Any, metadata: Callable[[str], str]) -> Rotation | None:
    """How a model turns its keys by their place; None where that is not the plain way."""
    family, kind = metadata("general.architecture"), native.llama_model_rope_type(model)
    if kind not in (native.LLAMA_ROPE_TYPE_NORM, native.LLAMA_ROPE_TYPE_NEOX):
        return None
    if metadata(f"{family}.rope.scaling.type") not in ("", "none"):
        return None
    width = native.llama_model_n_embd(model) // max(native.llama_model_n_head(model), 1)
    head = int(metadata(f"{family}.attention.key_length") or width)
    turned = int(metadata(f"{family}.rope.dimension_count") or head)
    base = float(metadata(f"{family}.rope.freq_base") or 10_000)
    return Rotation(base, turned, head, kind == native.LLAMA_ROPE_TYPE_NEOX)


def upper_keys(state: Bytes, rotation: Rotation) -> Floats | None:
    """Keys of the upper third of the layers side by side, (tokens, d); None where the state is laid out otherwise."""
    reader = _Reader(state)
    try:
        if reader.number("<u4") != _MARK or reader.array("<i4", 2)[1] != 1:
            return None
        cells = reader.array("<i4", 3 * reader.number("<u4")).reshape(-1, 3)
        reader.number("<u4")
        layers = [reader.layer(len(cells)) for _ in range(reader.number("<u4"))]
    except ValueError:
        return None
    if not layers or any(layer is None or layer.shape[1] % rotation.head for layer in layers):
        return None
    wanted = layers[-max(1, len(layers) // 3) :]
    return np.concatenate([_turned_back(layer, cells[:, 0], rotation) for layer in wanted if layer is not None], axis=1)


def _turned_back(keys: Floats, places: npt.NDArray[np.int32], rotation: Rotation) -> Floats:
    heads = keys.reshape(len(keys), -1, rotation.head)
    turned, half = heads[:, :, : rotation.turned], rotation.turned // 2
    angles = places[:, None] * rotation.base ** (-np.arange(half) / half)
    cos, sin = np.cos(angles)[:, None, :].astype(np.float32), np.sin(angles)[:, None, :].astype(np.float32)
    pairs = (slice(0, half), slice(half, None)) if rotation.apart else (slice(0, None, 2), slice(1, None, 2))
    first, second = turned[:, :, pairs[0]].copy(), turned[:, :, pairs[1]].copy()
    turned[:, :, pairs[0]] = first * cos + second * sin
    turned[:, :, pairs[1]] = second * cos - first * sin
    return heads.reshape(len(keys), -1)


class _Reader:
    def __init__(self, state: Bytes) -> None:
        self._state = state
        self._at = 0

    def number(self, kind: str) -> int:
        return int(self.array(kind, 1)[0])

    def array(self, kind: str, count: int) -> npt.NDArray[np.int32]:
        size = np.dtype(kind).itemsize * count
        part = self._state[self._at : self._at + size]
        if part.size != size:
            raise ValueError("the state is shorter than it says")
        self._at += size
        return part.view(kind)

    def layer(self, cells: int) -> Floats | None:
        """The keys of one layer, (cells, width); None when they are not in half precision."""
        kind, row = self.number("<i4"), self.number("<u8")
        part = self._state[self._at : self._at + cells * row]
        self._at += cells * row
        if kind != _F16 or part.size != cells * row:
            return None
        return part.view("<f2").reshape(cells, -1).astype(np.float32)
