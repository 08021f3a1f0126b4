"""What is kept of conversations and episodes, with the real store and a model that only says what it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap import Assistant
from app.chat.events import Answered, Recalled
from app.chat.prompt import PAGED
from app.chat.working_memory import WorkingMemory
from app.core.errors import DiskFull
from app.core.types import ModelInfo
from app.memory.episodes import EpisodeKeeper
from app.runtime.protocols import Saved
from app.storage.kv_files import KvFile
from tests.fakes import FakeModel

INFO = ModelInfo("Fake", "fake.gguf", 4096, 0, fingerprint="hash", quant="q", llama="1", shiftable=True)


class Keeper(FakeModel):
    """A model that keeps states: any bytes will do."""

    def __init__(self) -> None:
        super().__init__()
        self.running, self.busy, self.forgot = True, False, 0
        self.saved: list[int] = []
        self.pages: list[str] = []
        self.kl = 0.01
        self.full = False

    def load(self) -> ModelInfo:
        return INFO

    def save(self, conversation: int, path: str) -> Saved | None:
        if self.full:
            raise DiskFull("The disk is full.")
        self.saved.append(conversation)
        return self._written(path)

    def write_page(self, system: str, text: str, path: str) -> Saved | None:
        self.pages.append(text)
        return replace(self._written(path), kl=self.kl, top1=0.97)

    def forget(self) -> None:
        self.forgot += 1

    def _written(self, path: str) -> Saved:
        Path(path).write_bytes(b"x" * 100)
        return Saved(50, 100, "sum")


@pytest.fixture
def model() -> Keeper:
    return Keeper()


@pytest.fixture
def working(assistant: Assistant, model: Keeper) -> WorkingMemory:
    session = assistant.session
    kept = WorkingMemory(assistant.store, model, assistant.clock, lambda: session.settings)
    session.working = session._past._working = kept
    session._noter._pager = kept.pager
    return kept


def ask(assistant: Assistant, text: str, conversation: int | None = None) -> list[object]:
    return list(assistant.session.ask(text, conversation))


def files(assistant: Assistant) -> list[Path]:
    return sorted(assistant.data.kv.iterdir())


def test_a_conversation_is_kept_once_and_comes_back(
    assistant: Assistant, working: WorkingMemory, model: Keeper
) -> None:
    ask(assistant, "My dog is called Rufus.")
    assert working.waiting()
    assert working.keep()["kept"] == 1
    assert not working.waiting()
    assert working.keep()["kept"] == 0
    assert len(files(assistant)) == 1
    ask(assistant, "He is afraid of thunder.", 1)
    assert model.working[-1].conversation == 1
    assert model.working[-1].saved is not None
    assert model.working[-1].saved.path == str(files(assistant)[0])


@pytest.mark.parametrize("other", [{"fingerprint": "other"}, {"quant": "f16"}, {"llama": "2"}])
def test_a_state_of_something_else_is_not_used(
    assistant: Assistant, working: WorkingMemory, other: dict[str, str]
) -> None:
    ask(assistant, "My dog is called Rufus.")
    working.keep()
    assert working.saved(1, INFO) is not None
    assert working.saved(1, replace(INFO, **other)) is None


def test_what_was_erased_is_in_no_state(assistant: Assistant, working: WorkingMemory, model: Keeper) -> None:
    ask(assistant, "My dog is called Rufus.")
    working.keep()
    assistant.store.write(lambda store: store._db.execute("DELETE FROM message WHERE id = 1"))
    assistant.store.call(lambda store: store.kv_files.sweep())
    assert files(assistant) == []
    working.forget()
    assert model.forgot == 1
    assert working.saved(1, INFO) is None


def test_a_full_disk_is_no_reason_not_to_answer(assistant: Assistant, working: WorkingMemory, model: Keeper) -> None:
    model.full = True
    ask(assistant, "Hello.")
    assert working.keep()["kept"] == 0
    assert isinstance(ask(assistant, "Hello again.", 1)[-1], Answered)


def test_states_keep_to_their_space(assistant: Assistant, working: WorkingMemory) -> None:
    assistant.session.settings = replace(assistant.session.settings, kv_megabytes=0)
    ask(assistant, "Hello.")
    assert working.keep() == {"kept": 0, "episodes": 0}
    assert files(assistant) == []


def talk_of_rufus(assistant: Assistant) -> None:
    for text in ("My dog Rufus is afraid of thunder and hides.", "Rufus was found at the mill near Oslo."):
        ask(assistant, text, None if "thunder" in text else 1)
    assistant.memory.embed_pending()
    EpisodeKeeper(assistant.store).segment_pending()


def test_an_episode_comes_whole_once_it_was_read(assistant: Assistant, working: WorkingMemory, model: Keeper) -> None:
    talk_of_rufus(assistant)
    working.pager.ms_per_token = 100.0
    ask(assistant, "Where was my dog Rufus found?")
    assert model.working[-1].pages == ()
    assert working.keep()["episodes"] > 0
    working.pager.ms_per_token = 100.0
    events = ask(assistant, "Where was my dog Rufus found near Oslo?")
    [page] = model.working[-1].pages
    assert page.text in model.pages
    assert page.text in model.history[-1][-1].text
    shown = next(event for event in events if isinstance(event, Recalled)).hits
    assert any(PAGED in hit.reasons for hit in shown)
    ask(assistant, "Thank you.", 3)
    assert page.text in model.history[-1][1].text, "what was shown stays as it was"


def test_an_episode_that_never_has_room_is_not_wanted(assistant: Assistant, working: WorkingMemory) -> None:
    talk_of_rufus(assistant)
    hits = assistant.memory.recall("Where was my dog Rufus found?", 3).hits
    working.pager.plan(hits, (), 10, lambda _: 5, INFO)
    assert not working.pager.waiting()
    working.pager.plan(hits, (), 1_000, lambda _: 5, INFO)
    assert working.pager.waiting()


@pytest.mark.parametrize(("kl", "slow"), [(0.2, True), (0.01, False)])
def test_text_is_used_where_state_is_worse_or_no_faster(
    assistant: Assistant, working: WorkingMemory, model: Keeper, kl: float, slow: bool
) -> None:
    model.kl = kl
    talk_of_rufus(assistant)
    working.pager.ms_per_token = 100.0 if slow else 0.01
    ask(assistant, "Where was my dog Rufus found?")
    working.keep()
    working.pager.ms_per_token = 100.0 if slow else 0.01
    ask(assistant, "Where was my dog Rufus found near Oslo?")
    assert model.working[-1].pages == ()
    assert "Rufus was found" in model.history[-1][-1].text
    kept: KvFile | None = None
    for path in files(assistant):
        kept = assistant.store.call(lambda store, path=path: store.kv_files.get(path.stem))
        assert kept is not None
