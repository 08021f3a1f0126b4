"""Health: what is there, what is left over, and whether what was said comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.memory.health import check_recall, examine, question
from app.runtime.host import EmbedHost
from tests.fakes import FakeClock, FakeModel

LINES = (
    "The spare key of the cabin lies under the blue flowerpot beside the door.",
    "Rufus the beagle hides in the bathtub whenever there is thunder.",
    "My dentist has moved to the second floor above the old bakery.",
    "We repaired the rudder of the sailing boat with epoxy in Bergen.",
)


def told(assistant: Assistant) -> None:
    for line in LINES:
        assistant.memory.begin(line, assistant.clock.now())
    assistant.memory.embed_pending()


def test_a_store_that_is_well(assistant: Assistant) -> None:
    told(assistant)
    assistant.memory.begin(LINES[0], assistant.clock.now())
    found = examine(assistant.memory, assistant.data)
    assert found.whole
    assert (found.conversations, found.messages, found.memories) == (5, 5, 5)
    assert (found.indexed, found.waiting, found.twice) == (4, 1, 1)
    assert found.sizes["memory"] > 0
    assert set(found.orphans.values()) == {0}


def test_what_belongs_to_nothing_is_told(assistant: Assistant) -> None:
    told(assistant)
    assistant.store.write(lambda store: store._db.execute("INSERT INTO entity (name) VALUES ('nobody')"))
    found = examine(assistant.memory, assistant.data)
    assert found.orphans["entity"] == 1
    assert not found.whole


def test_questions_are_made_of_words_and_are_not_the_words_themselves(assistant: Assistant) -> None:
    told(assistant)
    [span] = assistant.store.call(lambda store: list(store.spans.read([1]).values()))
    asked = assistant.store.call(lambda store: question(store, span))
    assert asked.startswith("What did I say about ")
    assert asked.casefold() not in span.text.casefold()


def test_there_is_nothing_to_ask_an_empty_store(assistant: Assistant) -> None:
    found = check_recall(assistant.memory)
    assert (found.asked, found.share) == (0, 1.0)


@pytest.fixture
def by_meaning(data_dir: Path, clock: FakeClock, model: FakeModel, embed_host: EmbedHost) -> Iterator[Assistant]:
    with build(data_dir, background=False, clock=clock, model=model, embedder=embed_host) as built:
        yield built


@pytest.mark.real
def test_what_was_said_comes_back(by_meaning: Assistant) -> None:
    told(by_meaning)
    seen: list[tuple[int, int]] = []
    found = check_recall(by_meaning.memory, lambda done, total: seen.append((done, total)))
    assert (found.asked, found.found, found.by_meaning) == (4, 4, True)
    assert seen[-1] == (4, 4)
