"""The jobs are plain functions."""

from __future__ import annotations

import logging

import pytest

from app.bootstrap import Assistant
from app.memory.episodes import EpisodeKeeper
from app.schedule.jobs import embed, segment, unload
from tests.fakes import FakeEmbedder


def _pending(assistant: Assistant) -> int:
    return assistant.store.call(lambda store: len(store.vectors.pending(1 << 62, 100)))


def test_embedding_gives_vectors_to_what_was_said(assistant: Assistant) -> None:
    assistant.memory.remember("The key is under the pot.")
    embed(assistant.memory, lambda: True)
    assert _pending(assistant) == 0


def test_embedding_stops_when_it_is_told(assistant: Assistant, embedder: FakeEmbedder) -> None:
    assistant.memory.remember("The key is under the pot.")
    embed(assistant.memory, lambda: False)
    assert embedder.embedded == []


def test_trouble_with_the_embedder_is_logged_and_the_next_run_catches_up(
    assistant: Assistant, embedder: FakeEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    assistant.memory.remember("The key is under the pot.")
    embedder.error = "The embedder cannot load."
    with caplog.at_level(logging.WARNING):
        embed(assistant.memory, lambda: True)
    assert "The embedder cannot load." in caplog.text
    assert _pending(assistant) == 1
    embedder.error = ""
    embed(assistant.memory, lambda: True)
    assert _pending(assistant) == 0


def test_trouble_with_the_store_is_logged(assistant: Assistant, caplog: pytest.LogCaptureFixture) -> None:
    assistant.close()
    with caplog.at_level(logging.WARNING):
        embed(assistant.memory, lambda: True)
    assert "embedding waits" in caplog.text


class _Model:
    def __init__(self) -> None:
        self.asked: list[float] = []

    def unload_if_idle(self, seconds: float) -> bool:
        self.asked.append(seconds)
        return False


def test_every_model_is_asked_to_give_its_memory_back() -> None:
    models = [_Model(), _Model()]
    unload(models, 900)
    assert [model.asked for model in models] == [[900], [900]]


def test_segmenting_cuts_what_was_said_and_trouble_is_logged(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    note = assistant.memory.remember("The key is under the pot.")
    embed(assistant.memory, lambda: True)
    keeper = EpisodeKeeper(assistant.store)
    segment(keeper, lambda: True)
    assert note.id in assistant.store.call(lambda store: store.episodes.episode_of([note.id]))
    assistant.close()
    with caplog.at_level(logging.WARNING):
        segment(keeper, lambda: True)
    assert "episodes wait" in caplog.text
