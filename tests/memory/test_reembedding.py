"""Another embedder takes over while the old one serves: stopped, killed, gone on, and tidied up."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.core.errors import EmbedderError
from app.core.settings import Settings, load_settings
from app.runtime.protocols import Embedder
from app.schedule.runner import Job
from tests.fakes import FakeClock, FakeEmbedder, FakeModel

SAID = [f"The {thing} is in the {place}." for thing in ("key", "lamp", "boat") for place in ("cellar", "attic", "shed")]


def _open(data_dir: Path, embedder: FakeEmbedder, other: FakeEmbedder) -> Assistant:
    def make(_: str) -> Embedder:
        return other

    return build(
        data_dir, background=False, clock=FakeClock(), model=FakeModel(), embedder=embedder, make_embedder=make
    )


def _filled(data_dir: Path, other: FakeEmbedder) -> Assistant:
    assistant = _open(data_dir, FakeEmbedder(), other)
    for line in SAID:
        assistant.memory.remember(line)
    assistant.memory.embed_pending()
    assistant.change(replace(assistant.settings, next_embedder="/models/next"))
    return assistant


def _job(assistant: Assistant) -> Job:
    return assistant.runner.jobs["re-embed"]


def _by_meaning(assistant: Assistant) -> bool:
    found = assistant.memory.recall("where is the lamp", 3)
    return found.by_meaning and "lamp" in found.hits[0].span.text


def test_the_old_one_serves_until_the_new_is_complete(data_dir: Path) -> None:
    other = FakeEmbedder(48, "other:1")
    with _filled(data_dir, other) as assistant:
        seen: list[tuple[int, int]] = []
        steps = iter(range(100))

        def going() -> bool:
            assert _by_meaning(assistant)
            assert assistant.embedder.identity == "fake-64:1"
            return next(steps) < 1

        ended = assistant.runner.run(_job(assistant), lambda *p: seen.append(p), going=going)
        assert ended is not None
        assert assistant.settings.next_embedder == "/models/next"
        assert seen == [(8, 9)]
        assistant.memory.remember("A canoe came meanwhile.")
        ended = assistant.runner.run(_job(assistant))
        assert ended is not None
        assert ended.figures["spans"] == 2
        assert assistant.embedder.identity == "other:1"
        assert (assistant.settings.embedder_path, assistant.settings.next_embedder) == ("/models/next", "")
        assert load_settings(assistant.data.settings).embedder_path == "/models/next"
        assert _by_meaning(assistant)
        assert assistant.store.call(lambda store: store.next_vectors.others()) == ["other:1"]
        assert assistant.store.call(lambda store: store.vectors.missing()) == 0
        assert not _job(assistant).due()


def test_it_goes_on_after_the_app_ended(data_dir: Path) -> None:
    other = FakeEmbedder(48, "other:1")
    steps = iter(range(100))
    with _filled(data_dir, other) as assistant:
        assistant.runner.run(_job(assistant), going=lambda: next(steps) < 1)
    with _open(data_dir, FakeEmbedder(), other) as again:
        assert _by_meaning(again)
        ended = again.runner.run(_job(again))
        assert ended is not None
        assert ended.figures["spans"] == 1
        assert again.embedder.identity == "other:1"


def test_an_embedder_that_fails_leaves_the_old_one(data_dir: Path) -> None:
    other = FakeEmbedder(48, "other:1")
    other.error = "There is no embedding model in /models/next."
    with _filled(data_dir, other) as assistant:
        ended = assistant.runner.run(_job(assistant))
        assert ended is not None
        assert isinstance(ended.problem, EmbedderError)
        assert assistant.embedder.identity == "fake-64:1"
        assert _by_meaning(assistant)


def test_erased_words_leave_the_vectors_to_come_too(data_dir: Path) -> None:
    with _filled(data_dir, FakeEmbedder(48, "other:1")) as assistant:
        steps = iter(range(100))
        assistant.runner.run(_job(assistant), going=lambda: next(steps) < 1)
        before = assistant.store.call(lambda store: store.next_vectors.missing("next other:1"))
        assistant.store.write(lambda store: store._db.execute("DELETE FROM span"))
        assert before == 1
        count = "SELECT count(*) FROM span_vector"
        assert assistant.store.call(lambda store: store._db.execute(count).fetchone()[0]) == 0


@pytest.mark.real
def test_the_real_embedder_under_another_name_takes_over(data_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "another"
    shutil.copytree(Settings().embedder, folder)
    with build(data_dir, background=False, model=FakeModel()) as assistant:
        for line in SAID:
            assistant.memory.remember(line)
        assistant.memory.embed_pending()
        before = assistant.embedder.identity
        assistant.change(replace(assistant.settings, next_embedder=str(folder)))
        assistant.runner.run(_job(assistant))
        assert assistant.embedder.identity == before.replace("all-MiniLM-L6-v2", "another")
        assert assistant.settings.embedder_path == str(folder)
        found = assistant.memory.recall("Which room holds the thing that gives light?", 3)
        assert found.by_meaning
        assert any("lamp" in hit.span.text for hit in found.hits)
        assert assistant.store.call(lambda store: store.next_vectors.others()) == [assistant.embedder.identity]
