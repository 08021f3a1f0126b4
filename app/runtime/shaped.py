"""Answers in the shape of a grammar, for the background: in a context of their own, which is freed afterwards.

So the conversation's KV cache stays as it is. What a prompt has in common with the one before is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing

import llama_cpp as native

from app.core.types import PromptMessage
from app.runtime.align import kept
from app.runtime.kv_cache import KvCache
from app.runtime.llama import Llama
from app.runtime.messages import SHAPED_CONTEXT
from app.runtime.sampler import shaping_sampler


def write_shaped(
    llama: Llama, prompts: Sequence[Sequence[PromptMessage]], grammar: str, most: int, stopping: Callable[[], bool]
) -> Iterator[str]:
    """The answer to each prompt, of at most so many tokens; "" to one that does not fit.

    Ends early, without the answer that was begun, when told to stop. Raises ModelError.
    """
    held: list[int] = []
    with closing(llama.open(SHAPED_CONTEXT)) as context:
        for prompt in prompts:
            tokens = llama.prompt(prompt)
            if len(tokens) + most > context.size:
                yield ""
                continue
            if not _read(context, tokens, held):
                return
            answer = _write(llama, context, held, grammar, most)
            if stopping():
                return
            yield answer.decode("utf-8", "replace")


def _read(context: KvCache, tokens: list[int], held: list[int]) -> bool:
    """Bring the context to exactly these tokens, of which the last is always read. False when stopped."""
    same = kept(held, tokens[:-1], 0)[-1][1]
    if not context.drop_from(same):  # a memory that cannot be cut
        context.clear()
        same = 0
    del held[same:]
    return all(
        _decode(context, tokens[start : start + context.batch], held)
        for start in range(same, len(tokens), context.batch)
    )


def _write(llama: Llama, context: KvCache, held: list[int], grammar: str, most: int) -> bytes:
    vocab = native.llama_model_get_vocab(native.llama_get_model(context.context))
    said = b""
    with ExitStack() as stack:
        chain = shaping_sampler(grammar, vocab, stack)
        for _ in range(most):
            token = native.llama_sampler_sample(chain, context.context, -1)
            if native.llama_vocab_is_eog(vocab, token):
                break
            said += llama.wording.bytes_of(token)
            if not _decode(context, [token], held):
                break
    return said


def _decode(context: KvCache, tokens: list[int], held: list[int]) -> bool:
    done = context.decode(tokens, len(held))
    held.extend(tokens if done else [])
    return done
