"""To the bit: what a model says with its weights on flash is what it says without."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

import llama_cpp as native
import numpy as np
import pytest

from app.bench.random_model import Shape
from app.core.settings import Settings
from app.core.types import Sampling
from app.runtime.flash.plan import Mode
from app.runtime.native_log import forward_native_log
from tests.runtime.flash.models import EXPERTS, LAYERS, flash, last_logits, logits, name, opened, some_tokens, write

pytestmark = pytest.mark.real
PARTS = (20, 1, 1, 1, 5, 1, 60, *[1] * 8)  # a prompt, a reply, a short message, a long one


@pytest.fixture(autouse=True)
def _silent() -> None:
    forward_native_log(lambda *_: None)


@pytest.fixture(scope="module")
def moe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("moe"), EXPERTS[0])


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("dense"), LAYERS[0])


@pytest.fixture(params=["experts", "layers"])
def path(request: pytest.FixtureRequest, moe: Path, dense: Path) -> Iterator[Path]:
    yield moe if request.param == "experts" else dense


@pytest.mark.parametrize("shape", EXPERTS + LAYERS, ids=name)
def test_every_architecture_and_quantisation(shape: Shape, tmp_path: Path) -> None:
    path, tokens = write(tmp_path, shape), some_tokens(sum(PARTS))
    plain = opened(path)
    expected = logits(plain, tokens, PARTS)
    plain.close()
    weights = flash(path)
    llama = opened(path, weights)
    found = logits(llama, tokens, PARTS)
    assert weights.refusal == ""
    assert weights.plan is not None
    assert weights.plan.mode is (Mode.EXPERTS if shape.experts else Mode.LAYERS)
    assert weights.reader is not None
    assert weights.reader.bytes_read > path.stat().st_size / 2
    llama.close()
    assert np.ptp(expected) > 0
    np.testing.assert_array_equal(found, expected)


def test_conversations_in_turn(path: Path) -> None:
    """The context goes back to a common beginning, and on with other words."""
    first, second = some_tokens(50, 1), [*some_tokens(50, 1)[:20], *some_tokens(40, 2)]
    plain, llama = opened(path), opened(path, flash(path))
    for tokens in (first, second, first, second[:30]):
        for each in (plain, llama):
            list(each.read(tokens))
        np.testing.assert_array_equal(last_logits(llama), last_logits(plain))
    plain.close()
    llama.close()


def test_a_restored_and_a_shifted_context(path: Path, tmp_path: Path) -> None:
    tokens, found = some_tokens(60), []
    for weights in (None, flash(path)):
        llama = opened(path, weights)
        logits(llama, tokens[:40], (40,))
        memory, kept = native.llama_get_memory(llama._context), str(tmp_path / "kv").encode()
        array = (native.llama_token * 40)(*tokens[:40])
        assert native.llama_state_seq_save_file(llama._context, kept, 0, array, 40)
        native.llama_memory_clear(memory, True)
        native.llama_state_seq_load_file(llama._context, kept, 0, array, 40, ctypes.byref(ctypes.c_size_t()))
        native.llama_memory_seq_rm(memory, 0, 5, 15)
        native.llama_memory_seq_add(memory, 0, 15, -1, -10)
        llama._held = tokens[:30]
        found.append(logits(llama, tokens[40:], (10, 1, 1, 8)))
        llama.close()
    np.testing.assert_array_equal(found[1], found[0])


def test_after_a_reply_that_was_stopped_within_a_token(path: Path) -> None:
    stop = {"after": 1 << 60}

    def stopping() -> bool:
        stop["after"] -= 1
        return stop["after"] < 0

    tokens = some_tokens(60)
    plain, llama = opened(path), opened(path, flash(path), stopping)
    for after in (9, 40, 90):
        stop["after"] = after
        assert not llama._decode(tokens[:20])
        stop["after"] = 1 << 60
        np.testing.assert_array_equal(logits(llama, tokens, (20, 1, 1)), logits(plain, tokens, (20, 1, 1)))
        llama.forget()
        plain.forget()
    plain.close()
    llama.close()


def test_what_reads_along_in_a_second_context(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "llama_vocab_nl", lambda _: 0)  # these models know numbers and no lines
    texts, found = [some_tokens(30, 3), some_tokens(12, 4)], []
    for weights in (None, flash(path)):
        llama = opened(path, weights)
        before = logits(llama, some_tokens(30), (20, 1, 1))
        observer = llama.observer()
        seen = list(observer.observe(texts, some_tokens(5), tokens=True))
        observer.close()
        llama.forget()
        np.testing.assert_array_equal(logits(llama, some_tokens(30), (20, 1, 1)), before)
        assert seen[0].key is not None
        found.append([*(one.surprise for one in seen), *(one.keys for one in seen)])
        llama.close()
    for mine, plain in zip(found[1], found[0], strict=True):
        np.testing.assert_array_equal(mine, plain)


def test_the_embedded_model_says_the_same_words() -> None:
    path = Settings().chat_model
    replies = []
    for weights in (None, flash(path, 0.4)):
        llama = opened(path, weights, context=512)
        list(llama.read(llama.tokens("The capital of France is Paris, and the capital of Italy is")))
        replies.append(b"".join(llama.write(Sampling(temperature=0.0, max_tokens=12))))
        llama.close()
    assert replies[0]
    assert replies[1] == replies[0]
