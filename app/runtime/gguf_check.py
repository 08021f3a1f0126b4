"""Read the header of a GGUF file and check it against the file, before native code sees it.

Layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little-endian).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from app.core.errors import ModelMissing, ModelUnreadable

_MAGIC = b"GGUF"
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_MAX_ITEMS, _MAX_STRING, _MAX_DIMS = 10_000_000, 1 << 26, 4
# number of a tensor type -> (weights in a block, bytes of a block), as in ggml.h
BLOCKS = {
    **{0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40)},
    **{10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292)},
    **{16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82)},
    **{23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2)},
    **{34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36), 41: (128, 18)},
}

Scalar = int | float | bool | str


class _Broken(Exception):
    """The header contradicts itself or the file."""


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor of a file: its shape with the fastest dimension first, the number of its type, and where its bytes
    lie in the file. `size` is 0 for a type that is not known."""

    name: str
    shape: tuple[int, ...]
    kind: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """Scalar metadata, the size and the tensors of a sound GGUF file."""

    metadata: dict[str, Scalar]
    size_bytes: int
    tensors: tuple[TensorInfo, ...] = ()

    def number(self, key: str, default: int = 0) -> int:
        """An integer of the model's architecture, such as `block_count`."""
        value = self.metadata.get(f"{self.metadata.get('general.architecture', '')}.{key}", default)
        return int(value) if isinstance(value, int | float) and math.isfinite(value) else default

    def kv_bytes_per_token(self) -> int:
        """Bytes that one token of context takes in an f16 KV cache."""
        heads = max(self.number("attention.head_count", 1), 1)
        width = self.number("embedding_length") // heads
        sizes = self.number("attention.key_length", width) + self.number("attention.value_length", width)
        return 2 * sizes * self.number("attention.head_count_kv", heads) * self.number("block_count")


def check_gguf(path: Path) -> GgufHeader:
    """Parse the header and see that every tensor begins inside the file.

    Raises ModelMissing or ModelUnreadable, saying what to do.
    """
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            return _Reader(file, size).header()
    except FileNotFoundError:
        raise ModelMissing("There is no model at {0}. Choose another file, or run `mneme setup`.", path) from None
    except _Broken as error:
        raise ModelUnreadable("{0} {1}. Download it again, or choose another GGUF file.", path, error) from None
    except OSError as error:
        raise ModelUnreadable("{0} cannot be read: {1}.", path, error.strerror) from error


class _Reader:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size

    def header(self) -> GgufHeader:
        if self._file.read(4) != _MAGIC:
            raise _Broken("is not a GGUF model")
        version = self._scalar("I")
        if version not in (2, 3):
            raise _Broken(f"is a GGUF of version {version}, which this Mneme does not know")
        tensors, pairs = int(self._scalar("Q")), int(self._scalar("Q"))
        if tensors > _MAX_ITEMS or pairs > _MAX_ITEMS:
            raise _Broken("has a damaged header")
        metadata: dict[str, Scalar] = {}
        for _ in range(pairs):
            key = self._string()
            value = self._value(int(self._scalar("I")))
            if value is not None:
                metadata[key] = value
        alignment = metadata.get("general.alignment", 32)
        found = self._tensors(tensors, alignment if isinstance(alignment, int) and alignment > 0 else 32)
        return GgufHeader(metadata, self._size, found)

    def _tensors(self, count: int, alignment: int) -> tuple[TensorInfo, ...]:
        found: list[TensorInfo] = []
        furthest, smallest = 0, 0
        for _ in range(count):
            name = self._string()
            dims = int(self._scalar("I"))
            if dims > _MAX_DIMS:
                raise _Broken("has a damaged header")
            shape = tuple(int(self._scalar("Q")) for _ in range(dims))
            elements, kind = math.prod(shape), int(self._scalar("I"))
            offset = int(self._scalar("Q"))
            block, size = BLOCKS.get(kind, (1, 0))
            found.append(TensorInfo(name, shape, kind, offset, elements // block * size))
            if offset >= furthest:
                furthest, smallest = offset, elements // 8  # one bit a weight is less than any format takes
        data = -(-self._file.tell() // alignment) * alignment
        if count == 0 or data + furthest + smallest > self._size:
            raise _Broken("is cut short: part of the model is missing")
        return tuple(replace(tensor, offset=data + tensor.offset) for tensor in found)

    def _bytes(self, count: int) -> bytes:
        if count > _MAX_STRING:
            raise _Broken("has a damaged header")
        found = self._file.read(count)
        if len(found) != count:
            raise _Broken("is cut short: part of the model is missing")
        return found

    def _scalar(self, code: str) -> int | float | bool:
        value: int | float | bool = struct.unpack("<" + code, self._bytes(struct.calcsize("<" + code)))[0]
        return value

    def _string(self) -> str:
        return self._bytes(int(self._scalar("Q"))).decode("utf-8", "replace")

    def _value(self, kind: int) -> Scalar | None:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            self._skip_array()
            return None
        if kind not in _SCALARS:
            raise _Broken("has a damaged header")
        return self._scalar(_SCALARS[kind])

    def _skip_array(self) -> None:
        kind, count = int(self._scalar("I")), int(self._scalar("Q"))
        if count > _MAX_ITEMS or (kind not in _SCALARS and kind != _STRING):
            raise _Broken("has a damaged header")
        if kind in _SCALARS:
            self._skip(count * struct.calcsize(_SCALARS[kind]))
        else:
            for _ in range(count):
                self._skip(int(self._scalar("Q")))

    def _skip(self, count: int) -> None:
        if count > self._size - self._file.tell():
            raise _Broken("is cut short: part of the model is missing")
        self._file.seek(count, 1)
