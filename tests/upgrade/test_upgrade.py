"""Stores that earlier versions wrote open, recall and go on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.core.paths import DataDir
from app.core.types import Origin, Role
from tests.fakes import FakeClock, FakeEmbedder, FakeModel
from tests.upgrade.make_store import DIMENSION, FOLDER, IDENTITY, TALKS


@pytest.fixture(params=sorted(path.name for path in FOLDER.glob("*.db")))
def old(
    request: pytest.FixtureRequest, data_dir: Path, clock: FakeClock, model: FakeModel, embedder: FakeEmbedder
) -> Iterator[Assistant]:
    """An assistant on a copy of the stored database."""
    data = DataDir(data_dir).create()
    shutil.copy(FOLDER / request.param, data.database)
    with build(data_dir, background=False, clock=clock, model=model, embedder=embedder) as assistant:
        yield assistant


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder(DIMENSION, IDENTITY)


def test_the_first_version_is_among_them() -> None:
    assert "v1.db" in [path.name for path in FOLDER.glob("*.db")]


def test_every_message_is_there(old: Assistant) -> None:
    threads = old.store.call(
        lambda store: [store.conversations.thread(found.id) for found in store.conversations.recent()]
    )
    said = {message.text for thread in threads for message in thread}
    assert said >= {text for talk in TALKS for pair in talk for text in pair}
    assert old.store.call(lambda store: store.check()) == "ok"


def test_where_words_came_from_is_still_known(old: Assistant) -> None:
    key = old.memory.search("flowerpot").hits[0].span
    imported = old.memory.search("sourdough").hits[0].span
    assert (key.origin, imported.origin, imported.said_at.year) == (Origin.REMEMBERED, Origin.IMPORTED, 2023)


@pytest.mark.parametrize(
    ("words", "found"), [("thunder", "Biscuit"), ("魚", "ミケ"), ("הכלב", "שלום"), ("oslo", "9:40")]
)
def test_words_are_found(old: Assistant, words: str, found: str) -> None:
    assert any(found in hit.span.text for hit in old.memory.search(words).hits)


def test_stored_vectors_answer_at_once(old: Assistant, embedder: FakeEmbedder) -> None:
    found = old.memory.recall("Where is the spare key?")
    assert found.by_meaning
    assert "flowerpot" in found.hits[0].span.text
    assert "close in meaning" in found.hits[0].reasons
    assert embedder.embedded[-1] == "Where is the spare key?"


def test_what_replies_were_shown_is_still_known(old: Assistant) -> None:
    [newest, *_] = old.store.call(lambda store: store.conversations.recent())
    thread = old.store.call(lambda store: store.conversations.thread(newest.id))
    shown = old.store.call(lambda store: store.recalls.shown([message.id for message in thread]))
    assert any("afraid of thunder" in hit.span.text for hit in shown[thread[0].id])


def test_an_old_conversation_goes_on(old: Assistant, model: FakeModel) -> None:
    [newest, *_] = old.store.call(lambda store: store.conversations.recent())
    list(old.session.ask("Thank you.", newest.id))
    texts = [message.text for message in model.history[-1]]
    assert [message.role for message in model.history[-1]][:2] == [Role.SYSTEM, Role.USER]
    assert texts[-1].endswith("Thank you.")
    assert "To Graz." in texts
