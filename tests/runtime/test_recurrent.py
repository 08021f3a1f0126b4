"""A model whose memory is one state that can be neither cut nor moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.settings import Settings
from app.core.types import PromptMessage, Role, Sampling
from app.runtime.host import ChatHost
from app.runtime.messages import ChatConfig
from app.runtime.protocols import Done, KvRef, Piece, Working
from tests.runtime.recurrent import write_mamba

pytestmark = pytest.mark.real
GREEDY = Sampling(temperature=0.0, max_tokens=8)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatHost]:
    path = write_mamba(tmp_path_factory.mktemp("mamba") / "mamba.gguf", Settings().chat_model)
    opened = ChatHost(ChatConfig(str(path), context=512))
    yield opened
    opened.close()


def ask(host: ChatHost, talk: list[PromptMessage], working: Working) -> tuple[str, Done]:
    said, done = "", None
    for event in host.reply(talk, GREEDY, working):
        said += event.text if isinstance(event, Piece) else ""
        done = event if isinstance(event, Done) else done
    assert done is not None
    return said, done


def test_it_talks_is_saved_and_goes_on(host: ChatHost, tmp_path: Path) -> None:
    assert not host.load().shiftable
    talk = [PromptMessage(Role.SYSTEM, "You tell stories."), PromptMessage(Role.USER, "Tell me of the sea.")]
    said, first = ask(host, talk, Working(1))
    assert first.stats.reply_tokens > 0
    again, retold = ask(host, talk, Working(1))
    assert again == said
    assert retold.stats.cached_tokens == first.stats.prompt_tokens - 1  # a reply is taken back as a whole

    saved = host.save(1, str(tmp_path / "one.kv"))
    assert saved is not None
    more = [*talk, PromptMessage(Role.ASSISTANT, said), PromptMessage(Role.USER, "And then?")]
    expected, known = ask(host, more, Working(1))
    assert known.stats.cached_tokens >= first.stats.prompt_tokens
    host.forget()
    ref = KvRef(str(tmp_path / "one.kv"), saved.checksum)
    resumed, back = ask(host, more, Working(1, ref))
    assert resumed == expected
    assert back.stats.resumed
    assert back.stats.cached_tokens == known.stats.cached_tokens


def test_other_words_are_read_from_the_beginning(host: ChatHost) -> None:
    talk = [PromptMessage(Role.SYSTEM, "You tell stories."), PromptMessage(Role.USER, "Tell me of the hills.")]
    _, done = ask(host, talk, Working(2))
    assert done.stats.cached_tokens == 0


def test_episodes_come_as_text_alone(host: ChatHost, tmp_path: Path) -> None:
    assert host.write_page("You tell stories.", "Earlier I told you:\n- Hello.", str(tmp_path / "page.kv")) is None
