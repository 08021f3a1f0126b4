"""How the next token is drawn."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import llama_cpp as native

from app.core.errors import ModelError
from app.core.types import Sampling

_LOOKS_BACK = 64  # tokens that must not be repeated


def sampler(sampling: Sampling, vocabulary: int, stack: ExitStack) -> Any:
    """A native chain of samplers, freed with `stack`."""
    chain = native.llama_sampler_chain_init(native.llama_sampler_chain_default_params())
    stack.callback(native.llama_sampler_free, chain)
    parts = [native.llama_sampler_init_penalties(vocabulary, _LOOKS_BACK, sampling.repeat_penalty, 0.0, 0.0)]
    if sampling.temperature <= 0:
        parts.append(native.llama_sampler_init_greedy())
    else:
        seed = native.LLAMA_DEFAULT_SEED if sampling.seed is None else sampling.seed
        parts += [
            native.llama_sampler_init_top_k(sampling.top_k),
            native.llama_sampler_init_top_p(sampling.top_p, 1),
            native.llama_sampler_init_temp(sampling.temperature),
            native.llama_sampler_init_dist(seed),
        ]
    for part in parts:
        native.llama_sampler_chain_add(chain, part)
    return chain


def shaping_sampler(grammar: str, vocab: Any, stack: ExitStack) -> Any:
    """The likeliest token that a grammar (GBNF) allows, freed with `stack`. Raises ModelError for one that is none."""
    shape = native.llama_sampler_init_grammar(vocab, grammar.encode(), b"root")
    if not shape:
        raise ModelError("llama.cpp does not take this grammar.")
    chain = native.llama_sampler_chain_init(native.llama_sampler_chain_default_params())
    stack.callback(native.llama_sampler_free, chain)
    native.llama_sampler_chain_add(chain, shape)
    native.llama_sampler_chain_add(chain, native.llama_sampler_init_greedy())
    return chain
