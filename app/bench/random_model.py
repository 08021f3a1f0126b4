"""Models of random weights, of any size: GGUF files that llama.cpp runs like real ones, and that say nothing.

Weights have a mean of zero and such a size that activations neither die nor explode, so that the experts that a router
chooses depend on what the model reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_PART = 1 << 25  # bytes that are drawn at once
# type -> (bytes of a block, weights in it, where its fp16 scales stand, what a scale of 1 spreads the weights by)
_BLOCKS: dict[str, tuple[int, int, tuple[int, ...], float]] = {
    "Q4_0": (18, 32, (0,), 4.3),
    "Q4_1": (20, 32, (0,), 4.6),
    "Q5_0": (22, 32, (0,), 9.2),
    "Q5_1": (24, 32, (0,), 9.2),
    "Q8_0": (34, 32, (0,), 74.0),
    "Q2_K": (84, 256, (80,), 9.0),
    "Q3_K": (110, 256, (108,), 37.0),
    "Q4_K": (144, 256, (0,), 160.0),
    "Q5_K": (176, 256, (0,), 320.0),
    "Q6_K": (210, 256, (208,), 1400.0),
    "IQ4_NL": (18, 32, (0,), 70.0),
    "IQ4_XS": (136, 256, (0,), 1200.0),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a model. `family` is llama.cpp's name of its architecture; without experts it is dense."""

    family: str
    layers: int
    width: int
    hidden: int
    heads: int = 4
    kv_heads: int = 2
    head: int = 64
    experts: int = 0
    used: int = 0
    kind: str = "Q4_0"
    down_kind: str = ""
    words: int = 512
    context: int = 8192

    @property
    def tied(self) -> bool:
        """Whether the output is the embedding read backwards."""
        return self.family in ("llama", "qwen3moe", "granitemoe")


def write_model(path: Path, shape: Shape, seed: int = 1) -> None:
    """Write a model; the same shape and seed give the same file."""
    import gguf

    writer = gguf.GGUFWriter(path, shape.family)
    _head(writer, shape)
    tensors = list(_tensors(shape, np.random.default_rng(seed)))
    for name, dims, kind, _ in tensors:
        blocks = _row_bytes(dims, kind)
        raw = gguf.GGMLQuantizationType[kind]
        dtype, size = (np.dtype(np.float32), dims) if kind == "F32" else (np.dtype(np.uint8), (*dims[:-1], blocks))
        count = int(np.prod(size, dtype=np.int64)) * dtype.itemsize
        writer.add_tensor_info(name, size, dtype, count, raw_dtype=None if kind == "F32" else raw)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    draw = np.random.default_rng(seed + 1)
    for _, dims, kind, made in tensors:
        data = made if isinstance(made, np.ndarray) else _random(draw, dims, kind, made)
        writer.write_tensor_data(data.reshape(*dims[:-1], -1))
    writer.close()


def _head(writer: Any, shape: Shape) -> None:
    writer.add_name(f"random {shape.family}")
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_rope_dimension_count(shape.head)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e5)
    writer.add_vocab_size(shape.words)
    writer.add_tokenizer_model("none")
    if shape.experts:
        writer.add_expert_count(shape.experts)
        writer.add_expert_used_count(shape.used)
        writer.add_expert_feed_forward_length(shape.hidden)
    if shape.family == "qwen2moe":
        writer.add_expert_shared_feed_forward_length(shape.hidden)
    if shape.family == "granitemoe":
        writer.add_logit_scale(1.0)
    if shape.family == "gpt-oss":
        writer.add_sliding_window(128)


Tensor = tuple[str, tuple[int, ...], str, "npt.NDArray[np.float32] | float"]


def _tensors(shape: Shape, draw: np.random.Generator) -> Iterator[Tensor]:
    """Name, dimensions with the fastest last, type, and either the values or how large they are to make a product."""
    width = shape.width
    yield ("token_embd.weight", (shape.words, width), shape.kind, width**0.5)
    yield _ones("output_norm.weight", width)
    if not shape.tied:
        yield ("output.weight", (shape.words, width), shape.kind, 1.0)
    for layer in range(shape.layers):
        yield from _attention(f"blk.{layer}.", shape, draw)
        if shape.experts:
            yield from _experts(f"blk.{layer}.", shape, draw)
        else:
            yield from _feed_forward(f"blk.{layer}.ffn_", ".weight", shape)


def _attention(block: str, shape: Shape, draw: np.random.Generator) -> Iterator[Tensor]:
    queries, keys = shape.heads * shape.head, shape.kv_heads * shape.head
    yield _ones(block + "attn_norm.weight", shape.width)
    for name, rows in (("q", queries), ("k", keys), ("v", keys)):
        yield (f"{block}attn_{name}.weight", (rows, shape.width), shape.kind, 1.0)
        if shape.family in ("qwen2", "qwen2moe"):
            yield _noise(f"{block}attn_{name}.bias", (rows,), draw)
    yield (block + "attn_output.weight", (shape.width, queries), shape.kind, 0.3)
    if shape.family in ("qwen3", "qwen3moe"):
        yield _ones(block + "attn_q_norm.weight", shape.head)
        yield _ones(block + "attn_k_norm.weight", shape.head)
    if shape.family == "olmoe":
        yield _ones(block + "attn_q_norm.weight", queries)
        yield _ones(block + "attn_k_norm.weight", keys)
    if shape.family == "gpt-oss":
        yield _noise(block + "attn_sinks.weight", (shape.heads,), draw)
        yield _noise(block + "attn_output.bias", (shape.width,), draw)
        yield _ones(block + "post_attention_norm.weight", shape.width)
    else:
        yield _ones(block + "ffn_norm.weight", shape.width)


def _feed_forward(start: str, end: str, shape: Shape, experts: Sequence[int] = ()) -> Iterator[Tensor]:
    gain = 0.5 if not experts else 0.85 * shape.used**0.5
    yield (f"{start}gate{end}", (*experts, shape.hidden, shape.width), shape.kind, 1.0)
    yield (f"{start}up{end}", (*experts, shape.hidden, shape.width), shape.kind, 1.0)
    yield (f"{start}down{end}", (*experts, shape.width, shape.hidden), shape.down_kind or shape.kind, gain)


def _experts(block: str, shape: Shape, draw: np.random.Generator) -> Iterator[Tensor]:
    router = draw.standard_normal((shape.experts, shape.width)) * 1.5 / shape.width**0.5
    yield (block + "ffn_gate_inp.weight", router.shape, "F32", router.astype(np.float32))
    yield from _feed_forward(block + "ffn_", "_exps.weight", shape, (shape.experts,))
    if shape.family == "qwen2moe":
        yield _noise(block + "ffn_gate_inp_shexp.weight", (shape.width,), draw)
        yield from _feed_forward(block + "ffn_", "_shexp.weight", shape)
    if shape.family == "gpt-oss":
        yield _noise(block + "ffn_gate_inp.bias", (shape.experts,), draw)
        for name, rows in (("gate", shape.hidden), ("up", shape.hidden), ("down", shape.width)):
            yield _noise(f"{block}ffn_{name}_exps.bias", (shape.experts, rows), draw)


def _ones(name: str, size: int) -> Tensor:
    return (name, (size,), "F32", np.ones(size, np.float32))


def _noise(name: str, dims: tuple[int, ...], draw: np.random.Generator) -> Tensor:
    return (name, dims, "F32", (draw.standard_normal(dims) * 0.1).astype(np.float32))


def _row_bytes(dims: Sequence[int], kind: str) -> int:
    if kind in ("F32", "F16"):
        return dims[-1] * (4 if kind == "F32" else 2)
    size, weights, _, _ = _BLOCKS[kind]
    if dims[-1] % weights:
        raise ValueError(f"{kind} takes rows of a multiple of {weights} weights, not {dims[-1]}")
    return dims[-1] // weights * size


def _random(draw: np.random.Generator, dims: Sequence[int], kind: str, gain: float) -> npt.NDArray[np.uint8]:
    """Random weights whose product with a vector of unit size has about the size `gain`, as raw bytes."""
    rows, spread = int(np.prod(dims[:-1], dtype=np.int64)), gain / dims[-1] ** 0.5
    if kind == "F16":
        halves: npt.NDArray[np.float16] = (draw.standard_normal((rows, dims[-1])) * spread).astype(np.float16)
        return halves.view(np.uint8)
    size, weights, scales, unit = _BLOCKS[kind]
    blocks = np.empty((rows * dims[-1] // weights, size), np.uint8)
    for start in range(0, len(blocks), _PART // size):
        part = blocks[start : start + _PART // size]
        part[:] = np.frombuffer(draw.bytes(part.size), np.uint8).reshape(part.shape)
    if kind == "Q4_0":
        blocks[:, 2:] = _BALANCED[blocks[:, 2:]]
    for at in (0, 2) if kind in ("Q4_1", "Q5_1", "Q4_K", "Q5_K") else ():
        blocks[:, at : at + 2] = 0
    if kind == "Q2_K":
        blocks[:, 80:84] = 0
    for at in scales:
        blocks[:, at : at + 2] = np.frombuffer(np.float16(spread / unit).tobytes(), np.uint8)
    if kind in ("Q4_1", "Q5_1"):  # their weights are not negative: the minimum brings the mean back to zero
        middle = np.float16(-(7.5 if kind == "Q4_1" else 15.5) * float(np.float16(spread / unit)))
        blocks[:, 2:4] = np.frombuffer(middle.tobytes(), np.uint8)
    return blocks


def _balanced() -> npt.NDArray[np.uint8]:
    """Pairs of 4-bit weights without -8, the one value that has no opposite: with it every router would see a drift."""
    pairs = np.arange(256)
    low, high = (np.where(half == 0, 8, half) for half in (pairs & 15, pairs >> 4))
    found: npt.NDArray[np.uint8] = (low | high << 4).astype(np.uint8)
    return found


_BALANCED = _balanced()
