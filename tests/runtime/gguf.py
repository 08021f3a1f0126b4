"""GGUF files written by hand: tiny sound ones, and real ones with other words in their header."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

Value = int | float | bool | str | list[str] | list[int]
ALIGNMENT = 32


def string(text: str | bytes) -> bytes:
    raw = text.encode() if isinstance(text, str) else text
    return struct.pack("<Q", len(raw)) + raw


def value(found: Value) -> bytes:
    """A metadata value with its type in front."""
    if isinstance(found, bool):
        return struct.pack("<I?", 7, found)
    if isinstance(found, int):
        return struct.pack("<IQ", 10, found)
    if isinstance(found, float):
        return struct.pack("<If", 6, found)
    if isinstance(found, str):
        return struct.pack("<I", 8) + string(found)
    kind = 8 if isinstance(found[0], str) else 4
    items = b"".join(string(item) if isinstance(item, str) else struct.pack("<I", item) for item in found)
    return struct.pack("<IIQ", 9, kind, len(found)) + items


def tensor(name: str, dims: Sequence[int], offset: int) -> bytes:
    head = string(name) + struct.pack("<I", len(dims))
    return head + b"".join(struct.pack("<Q", size) for size in dims) + struct.pack("<IQ", 0, offset)


def header(metadata: Mapping[str, Value], tensors: Sequence[bytes], version: int = 3) -> bytes:
    pairs = b"".join(string(key) + value(found) for key, found in metadata.items())
    return b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata)) + pairs + b"".join(tensors)


MODEL: dict[str, Value] = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "llama.context_length": 2048,
    "llama.block_count": 2,
    "llama.embedding_length": 64,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.tokens": ["a", "b", "c"],
    "tokenizer.ggml.token_type": [1, 1, 1],
}


def sound(**changes: Value) -> bytes:
    """A sound GGUF of one tensor of 64 floats, with changed metadata."""
    head = header(MODEL | {key.replace("__", "."): found for key, found in changes.items()}, [tensor("w", [64], 0)])
    return head + b"\x00" * (-len(head) % ALIGNMENT) + b"\x00" * 256


def with_template(source: Path, target: Path, template: str) -> Path:
    """A copy of a real model with another chat template."""
    key = string("tokenizer.chat_template") + struct.pack("<I", 8)
    content = source.read_bytes()
    begin = content.index(key) + len(key)
    (length,) = struct.unpack("<Q", content[begin : begin + 8])
    end = _end_of_header(source)
    head = content[:begin] + string(template) + content[begin + 8 + length : end]
    with open(target, "wb") as file:
        file.write(head + b"\x00" * (-len(head) % ALIGNMENT))
        file.write(content[end + (-end % ALIGNMENT) :])
    return target


def _end_of_header(path: Path) -> int:
    from app.runtime.gguf_check import _Reader

    with open(path, "rb") as file:
        reader = _Reader(file, path.stat().st_size)
        reader.header()
        return file.tell()
