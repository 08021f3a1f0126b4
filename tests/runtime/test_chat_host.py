"""The real small model in its real process: streaming, stopping, remembering the prompt, and dying."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.core.errors import ContextOverflow, ModelError, ModelMissing, ModelStopped, ModelTooLarge, ModelUnreadable
from app.core.settings import Settings
from app.core.types import PromptMessage, Role, Sampling
from app.runtime.gguf_check import GgufHeader
from app.runtime.host import ChatHost
from app.runtime.messages import ChatConfig
from app.runtime.placing import place
from app.runtime.protocols import Done, Piece, Reading, ReplyEvent
from tests.runtime.gguf import sound

pytestmark = pytest.mark.real
SYSTEM = PromptMessage(Role.SYSTEM, "You are kind and brief.")
GREEDY = Sampling(temperature=0.0, max_tokens=24)


def _prompt(*texts: str) -> list[PromptMessage]:
    roles = [Role.USER, Role.ASSISTANT]
    return [SYSTEM, *(PromptMessage(roles[i % 2], text) for i, text in enumerate(texts))]


def _text(events: list[ReplyEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, Piece))


@pytest.fixture
def own_host() -> Iterator[ChatHost]:
    """A host of this test's own, to be killed."""
    host = ChatHost(ChatConfig(str(Settings().chat_model), context=2048))
    yield host
    host.close()


def test_a_reply_streams_piece_by_piece(chat_host: ChatHost) -> None:
    events = list(chat_host.reply(_prompt("Say hello in French."), GREEDY))
    assert isinstance(events[0], Reading)
    assert sum(isinstance(event, Piece) for event in events) > 3
    last = events[-1]
    assert isinstance(last, Done)
    assert not last.stopped
    assert last.stats.reply_tokens <= 24
    assert "onjour" in _text(events)


def test_greedy_replies_are_the_same_again(chat_host: ChatHost) -> None:
    prompt = _prompt("Name three colours.")
    assert _text(list(chat_host.reply(prompt, GREEDY))) == _text(list(chat_host.reply(prompt, GREEDY)))


def test_the_next_turn_reads_only_what_is_new(chat_host: ChatHost) -> None:
    reply = _text(list(chat_host.reply(_prompt("My cat is called Tom."), GREEDY)))
    last = list(chat_host.reply(_prompt("My cat is called Tom.", reply, "And my dog is Rex."), GREEDY))[-1]
    assert isinstance(last, Done)
    assert last.stats.cached_tokens > 0.6 * last.stats.prompt_tokens


def test_emoji_arrive_whole(chat_host: ChatHost) -> None:
    events = list(chat_host.reply(_prompt("Repeat: 😀😀😀"), Sampling(temperature=0.0, max_tokens=40)))
    assert "\ufffd" not in _text(events)


def test_stop_takes_effect_within_one_token(chat_host: ChatHost) -> None:
    pieces = 0
    for event in chat_host.reply(_prompt("Write a long story."), Sampling(temperature=0.0, max_tokens=400)):
        if isinstance(event, Piece):
            pieces += 1
            if pieces == 5:
                chat_host.stop()
                time.sleep(0.5)  # what comes now was on its way before the stop was seen
        if isinstance(event, Done):
            assert event.stopped
            assert event.stats.reply_tokens <= 7


def test_stop_ends_the_reading_of_a_long_prompt(own_host: ChatHost) -> None:
    own_host.load()
    events = own_host.reply(_prompt("word " * 1_500), GREEDY)
    next(events)
    threading.Timer(0.3, own_host.stop).start()
    last = list(events)[-1]
    assert isinstance(last, Done)
    assert last.stopped
    assert last.stats.reply_tokens == 0
    assert _text(list(own_host.reply(_prompt("Say yes."), GREEDY)))


def test_a_reader_that_leaves_does_not_leave_the_model_talking(chat_host: ChatHost) -> None:
    events = chat_host.reply(_prompt("Write a long story."), Sampling(temperature=0.0, max_tokens=400))
    for event in events:
        if isinstance(event, Piece):
            break
    events.close()  # type: ignore[attr-defined]
    last = list(chat_host.reply(_prompt("Say yes."), GREEDY))[-1]
    assert isinstance(last, Done)
    assert not last.stopped


def test_a_prompt_beyond_the_context_is_refused_and_the_next_one_works(chat_host: ChatHost) -> None:
    with pytest.raises(ContextOverflow):
        list(chat_host.reply(_prompt("word " * 3_000), GREEDY))
    assert _text(list(chat_host.reply(_prompt("Say yes."), GREEDY)))


def test_tokens_are_counted_as_the_model_reads_them(chat_host: ChatHost) -> None:
    assert chat_host.count_tokens(["", "hello", "hello hello"]) == [0, 1, 2]


@pytest.mark.parametrize(
    ("content", "kind"), [(None, ModelMissing), (b"not a model", ModelUnreadable), (b"GGUF\x03\0\0\0", ModelUnreadable)]
)
def test_a_bad_file_is_told_and_told_again(tmp_path: Path, content: bytes | None, kind: type[ModelError]) -> None:
    path = tmp_path / "m.gguf"
    if content is not None:
        path.write_bytes(content)
    host = ChatHost(ChatConfig(str(path), 512))
    for _ in range(2):
        with pytest.raises(kind):
            host.load()
    host.close()


def test_a_truncated_model_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(Settings().chat_model.read_bytes()[:20_000_000])
    with pytest.raises(ModelUnreadable, match="cut short"):
        ChatHost(ChatConfig(str(path), 512)).load()


def test_a_sound_header_before_garbage_is_refused_by_the_loader(tmp_path: Path) -> None:
    path = tmp_path / "odd.gguf"
    path.write_bytes(sound())
    with pytest.raises(ModelUnreadable, match="llama.cpp will not load"):
        ChatHost(ChatConfig(str(path), 512)).load()


def test_a_model_that_does_not_fit_names_both_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    header = GgufHeader({"general.architecture": "llama", "llama.context_length": 4096}, 30_000_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("M", (), {"available": 8_000_000_000}))
    with pytest.raises(ModelTooLarge, match=r"30\.\d GB .* 8\.0 GB are free.*load anyway"):
        place(Path("big.gguf"), header, ChatConfig("big.gguf", 4096))


def test_killing_it_while_it_loads_is_told_and_the_next_question_works(own_host: ChatHost) -> None:
    problems: list[Exception] = []

    def load() -> None:
        try:
            own_host.load()
        except ModelStopped as error:
            problems.append(error)

    loading = threading.Thread(target=load)
    loading.start()
    deadline = time.monotonic() + 20
    while own_host.pid is None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert own_host.pid is not None
    os.kill(own_host.pid, signal.SIGKILL)
    loading.join(30)
    assert len(problems) == 1
    assert _text(list(own_host.reply(_prompt("Say yes."), GREEDY)))


@pytest.mark.parametrize(("prompt", "after"), [("word " * 1_500, Reading), ("Write a long story.", Piece)])
def test_killing_it_in_the_middle_is_told_and_the_next_question_works(
    own_host: ChatHost, prompt: str, after: type[ReplyEvent]
) -> None:
    events = own_host.reply(_prompt(prompt), Sampling(temperature=0.0, max_tokens=400))
    with pytest.raises(ModelStopped, match="ask again"):
        for event in events:
            if isinstance(event, after) and own_host.pid is not None:
                os.kill(own_host.pid, signal.SIGKILL)
    assert _text(list(own_host.reply(_prompt("Say yes."), GREEDY)))


def test_an_idle_model_gives_its_memory_back_and_comes_again(own_host: ChatHost) -> None:
    own_host.load()
    assert not own_host.unload_if_idle(60)
    assert own_host.unload_if_idle(0)
    assert own_host.pid is None
    assert _text(list(own_host.reply(_prompt("Say yes."), GREEDY)))


def test_closing_while_it_loads_does_not_hang(own_host: ChatHost) -> None:
    loading = threading.Thread(target=lambda: _swallow(own_host.load))
    loading.start()
    time.sleep(0.05)
    own_host.close()
    loading.join(30)
    assert not loading.is_alive()


def _swallow(work: object) -> None:
    try:
        work()  # type: ignore[operator]
    except ModelStopped:
        return
