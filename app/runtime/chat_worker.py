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
from app.runtime.gguf_check import check_gguf
from app.runtime.messages import OBSERVED_CONTEXT, ChatConfig, CountTokens, Forget, Generate, Observe
from app.runtime.placing import WORKING_BYTES
from app.runtime.protocols import Done, Observation, Piece, Reading, ReplyEvent, Running
from app.runtime.worker import CALM_THREADS, Channel

_TELL_EVERY_S = 0.5


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
        from app.runtime.llama import Llama
        from app.runtime.native_log import forward_native_log
        from app.runtime.placing import place

        forward_native_log(self._log)
        placing = place(path, header, self._config)
        self._weights = placing.weights
        self._llama = Llama(path, self._config.context, self._config.threads, self._channel.stopping, self._weights)
        if note := self._weights.refusal or placing.note:
            self._channel.log(logging.WARNING, note)
        return ModelInfo(path.stem, str(path), self._llama.context, header.size_bytes, note)

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
        if self._weights.status() is not None:
            raise ModelTooLarge("Reading along in a second context would not keep to the memory budget.")
        needed = self._header.kv_bytes_per_token() * OBSERVED_CONTEXT + WORKING_BYTES
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
        self._weights.status()  # what follows is told of the reply alone
        told = read = first = time.perf_counter()
        characters = codecs.getincrementaldecoder("utf-8")("replace")
        if not self._channel.stopping():
            for piece in self._llama.write(request.sampling):
                count += 1
                if count == 1:
                    first = time.perf_counter()
                if text := characters.decode(piece):
                    yield Piece(text)
                if (now := time.perf_counter()) - told > _TELL_EVERY_S:
                    yield from self._running(count - 1, now - first)
                    told = now
            if text := characters.decode(b"", final=True):
                yield Piece(text)
        ended = time.perf_counter()
        yield from self._running(count - 1, ended - first)
        first_ms, rest_ms = (first - begun) * 1000, (ended - first) * 1000
        stats = ReplyStats(len(tokens), cached, count, first_ms, rest_ms)
        self._channel.log(logging.INFO, f"read {len(tokens)} tokens ({cached} cached) in {read - begun:.2f} s")
        yield Done(self._channel.stopping(), stats)

    def _running(self, tokens: int, seconds: float) -> Iterator[Running]:
        """How the memory budget is kept, if there is one."""
        if tokens > 0 and (status := self._weights.status()) is not None:
            yield Running(status, tokens / max(seconds, 1e-9))
