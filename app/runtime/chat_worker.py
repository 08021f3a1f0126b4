"""The process in which a chat model lives."""

from __future__ import annotations

import codecs
import logging
import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from app.core.errors import ModelTooLarge
from app.core.types import ModelInfo, ReplyStats
from app.runtime import kv_file
from app.runtime.gguf_check import GgufHeader, check_gguf
from app.runtime.kv_file import KvState
from app.runtime.messages import (
    OBSERVED_CONTEXT,
    SHAPED_CONTEXT,
    ChatConfig,
    CountTokens,
    Forget,
    Generate,
    Observe,
    ReadAhead,
    Save,
    WritePage,
    WriteShaped,
)
from app.runtime.placing import WORKING_BYTES
from app.runtime.protocols import Done, KvRef, Observation, Piece, Reading, ReplyEvent, Running, Saved
from app.runtime.tuning import Tuning
from app.runtime.worker import CALM_THREADS, Channel

if TYPE_CHECKING:
    from app.runtime.layout import Layout

_TELL_EVERY_S = 0.5
_PAGE_CONTEXT = 1_536  # tokens that reading an episode and judging its state takes, at most


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
        path = self._weights_file()
        header = self._header = check_gguf(path)
        from app.runtime.llama import Llama
        from app.runtime.native_log import forward_native_log
        from app.runtime.placing import place

        forward_native_log(self._log)
        placing = place(path, header, self._config)
        self._weights = placing.weights
        tuning = self._config.tuning or Tuning(threads=self._config.threads)
        self._llama = Llama(
            path, self._config.context, self._config.threads, self._channel.stopping, self._weights, tuning
        )
        if note := self._weights.refusal or placing.note:
            self._channel.log(logging.WARNING, note)
        self._info = ModelInfo(
            *(Path(self._config.path).stem, self._config.path, self._llama.context, header.size_bytes, note),
            fingerprint=kv_file.fingerprint(path),
            quant=_quant(header, tuning),
            llama=version("llama-cpp-python"),
            shiftable=self._llama.shiftable,
        )
        return self._info

    def _weights_file(self) -> Path:
        """The model, or what was made of it for this machine, if that is still there."""
        tuned = Path(self._config.tuning.weights) if self._config.tuning is not None else Path()
        return tuned if tuned.is_file() and not self._config.memory_budget else Path(self._config.path)

    def _log(self, level: int, text: str) -> None:
        """Native errors are no news while a reply is being stopped: that is how llama.cpp reports the stop."""
        self._channel.log(logging.DEBUG if self._channel.stopping() else level, text)

    def _handle(
        self, body: CountTokens | Generate | ReadAhead | Observe | Save | WritePage | WriteShaped | Forget
    ) -> Iterator[object]:
        if isinstance(body, CountTokens):
            yield [len(self._llama.tokens(text)) for text in body.texts]
        elif isinstance(body, Observe):
            yield from self._observe(body)
        elif isinstance(body, ReadAhead):
            yield self._read_ahead(body)
        elif isinstance(body, Save):
            yield from self._save(body)
        elif isinstance(body, WritePage):
            yield from self._write_page(body)
        elif isinstance(body, WriteShaped):
            yield from self._write_shaped(body)
        elif isinstance(body, Forget):
            self._llama.forget()
        else:
            yield from self._generate(body)

    def _read_ahead(self, request: ReadAhead) -> int:
        if not self._llama.shiftable or self._channel.stopping():
            return 0
        return self._llama.read_ahead(self._lay_out(request)[0])

    def _observe(self, request: Observe) -> Iterator[Observation]:
        """Opens the second context for this request alone: between requests its memory is given back."""
        self._check_room(OBSERVED_CONTEXT)
        texts = [self._llama.tokens(text + "\n") for text in request.texts]
        with closing(self._llama.observer()) as observer:
            yield from observer.observe(texts, self._llama.tokens(request.before), request.tokens)

    @property
    def _kind(self) -> str:
        """What a saved state must come from to be of use to this model."""
        return f"{self._info.fingerprint} {self._info.quant} {self._info.llama}"

    def _save(self, request: Save) -> Iterator[Saved]:
        size = self._header.kv_bytes_per_token() * self._llama.context
        state = self._llama.state(request.conversation) if self._has_room(size) else None
        if state is not None:
            size, checksum = kv_file.write(Path(request.path), self._kind, state)
            self._llama.saved(request.conversation)
            yield Saved(len(state.tokens), size, checksum)

    def _write_page(self, request: WritePage) -> Iterator[Saved]:
        if not self._llama.shiftable:
            return
        from app.runtime.pages import write_page

        self._check_room(_PAGE_CONTEXT)
        if (page := write_page(self._llama, request.system, request.text)) is not None:
            size, checksum = kv_file.write(Path(request.path), self._kind, page.state)
            yield Saved(len(page.state.tokens), size, checksum, page.kl, page.top1)

    def _write_shaped(self, request: WriteShaped) -> Iterator[str]:
        from app.runtime.shaped import write_shaped

        self._check_room(SHAPED_CONTEXT)
        asked = (request.prompts, request.grammar, request.most)
        yield from write_shaped(self._llama, *asked, self._channel.stopping)

    def _check_room(self, context: int) -> None:
        """Raise ModelTooLarge when another context would not fit."""
        needed = self._header.kv_bytes_per_token() * context + WORKING_BYTES
        if not self._has_room(needed):
            raise ModelTooLarge("Reading along in a second context would not keep to the memory budget.")
        if needed > psutil.virtual_memory().available:
            raise ModelTooLarge("Reading along would need {0:.0f} MB more than is free.", needed / 1e6)

    def _has_room(self, size: int) -> bool:
        """Whether so many bytes more keep to the memory budget, if there is one."""
        status = self._weights.status()
        return status is None or status.used + size <= status.budget

    def _generate(self, request: Generate) -> Iterator[ReplyEvent]:
        begun = time.perf_counter()
        layout, resumed = self._lay_out(request)
        tokens = layout.tokens
        cached = count = 0
        for done, total, cached in self._llama.read(tokens, layout):
            yield Reading(done, total, cached)
        self._weights.status()  # what follows is told of the reply alone
        told = read = first = time.perf_counter()
        paged, characters = self._llama.paged, codecs.getincrementaldecoder("utf-8")("replace")
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
        stats = ReplyStats(len(tokens), cached, count, first_ms, rest_ms, paged, resumed)
        note = f"{cached} cached, {paged} paged in{', resumed' if resumed else ''}"
        self._channel.log(logging.INFO, f"read {len(tokens)} tokens ({note}) in {read - begun:.2f} s")
        spoken = range(len(tokens), len(tokens) + count)
        yield Done(self._channel.stopping(), stats, self._llama.read_as(layout.asked), self._llama.read_as(spoken))

    def _lay_out(self, request: Generate | ReadAhead) -> tuple[Layout, bool]:
        """The prompt with what is known of it, in the cache of its conversation; whether that was brought back."""
        from app.runtime.layout import PagedState

        working = request.working
        resumed = self._llama.enter(working.conversation, lambda: self._load(working.saved))
        pages = [PagedState(page.text, state) for page in working.pages if (state := self._load(page.file))]
        layout = self._llama.lay_out(request.messages, pages, working.asked)
        return replace(layout, may_cut=working.may_cut, ended=working.ended), resumed

    def _load(self, file: KvRef | None) -> KvState | None:
        """A saved state; one that is torn, or of something else, is thrown away."""
        if file is None or not self._has_room(Path(file.path).stat().st_size if Path(file.path).exists() else 0):
            return None
        found = kv_file.read(Path(file.path), self._kind, file.checksum)
        if found is None:
            Path(file.path).unlink(missing_ok=True)
        return found

    def _running(self, tokens: int, seconds: float) -> Iterator[Running]:
        """How the memory budget is kept, if there is one."""
        if tokens > 0 and (status := self._weights.status()) is not None:
            yield Running(status, tokens / max(seconds, 1e-9))


def _quant(header: GgufHeader, tuning: Tuning) -> str:
    """The types of weights and cache, and whether the cache is laid out for flash attention."""
    weights = header.metadata.get("general.file_type", "?")
    return f"{weights} kv {tuning.kv}{'' if tuning.flash else ' plain'}"
