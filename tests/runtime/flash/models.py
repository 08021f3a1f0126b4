"""Small models of random weights, and the plain way to run them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import llama_cpp as native
import numpy as np

from app.bench.random_model import Shape, write_model
from app.runtime.flash.device import CHUNKS, DEPTHS, Device
from app.runtime.flash.model_map import map_model
from app.runtime.flash.plan import Machine, Surroundings, make_plan
from app.runtime.flash.watched import PlainMapped
from app.runtime.flash.weights import FlashWeights
from app.runtime.gguf_check import check_gguf
from app.runtime.llama import Llama

DEVICE = Device({(chunk, depth): 1.5e9 for chunk in CHUNKS for depth in DEPTHS}, 2e9)
MACHINE = Machine(DEVICE, 10e9)
WORDS = 512

EXPERTS = (
    Shape("qwen3moe", 5, 256, 96, experts=16, used=4),
    Shape("qwen3moe", 4, 256, 256, experts=16, used=4, kind="Q4_K", down_kind="Q6_K"),
    Shape("olmoe", 4, 256, 128, kv_heads=4, experts=16, used=4, kind="Q8_0"),
    Shape("llama", 4, 256, 128, experts=8, used=2, kind="Q5_1"),
    Shape("qwen2moe", 4, 256, 128, experts=16, used=4, kind="Q4_1"),
    Shape("granitemoe", 4, 256, 64, experts=16, used=4, kind="F16"),
    Shape("gpt-oss", 4, 256, 96, experts=16, used=4, kind="Q5_0"),
    Shape("qwen3moe", 3, 256, 256, experts=12, used=3, kind="IQ4_XS", down_kind="Q3_K"),
)
LAYERS = (
    Shape("llama", 8, 256, 1024),
    Shape("qwen2", 10, 256, 1536, kind="Q8_0"),
    Shape("qwen3", 10, 256, 1536, kind="Q5_K", down_kind="Q2_K"),
)


def name(shape: Shape) -> str:
    return f"{shape.family}-{shape.kind}"


def write(folder: Path, shape: Shape) -> Path:
    path = folder / f"{name(shape)}.gguf"
    write_model(path, shape)
    return path


def flash(path: Path, share: float = 0.5) -> FlashWeights:
    """Flash with room for so much of what may move."""
    header = check_gguf(path)
    model = map_model(header)
    fixed = model.always_bytes + (model.layer_bytes if model.experts else 0)
    room = int(fixed + share * (model.always_bytes + model.layer_bytes + model.expert_bytes - fixed))

    def planner(taken: int, batch: int) -> Any:
        return make_plan(model, Surroundings(taken + room, taken, 0), MACHINE)

    return FlashWeights(path, header, model, planner)


def opened(path: Path, weights: Any = None, stopping: Callable[[], bool] = lambda: False, context: int = 256) -> Llama:
    return Llama(path, context, 2, stopping, weights or PlainMapped())


def logits(llama: Llama, tokens: Sequence[int], parts: Sequence[int]) -> Any:
    """What the model makes of tokens read in parts: the logits behind each part."""
    found, start = [], 0
    for size in parts:
        assert llama._decode(tokens[start : start + size])
        start += size
        found.append(last_logits(llama))
    return np.array(found)


def last_logits(llama: Llama) -> Any:
    return np.array(native.llama_get_logits_ith(llama._context, -1)[:WORDS])


def some_tokens(count: int, seed: int = 0) -> list[int]:
    return [int(token) for token in np.random.default_rng(seed).integers(0, WORDS, count)]
