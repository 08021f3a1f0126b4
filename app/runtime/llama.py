"""One llama.cpp model and its context, owned by one thread of the worker process.

Written on the C interface rather than on `llama_cpp.Llama`, which offers neither an abort in the middle
of a prompt nor the context parameters that later kinds of memory need.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import llama_cpp as native
from jinja2 import TemplateError
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from app.core.errors import ContextOverflow, ModelError, ModelUnreadable
from app.core.types import PromptMessage, Role, Sampling
from app.runtime.observe import ReadingContext
from app.runtime.residency import Mapped, Residency

_BATCH = 256
_CHATML = (
    "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


class Llama:
    """A loaded model with one live sequence. Tokens that stay the same from call to call are not read again.

    Use by one thread; `stopping` is asked from native code as well and must only look at a flag.
    """

    def __init__(
        self, path: Path, context: int, threads: int, stopping: Callable[[], bool], weights: Residency | None = None
    ) -> None:
        self._stopping = stopping
        self._weights = weights or Mapped()
        self._threads = threads
        self._held: list[int] = []
        self._native = ExitStack()
        self._native.callback(self._weights.close)
        native.llama_backend_init()
        self._load(path)
        self._open_context(context, threads)
        self._vocab = native.llama_model_get_vocab(self._model)
        self._bos = self._special(native.llama_vocab_bos(self._vocab))
        self._plain_format = self._formatter(_CHATML)
        self._format = self._own_formatter() or self._plain_format
        self.name = self._metadata("general.name") or path.stem
        self.context = int(native.llama_n_ctx(self._context))

    def close(self) -> None:
        """Free the native model and context."""
        self._native.close()

    def tokens(self, text: str, *, special: bool = False) -> list[int]:
        """Token ids of `text`; with `special`, control tokens written out in it are recognised."""
        raw = text.encode("utf-8", "replace")
        space = len(raw) + 8
        found = (native.llama_token * space)()
        count = native.llama_tokenize(self._vocab, raw, len(raw), found, space, False, special)
        return list(found[:count])

    def prompt(self, messages: Sequence[PromptMessage]) -> list[int]:
        """The messages in the model's own chat template, ready for its reply."""
        text = self._written(messages)
        found = self.tokens(text, special=True)
        starts_itself = bool(self._bos) and text.startswith(self._bos)
        if native.llama_vocab_get_add_bos(self._vocab) and not starts_itself:
            found.insert(0, native.llama_vocab_bos(self._vocab))
        return found

    def _written(self, messages: Sequence[PromptMessage]) -> str:
        """The messages by the template; by turns without a system message where it wants that; else as ChatML."""
        try:
            return self._fill(self._format, messages)
        except Exception:  # templates raise what they like, of any type
            try:
                return self._fill(self._format, _by_turns(messages))
            except Exception:
                return self._fill(self._plain_format, messages)

    def _fill(self, template: Jinja2ChatFormatter, messages: Sequence[PromptMessage]) -> str:
        plain = [{"role": m.role, "content": self._without_controls(m.text)} for m in messages]
        return str(template(messages=plain).prompt)

    @staticmethod
    def _without_controls(text: str) -> str:
        """The text with control tokens of the usual form broken up: what was said must not end a turn or begin one."""
        return text.replace("<|", "<\u200b|")

    def _own_formatter(self) -> Jinja2ChatFormatter | None:
        """The formatter of the file's template, if it has one that can be read."""
        template = self._metadata("tokenizer.chat_template")
        try:
            return self._formatter(template) if template else None
        except TemplateError:
            return None

    def _formatter(self, template: str) -> Jinja2ChatFormatter:
        eos = self._special(native.llama_vocab_eos(self._vocab))
        return Jinja2ChatFormatter(template=template, eos_token=eos, bos_token=self._bos)

    def read(self, tokens: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Bring the context to exactly `tokens`, yielding (done, total, cached) new tokens after each batch.

        Ends early when told to stop. Raises ContextOverflow before anything is read when they do not fit.
        """
        if len(tokens) >= self.context:
            raise ContextOverflow(f"The prompt takes {len(tokens)} tokens and the model holds {self.context}.")
        cached = self._keep(tokens)
        total = len(tokens) - cached
        yield 0, total, cached
        for start in range(cached, len(tokens), _BATCH):
            if not self._decode(tokens[start : start + _BATCH]):
                return
            yield len(self._held) - cached, total, cached

    def write(self, sampling: Sampling) -> Iterator[bytes]:
        """Sample the reply token by token, as bytes that may end inside a character."""
        with ExitStack() as stack:
            sampler = self._sampler(sampling, stack)
            for _ in range(min(sampling.max_tokens, self.context - len(self._held))):
                token = native.llama_sampler_sample(sampler, self._context, -1)
                if native.llama_vocab_is_eog(self._vocab, token):
                    return
                yield self._piece(token)
                if self._stopping() or len(self._held) + 1 >= self.context or not self._decode([token]):
                    return

    def forget(self) -> None:
        """Hold nothing any more; the cache is overwritten with zeros."""
        native.llama_memory_clear(self._memory, True)
        self._held = []

    def observer(self) -> ReadingContext:
        """A second context that reads along; close it before this. Raises ModelError when memory is short."""
        return ReadingContext(self._model, self._threads, self._stopping, self._weights)

    def _load(self, path: Path) -> None:
        parameters = native.llama_model_default_params()
        parameters.n_gpu_layers = 0
        # On CPUs with AMX the repacked weights crash in the first prompt: ggml-org/llama.cpp#20824.
        parameters.use_extra_bufts = b"AMX_INT8 = 1" not in native.llama_print_system_info()
        self._weights.prepare(parameters)
        self._model: Any = native.llama_model_load_from_file(os.fsencode(path), parameters)
        if not self._model:
            raise ModelUnreadable(
                f"llama.cpp will not load {path}: the file is damaged, or of a kind this version does not know. "
                "Choose another GGUF file; the log has the details."
            )
        self._native.callback(native.llama_model_free, self._model)

    def _open_context(self, context: int, threads: int) -> None:
        parameters = native.llama_context_default_params()
        trained = int(native.llama_model_n_ctx_train(self._model))
        parameters.n_ctx = min(context, trained) if trained > 0 else context
        parameters.n_batch = parameters.n_ubatch = _BATCH
        parameters.n_threads = parameters.n_threads_batch = threads or os.cpu_count() or 1
        self._abort = native.ggml_abort_callback(lambda _: self._stopping())  # kept: native code calls it
        parameters.abort_callback = self._abort
        self._watch = self._weights.watch(parameters)
        self._context: Any = native.llama_init_from_model(self._model, parameters)
        if not self._context:
            raise ModelError("The model loaded, but there was no memory left for its context. Set a smaller context.")
        self._native.callback(native.llama_free, self._context)
        self._memory = native.llama_get_memory(self._context)
        self._weights.attach(self._model, self._context)
        native.llama_set_abort_callback(self._context, self._abort, None)  # to attach, one of its own may be of use

    def _keep(self, tokens: Sequence[int]) -> int:
        """Drop what differs from `tokens`; return how many leading tokens need no reading."""
        same = 0
        for held, wanted in zip(self._held, tokens, strict=False):
            if held != wanted:
                break
            same += 1
        same = min(same, len(tokens) - 1)  # the last token is always read: its logits are needed
        if not native.llama_memory_seq_rm(self._memory, 0, same, -1):
            native.llama_memory_clear(self._memory, True)  # this model's memory cannot be cut
            same = 0
        self._held = list(tokens[:same])
        return same

    def _decode(self, tokens: Sequence[int]) -> bool:
        """Read tokens behind those held. False when stopped in the middle; then none of them is held."""
        array = (native.llama_token * len(tokens))(*tokens)  # a name, so that it lives until it is decoded
        status = native.llama_decode(self._context, native.llama_batch_get_one(array, len(tokens)))
        self._weights.check()
        if status == 0:
            self._held.extend(tokens)
            return True
        native.llama_memory_seq_rm(self._memory, 0, len(self._held), -1)
        if status == 2:
            return False
        raise ModelError(f"The model could not go on (llama.cpp returned {status}). Ask again, or start a new chat.")

    def _sampler(self, sampling: Sampling, stack: ExitStack) -> Any:
        chain = native.llama_sampler_chain_init(native.llama_sampler_chain_default_params())
        stack.callback(native.llama_sampler_free, chain)
        add: Callable[[Any], None] = lambda part: native.llama_sampler_chain_add(chain, part)  # noqa: E731
        size = native.llama_vocab_n_tokens(self._vocab)
        add(native.llama_sampler_init_penalties(size, 64, sampling.repeat_penalty, 0.0, 0.0))
        if sampling.temperature <= 0:
            add(native.llama_sampler_init_greedy())
            return chain
        add(native.llama_sampler_init_top_k(sampling.top_k))
        add(native.llama_sampler_init_top_p(sampling.top_p, 1))
        add(native.llama_sampler_init_temp(sampling.temperature))
        add(native.llama_sampler_init_dist(native.LLAMA_DEFAULT_SEED if sampling.seed is None else sampling.seed))
        return chain

    def _piece(self, token: int) -> bytes:
        space = ctypes.create_string_buffer(256)
        length = native.llama_token_to_piece(self._vocab, token, space, len(space), 0, False)
        return space.raw[: max(length, 0)]

    def _special(self, token: int) -> str:
        return native.llama_vocab_get_text(self._vocab, token).decode("utf-8", "replace") if token >= 0 else ""

    def _metadata(self, key: str) -> str:
        space = ctypes.create_string_buffer(1 << 16)
        length = native.llama_model_meta_val_str(self._model, key.encode(), space, len(space))
        return space.value.decode("utf-8", "replace") if length > 0 else ""


def _by_turns(messages: Sequence[PromptMessage]) -> list[PromptMessage]:
    """User and assistant in turns, the user first: for templates that refuse anything else.

    The system message goes in front of the user's first words, and neighbours of one role become one.
    """
    turns: list[PromptMessage] = []
    for message in messages:
        role = Role.USER if message.role is Role.SYSTEM else message.role
        if turns and turns[-1].role is role:
            turns[-1] = PromptMessage(role, f"{turns[-1].text}\n\n{message.text}")
        else:
            turns.append(PromptMessage(role, message.text))
    return turns
