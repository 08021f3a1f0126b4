"""The process in which a chat model lives."""

from __future__ import annotations

import codecs
import logging
import os
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from app.core.errors import ModelTooLarge
from app.core.types import ModelInfo, ReplyStats
from app.runtime.gguf_check import GgufHeader, check_gguf
from app.runtime.messages import OBSERVED_CONTEXT, ChatConfig, CountTokens, Forget, Generate, Observe
from app.runtime.protocols import Done, Observation, Piece, Reading, ReplyEvent
from app.runtime.worker import CALM_THREADS, Channel

_WORKING_BYTES = 150_000_000  # compute buffers and the interpreter, beside weights and KV cache


def main(pipe: Connection[Any, Any], config: ChatConfig) -> None:
    """Load the model, then answer CountTokens, Generate and Observe until the app ends."""
    os.environ |= CALM_THREADS
    ChatWorker(Channel(pipe), config).run()


class ChatWorker:
    """Serves one model."""

    def __init__(self, channel: Channel, config: ChatConfig) -> None:
        self._channel = channel
        self._config = config

    def run(self) -> None:
        """Serve until the app ends."""
        self._channel.serve(self._start, self._handle)

    def _start(self) -> ModelInfo:
        path = Path(self._config.path)
        header = self._header = check_gguf(path)
        if not self._config.load_anyway:
            _check_memory(path, header, self._config.context)
        from app.runtime.llama import Llama
        from app.runtime.native_log import forward_native_log

        forward_native_log(self._log)
        self._llama = Llama(path, self._config.context, self._config.threads, self._channel.stopping)
        return ModelInfo(path.stem, str(path), self._llama.context, header.size_bytes)

    def _log(self, level: int, text: str) -> None:
        """Native errors are no news while a reply is being stopped: that is how llama.cpp reports the stop."""
        self._channel.log(logging.DEBUG if self._channel.stopping() else level, text)

    def _handle(self, body: CountTokens | Generate | Observe | Forget) -> Iterator[object]:
        if isinstance(body, CountTokens):
            yield [len(self._llama.tokens(text)) for text in body.texts]
        elif isinstance(body, Observe):
            yield from self._observe(body)
        elif isinstance(body, Forget):
            self._llama.forget()
        else:
            yield from self._generate(body)

    def _observe(self, request: Observe) -> Iterator[Observation]:
        """Opens the second context for this request alone: between requests its memory is given back."""
        needed = self._header.kv_bytes_per_token() * OBSERVED_CONTEXT + _WORKING_BYTES
        if needed > psutil.virtual_memory().available:
            raise ModelTooLarge(f"Reading along would need {needed / 1e6:.0f} MB more than is free.")
        texts = [self._llama.tokens(text + "\n") for text in request.texts]
        with closing(self._llama.observer()) as observer:
            yield from observer.observe(texts, self._llama.tokens(request.before), request.tokens)

    def _generate(self, request: Generate) -> Iterator[ReplyEvent]:
        begun = time.perf_counter()
        tokens = self._llama.prompt(request.messages)
        cached = count = 0
        for done, total, cached in self._llama.read(tokens):
            yield Reading(done, total, cached)
        read = first = time.perf_counter()
        characters = codecs.getincrementaldecoder("utf-8")("replace")
        if not self._channel.stopping():
            for piece in self._llama.write(request.sampling):
                count += 1
                if count == 1:
                    first = time.perf_counter()
                if text := characters.decode(piece):
                    yield Piece(text)
            if text := characters.decode(b"", final=True):
                yield Piece(text)
        ended = time.perf_counter()
        first_ms, rest_ms = (first - begun) * 1000, (ended - first) * 1000
        stats = ReplyStats(len(tokens), cached, count, first_ms, rest_ms)
        self._channel.log(logging.INFO, f"read {len(tokens)} tokens ({cached} cached) in {read - begun:.2f} s")
        yield Done(self._channel.stopping(), stats)


def _check_memory(path: Path, header: GgufHeader, context: int) -> None:
    """Raise ModelTooLarge when weights, KV cache and buffers do not fit into the memory that is free now."""
    trained = header.number("context_length", context) or context
    needed = header.size_bytes + header.kv_bytes_per_token() * min(context, trained) + _WORKING_BYTES
    free = psutil.virtual_memory().available
    if needed > free:
        raise ModelTooLarge(
            f"{path.name} needs about {needed / 1e9:.1f} GB with this context, and {free / 1e9:.1f} GB are free. "
            "Close other programs, choose a smaller model or context, or turn on “load anyway” in the settings."
        )
