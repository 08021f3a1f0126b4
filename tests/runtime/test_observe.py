"""The real model reads along."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import llama_cpp as native
import numpy as np
import psutil
import pytest

from app.core.errors import ModelTooLarge
from app.core.settings import Settings
from app.core.types import PromptMessage, Role, Sampling
from app.runtime import observe
from app.runtime.chat_worker import ChatWorker
from app.runtime.gguf_check import GgufHeader
from app.runtime.host import ChatHost
from app.runtime.llama import Llama
from app.runtime.messages import ChatConfig, Observe
from app.runtime.native_log import forward_native_log
from app.runtime.observe import ReadingContext
from app.runtime.residency import Mapped
from app.runtime.worker import Channel

pytestmark = pytest.mark.real
TALK = ["My dog Biscuit is afraid of thunder.", "Poor Biscuit! Does he hide?", "The ferry to Oslo leaves at nine."]


class Stop:
    def __init__(self) -> None:
        self.after = 1 << 60

    def __call__(self) -> bool:
        self.after -= 1
        return self.after < 0


@pytest.fixture(scope="module")
def stop() -> Stop:
    return Stop()


@pytest.fixture(scope="module")
def llama(stop: Stop) -> Iterator[Llama]:
    forward_native_log(lambda *_: None)
    loaded = Llama(Settings().chat_model, 256, 0, stop)
    yield loaded
    loaded.close()


@pytest.fixture
def observer(llama: Llama) -> Iterator[ReadingContext]:
    opened = llama.observer()
    yield opened
    opened.close()


def read(llama: Llama, observer: ReadingContext, texts: list[str], before: str = "") -> list[observe.Observation]:
    return list(observer.observe([llama.tokens(text) for text in texts], llama.tokens(before), tokens=True))


def test_surprise_is_what_the_model_says_one_token_at_a_time(llama: Llama, observer: ReadingContext) -> None:
    tokens = llama.tokens(TALK[0])
    expected, held = [], [native.llama_vocab_bos(llama._vocab)]
    for token in tokens:
        list(llama.read(held))
        size = native.llama_vocab_n_tokens(llama._vocab)
        logits = np.array(native.llama_get_logits_ith(llama.cache.context, -1)[:size])
        expected.append(np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[token])
        held.append(token)
    [found] = read(llama, observer, [TALK[0]])
    np.testing.assert_allclose(found.surprise, expected, atol=0.05)


def test_a_text_is_read_in_the_light_of_those_before_it(llama: Llama, observer: ReadingContext) -> None:
    first, again = read(llama, observer, [TALK[0], TALK[0]])
    assert again.surprise.mean() < first.surprise.mean() / 2
    [told] = read(llama, observer, [TALK[0]], before=TALK[0])
    np.testing.assert_allclose(told.surprise, again.surprise, atol=0.2)


def test_keys_are_those_of_the_upper_third_of_the_layers(llama: Llama, observer: ReadingContext) -> None:
    [found] = read(llama, observer, [TALK[0]])
    assert found.key is not None
    assert found.keys is not None
    assert found.key.shape == (10 * 192,)
    assert found.keys.shape == (len(found.surprise), 10 * 192)
    np.testing.assert_allclose(found.key, found.keys.astype(np.float32).mean(axis=0), atol=0.02)


def test_texts_longer_than_the_context_are_read_to_the_end(
    llama: Llama, observer: ReadingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe, "CONTEXT", 48)
    monkeypatch.setattr(observe, "_OVERLAP", 12)
    monkeypatch.setattr(observe, "_BATCH", 16)
    long = " ".join(TALK * 4)
    found = read(llama, observer, [long, TALK[0]])
    assert [len(one.surprise) for one in found] == [len(llama.tokens(text)) for text in (long, TALK[0])]
    assert all(np.isfinite(one.surprise).all() for one in found)


def test_a_model_that_names_no_keys_still_gives_surprise(llama: Llama, observer: ReadingContext) -> None:
    observer._keys._names = {b"elsewhere": 0}
    [found] = read(llama, observer, [TALK[0]])
    assert found.key is None
    assert len(found.surprise) == len(llama.tokens(TALK[0]))


def test_nothing_to_read(llama: Llama, observer: ReadingContext) -> None:
    assert read(llama, observer, []) == []
    [empty] = read(llama, observer, [""])
    assert (len(empty.surprise), empty.key) == (0, None)


def test_the_conversation_that_the_model_holds_is_untouched(llama: Llama) -> None:
    tokens = llama.tokens("Once upon a time there was a")
    list(llama.read(tokens))
    greedy = Sampling(temperature=0.0, max_tokens=8)
    before = b"".join(llama.write(greedy))
    held = list(llama._held)
    observer = llama.observer()
    read(llama, observer, TALK)
    observer.close()
    assert llama._held == held
    list(llama.read(tokens))
    assert b"".join(llama.write(greedy)) == before


def test_a_stop_ends_it_with_what_was_read(
    llama: Llama, observer: ReadingContext, stop: Stop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe, "_BATCH", 16)
    reading = observer.observe([llama.tokens(text) for text in TALK * 4], [], tokens=False)
    next(reading)
    stop.after = 0
    assert len(list(reading)) < len(TALK)
    stop.after = 1 << 60


def test_through_the_process(chat_host: ChatHost) -> None:
    found = chat_host.observe(TALK, before="A talk about dogs.")
    assert len(found) == len(TALK)
    assert found[0].key is not None
    assert found[0].keys is None
    assert chat_host.running
    assert chat_host.identity == Settings().chat_model.stem


@pytest.mark.parametrize("ask", ["reply", "count"])
def test_a_person_who_asks_does_not_wait_for_it(chat_host: ChatHost, ask: str) -> None:
    found: list[int] = []
    endless = ["la " * 60] * 400
    reading = threading.Thread(target=lambda: found.append(len(chat_host.observe(endless))))
    reading.start()
    while not chat_host._background:
        time.sleep(0.01)
    if ask == "reply":
        list(chat_host.reply([PromptMessage(Role.USER, "Hi.")], Sampling(temperature=0.0, max_tokens=1)))
    else:
        assert chat_host.count_tokens(["Hi."]) == [2]
    reading.join()
    assert found[0] < len(endless)


def test_it_is_refused_where_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = ChatWorker(cast(Channel, None), ChatConfig("none.gguf", 512))
    worker._weights = Mapped()
    worker._header = GgufHeader(
        {"general.architecture": "llama", "llama.block_count": 32, "llama.embedding_length": 4096}, 1
    )
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=10**8))
    with pytest.raises(ModelTooLarge, match="Reading along"):
        list(worker._observe(Observe(("Hi.",))))
