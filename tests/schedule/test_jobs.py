"""The jobs are plain functions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.bootstrap import Assistant
from app.core.errors import EmbedderError, StoreDamaged, StoreError
from app.memory.episodes import EpisodeKeeper
from app.memory.facts.able import AbleReader
from app.memory.facts.keeper import FactKeeper
from app.runtime.kv_file import fingerprint
from app.runtime.tuning import Tuning, remembered, this_machine
from app.schedule.jobs import back_up, embed, read_facts, segment, tune, unload, verify
from tests.fakes import FakeClock, FakeEmbedder, FakeWriter


def _on() -> bool:
    return True


def _pending(assistant: Assistant) -> int:
    return assistant.store.call(lambda store: len(store.vectors.pending(1 << 62, 100)))


def test_embedding_gives_vectors_to_what_was_said_and_tells_how_far_it_is(assistant: Assistant) -> None:
    assistant.memory.remember("The key is under the pot.")
    told: list[tuple[int, int]] = []
    assert assistant.memory.waiting()
    assert embed(assistant.memory, _on, lambda done, total: told.append((done, total))) == {"spans": 1}
    assert (_pending(assistant), told) == (0, [(1, 1)])
    assert not assistant.memory.waiting()


def test_embedding_stops_when_it_is_told(assistant: Assistant, embedder: FakeEmbedder) -> None:
    assistant.memory.remember("The key is under the pot.")
    embed(assistant.memory, lambda: False, print)
    assert embedder.embedded == []
    assert assistant.memory.waiting()


def test_after_trouble_with_the_embedder_the_next_run_catches_up(assistant: Assistant, embedder: FakeEmbedder) -> None:
    assistant.memory.remember("The key is under the pot.")
    embedder.error = "The embedder cannot load."
    with pytest.raises(EmbedderError):
        embed(assistant.memory, _on, print)
    assert _pending(assistant) == 1
    embedder.error = ""
    embed(assistant.memory, _on, print)
    assert _pending(assistant) == 0


def test_facts_are_read_by_rule_and_then_by_a_model_that_is_able(assistant: Assistant, clock: FakeClock) -> None:
    assistant.memory.remember("Home is a creaky attic in Reykjavik.")
    model = FakeWriter(lambda _: "[]")
    able = AbleReader(assistant.store, clock, model)
    keeper = FactKeeper(assistant.store, clock)
    assert read_facts(keeper, able, lambda: False, print) == {"messages": 0, "by model": 0}
    assert model.asked == []
    assert read_facts(keeper, able, _on, print) == {"messages": 0, "by model": 0}
    assert model.asked


class _Model:
    def __init__(self) -> None:
        self.asked: list[float] = []

    def unload_if_idle(self, seconds: float) -> bool:
        self.asked.append(seconds)
        return False


def test_every_model_is_asked_to_give_its_memory_back() -> None:
    models = [_Model(), _Model()]
    assert unload(models, 900) == {"unloaded": 0}
    assert [model.asked for model in models] == [[900], [900]]


def test_segmenting_cuts_what_was_said(assistant: Assistant) -> None:
    note = assistant.memory.remember("The key is under the pot.")
    embed(assistant.memory, _on, print)
    keeper = EpisodeKeeper(assistant.store)
    assert keeper.waiting()
    assert segment(keeper, _on, print) == {"conversations": 1}
    assert note.id in assistant.store.call(lambda store: store.episodes.episode_of([note.id]))
    assert not keeper.waiting()


def test_a_sound_store_verifies_and_what_left_the_table_leaves_the_index(assistant: Assistant) -> None:
    note = assistant.memory.remember("The key is under the pot.")
    embed(assistant.memory, _on, print)
    assert verify(assistant.store, _on, print) == {"mended": 0}
    assistant.store.write(lambda store: store.spans.remove_of(note.id))
    assert verify(assistant.store, _on, print) == {"mended": 1}


def test_words_that_do_not_agree_are_indexed_anew(assistant: Assistant) -> None:
    assistant.memory.remember("The key is under the pot.")
    assistant.store.call(lambda store: store._db.execute("UPDATE span_text_content SET c1 = 'other words'"))
    assert verify(assistant.store, _on, print)["mended"] == 1
    assert verify(assistant.store, _on, print)["mended"] == 0


def test_a_damaged_store_is_told(assistant: Assistant) -> None:
    for i in range(50):
        assistant.memory.remember(f"Note {i}: " + "words and more words " * 50)
    assistant.store.call(lambda store: store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
    with open(assistant.data.database, "r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 8 * 4096)
    with pytest.raises((StoreDamaged, StoreError), match="backups"):
        verify(assistant.store, _on, print)


def test_a_copy_a_day(assistant: Assistant, clock: FakeClock) -> None:
    assistant.memory.remember("The key is under the pot.")
    assert back_up(assistant.data, clock, _on, print) == {"copies": 1}
    assert back_up(assistant.data, clock, _on, print) == {"copies": 0}
    clock.advance(timedelta(days=1))
    assert back_up(assistant.data, clock, lambda: False, print) == {"copies": 0}
    assert back_up(assistant.data, clock, _on, print) == {"copies": 1}
    assert len(list(assistant.data.backups.iterdir())) == 2


@pytest.mark.parametrize("found", [Tuning(batch=512), None])
def test_what_runs_a_model_fastest_is_remembered_and_used(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: Tuning | None
) -> None:
    model, used = tmp_path / "model.gguf", list[Tuning]()
    model.write_bytes(b"GGUF")
    monkeypatch.setattr("app.schedule.jobs.find_best", lambda *_: found)
    assert tune(model, assistant.data, used.append, _on, print) == ({"tuned": 1} if found else {})
    assert used == ([found] if found else [])
    assert remembered(assistant.data.tuning, fingerprint(model), this_machine()) == found
