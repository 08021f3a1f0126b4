"""A small Mamba of random weights that speaks the embedded model's tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np

_WIDTH, _INNER, _STATE, _RANK, _CONV, _LAYERS = 64, 128, 16, 4, 4, 2


def write_mamba(path: Path, words_of: Path) -> Path:
    """Write the model, with the tokenizer and the chat template of another GGUF file."""
    draw = np.random.default_rng(1)
    writer = gguf.GGUFWriter(path, "mamba")
    writer.add_context_length(1024)
    writer.add_embedding_length(_WIDTH)
    writer.add_feed_forward_length(0)
    writer.add_head_count(0)
    writer.add_block_count(_LAYERS)
    writer.add_ssm_conv_kernel(_CONV)
    writer.add_ssm_inner_size(_INNER)
    writer.add_ssm_state_size(_STATE)
    writer.add_ssm_time_step_rank(_RANK)
    writer.add_layer_norm_rms_eps(1e-5)
    words = _copy_tokenizer(writer, words_of)

    def noise(*shape: int, scale: float = 1.0) -> Any:
        return (draw.standard_normal(shape) * scale / np.sqrt(shape[-1])).astype(np.float32)

    ones = np.ones(_WIDTH, np.float32)
    writer.add_tensor("token_embd.weight", noise(words, _WIDTH, scale=8.0))
    writer.add_tensor("output_norm.weight", ones)
    for i in range(_LAYERS):
        for name, tensor in {
            "attn_norm.weight": ones,
            "ssm_in.weight": noise(2 * _INNER, _WIDTH),
            "ssm_conv1d.weight": noise(_INNER, _CONV),
            "ssm_conv1d.bias": np.zeros(_INNER, np.float32),
            "ssm_x.weight": noise(_RANK + 2 * _STATE, _INNER),
            "ssm_dt.weight": noise(_INNER, _RANK),
            "ssm_dt.bias": np.full(_INNER, -1.0, np.float32),
            "ssm_a": -np.tile(np.arange(1, _STATE + 1, dtype=np.float32), (_INNER, 1)),
            "ssm_d": np.ones(_INNER, np.float32),
            "ssm_out.weight": noise(_WIDTH, _INNER),
        }.items():
            writer.add_tensor(f"blk.{i}.{name}", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _copy_tokenizer(writer: gguf.GGUFWriter, source: Path) -> int:
    """Copy all fields of the tokenizer; how many tokens there are."""
    fields = gguf.GGUFReader(source).fields
    for name, field in fields.items():
        if name.startswith("tokenizer."):
            kind, value = field.types[0], field.contents()
            if kind is gguf.GGUFValueType.ARRAY:
                writer.add_array(name, value)
            else:
                writer.add_key_value(name, value, kind)
    return len(fields["tokenizer.ggml.tokens"].data)
