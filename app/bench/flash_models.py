"""The models that weights on flash are measured with: made once, kept in a folder, and used again."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.bench.random_model import Shape, write_model

KINDS = ("moe", "dense")


def kept_model(folder: Path, kind: str, size: int, quick: bool, step: Callable[[str], None]) -> Path:
    """A model of about `size` MB, made unless it is there."""
    path = folder / f"random-{kind}-{size}.gguf"
    if not path.exists():
        step(f"making {path.name}")
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        write_model(draft, shape_of(kind, size, quick))
        file = os.open(draft, os.O_RDONLY)
        os.fsync(file)  # a drive that is still writing reads slowly
        os.close(file)
        draft.rename(path)
    return path


def shape_of(kind: str, size: int, quick: bool) -> Shape:
    """Layers as those of models people run, and as many of them as make the size; smaller ones for a quick look."""
    if kind == "dense":
        shape = Shape("llama", 1, 2560, 8960, heads=20, kv_heads=5, head=128)
        if quick:
            shape = Shape("llama", 1, 1024, 2816, heads=8, kv_heads=1, head=128)
    else:
        shape = Shape("qwen3moe", 1, 2048, 768, heads=16, kv_heads=4, head=128, experts=64, used=8)
        if quick:
            shape = Shape("qwen3moe", 1, 1024, 384, heads=8, kv_heads=1, head=128, experts=64, used=8)
    return replace(shape, layers=max(size * 10**6 // _layer_bytes(shape), 4))


def _layer_bytes(shape: Shape) -> int:
    experts = max(shape.experts, 1)
    attention = shape.width * shape.head * (2 * shape.heads + 2 * shape.kv_heads)
    return (3 * experts * shape.width * shape.hidden + attention) * 18 // 32
