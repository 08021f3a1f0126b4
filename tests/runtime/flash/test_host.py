"""The real model in its process, under a memory budget."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.core.errors import ModelTooLarge, ModelUnreachable
from app.core.settings import Settings
from app.core.types import PromptMessage, Role, Sampling
from app.runtime.host import ChatHost
from app.runtime.messages import ChatConfig
from app.runtime.protocols import Piece, Running

pytestmark = pytest.mark.real
BUDGET = 205_000_000
STORY = [PromptMessage(Role.USER, "Tell me a story of the sea.")]
GREEDY = Sampling(temperature=0.0, max_tokens=24)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(Settings().chat_model, tmp_path / "model.gguf"))


@pytest.fixture
def host(path: Path, tmp_path: Path) -> Iterator[ChatHost]:
    made = ChatHost(ChatConfig(str(path), 512, memory_budget=BUDGET, devices=str(tmp_path / "drives.json")))
    yield made
    made.close()


def said(host: ChatHost) -> str:
    return "".join(event.text for event in host.reply(STORY, GREEDY) if isinstance(event, Piece))


def test_a_reply_under_a_budget(host: ChatHost, tmp_path: Path) -> None:
    assert host.load().note == ""
    events = list(host.reply(STORY, GREEDY))
    running = [event for event in events if isinstance(event, Running)]
    assert running
    status = running[-1].weights
    assert status.mode == "layers from flash"
    assert 0 < status.token_bytes < 100_000_000
    assert status.used <= status.budget == BUDGET
    assert "in memory" in running[-1].line
    assert "tokens/s (predicted" in running[-1].line
    assert (tmp_path / "drives.json").exists()
    memory = psutil.Process(host.pid).memory_full_info()
    assert memory.uss < BUDGET
    with pytest.raises(ModelTooLarge, match="memory budget"):
        host.observe(["Once upon a time."])
    assert said(host)


def test_a_budget_that_cannot_be_kept_is_told_and_the_model_runs(path: Path) -> None:
    host = ChatHost(ChatConfig(str(path), 512, memory_budget=100_000_000))
    assert host.load().note.startswith("The memory budget cannot be kept: it would take at least")
    assert said(host)
    host.close()


def test_a_file_that_is_cut_while_it_runs_ends_the_reply_and_no_more(host: ChatHost, path: Path) -> None:
    whole = path.read_bytes()
    first = said(host)
    path.write_bytes(whole[:10_000_000])  # as a drive that is pulled out: what was there is gone
    with pytest.raises(ModelUnreachable, match="loaded anew"):
        said(host)
    assert host.pid is None
    path.write_bytes(whole)
    assert said(host) == first
