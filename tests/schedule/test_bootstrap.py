"""The parts wired together, with the clockwork running."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.chat.events import Stored
from app.core.errors import InputError, StoreError
from app.core.settings import Settings, save_settings
from app.core.types import MessageState
from tests.fakes import FakeEmbedder, FakeModel

_PATIENCE_S = 30


@pytest.fixture
def lively(data_dir: Path, model: FakeModel, embedder: FakeEmbedder) -> Iterator[Assistant]:
    with build(data_dir, model=model, embedder=embedder) as built:
        yield built


def _until(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold while a patient person waits."""
    deadline = time.monotonic() + _PATIENCE_S
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


def test_what_was_said_is_embedded_in_the_background(lively: Assistant, embedder: FakeEmbedder) -> None:
    lively.memory.remember("The key is under the blue pot.")
    lively.runner.soon("embed")
    assert _until(lambda: lively.store.call(lambda store: store.vectors.count()) == 1)
    assert set(embedder.embedded) == {"The key is under the blue pot."}


def test_without_background_nothing_is_embedded_by_itself(assistant: Assistant, embedder: FakeEmbedder) -> None:
    assistant.memory.remember("The key is under the blue pot.")
    assistant.runner.soon("embed")
    assistant.runner.close()
    assert embedder.embedded == []


def test_changed_settings_hold_at_once_and_at_the_next_start(
    assistant: Assistant, data_dir: Path, model: FakeModel, embedder: FakeEmbedder
) -> None:
    assistant.change(replace(assistant.settings, temperature=0.7, recall=False))
    assert assistant.session.settings.temperature == 0.7
    assistant.close()
    with build(data_dir, background=False, model=model, embedder=embedder) as again:
        assert again.settings == Settings(temperature=0.7, recall=False)
        assert again.session.settings == again.settings


def test_changed_settings_are_brought_into_their_ranges(assistant: Assistant) -> None:
    assistant.change(replace(assistant.settings, temperature=99.0))
    assert assistant.settings.temperature == assistant.session.settings.temperature == 2.0


def test_settings_that_cannot_be_change_nothing(assistant: Assistant) -> None:
    with pytest.raises(InputError):
        assistant.change(replace(assistant.settings, temperature="hot"))  # type: ignore[arg-type]
    assert assistant.settings == Settings()
    assert not assistant.data.settings.exists()


def test_a_model_path_of_this_start_wins_over_the_settings(data_dir: Path, tmp_path: Path) -> None:
    chosen = tmp_path / "other.gguf"
    with build(data_dir, background=False, model_path=chosen) as built:
        assert built.settings.chat_model == chosen


def test_closing_twice_is_as_good_as_once(lively: Assistant) -> None:
    lively.close()
    lively.close()
    with pytest.raises(StoreError):
        lively.memory.remember("Too late.")


def test_settings_that_cannot_be_read_leave_the_store_closed_and_whole(
    assistant: Assistant, data_dir: Path, model: FakeModel, embedder: FakeEmbedder
) -> None:
    assistant.memory.remember("The key is under the blue pot.")
    assistant.close()
    assistant.data.settings.write_text("{half")
    with pytest.raises(InputError, match="Correct the file, or delete it"):
        build(data_dir, model=model, embedder=embedder)
    assistant.data.settings.unlink()
    with build(data_dir, background=False, model=model, embedder=embedder) as again:
        assert again.memory.search("blue pot").hits


def test_a_reply_that_an_earlier_end_cut_off_is_closed_at_the_next_start(
    assistant: Assistant, data_dir: Path, model: FakeModel, embedder: FakeEmbedder
) -> None:
    model.enqueue("Under the blue pot.")
    events = assistant.session.ask("Where is the key?")
    stored = next(event for event in events if isinstance(event, Stored))
    next(event for event in events if type(event).__name__ == "Words")
    with build(data_dir, background=False, model=model, embedder=embedder) as again:
        said = again.store.call(lambda store: store.conversations.thread(stored.conversation.id))
        assert [(m.text, m.state) for m in said[1:]] == [("Under ", MessageState.INTERRUPTED)]
    events.close()


def test_stages_and_buffers_of_recall_are_switched_by_settings(data_dir: Path, model: FakeModel) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    save_settings(data_dir / "settings.json", Settings(recall_without="words, graph", recall_buffers="diversity"))
    with build(data_dir, background=False, model=model, embedder=FakeEmbedder()) as built:
        built.memory.remember("The key is under the blue pot.")
        built.memory.remember("Sourdough needs time.")
        assert not any("words" in dict(hit.parts) for hit in built.memory.recall("the blue pot").hits)
        built.change(replace(built.settings, recall_without=""))
        assert any("words" in dict(hit.parts) for hit in built.memory.recall("the blue pot").hits)


@pytest.mark.parametrize("wrong", [{"recall_without": "luck"}, {"recall_buffers": "luck"}])
def test_a_stage_that_does_not_exist_is_told_with_those_that_do(data_dir: Path, wrong: dict[str, str]) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    save_settings(data_dir / "settings.json", Settings(**wrong))
    with pytest.raises(InputError, match=r"'luck', which recall does not have. Stages are meaning"):
        build(data_dir, background=False, model=FakeModel(), embedder=FakeEmbedder())
