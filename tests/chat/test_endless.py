"""A conversation longer than its context, with the real model, over a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.chat.events import Answered
from app.core.settings import Settings, save_settings
from app.core.types import ReplyStats
from tests.fakes import FakeEmbedder

pytestmark = pytest.mark.real
SAID = [
    f"On day {day} we walked {day + 3} miles along the coast of the island, saw {day * 7} seals near the old harbour, and "
    "slept in a barn that belonged to a fisherman who had never left his village in all of his life."
    for day in range(1, 13)
]


@pytest.fixture
def small(data_dir: Path) -> Iterator[Path]:
    data_dir.mkdir()
    settings = Settings(context_tokens=512, max_reply_tokens=16, temperature=0.0, recall=False)
    save_settings(data_dir / "settings.json", settings)
    yield data_dir


def ask(assistant: Assistant, text: str) -> ReplyStats:
    known = assistant.store.call(lambda store: store.conversations.get(1))
    answered = list(assistant.session.ask(text, 1 if known is not None else None))[-1]
    assert isinstance(answered, Answered)
    return answered.stats


def opened(data_dir: Path) -> Assistant:
    return build(data_dir, background=False, embedder=FakeEmbedder())


def test_it_goes_on_without_reading_anything_again(small: Path) -> None:
    with opened(small) as assistant:
        costs = [ask(assistant, text) for text in SAID]
        assert sum(stats.prompt_tokens - stats.cached_tokens for stats in costs) > 512, "longer than the context"
        assert all(stats.prompt_tokens - stats.cached_tokens < 90 for stats in costs[1:])
        left = set(assistant.session.working._seen[1].left)
        assert left
    with opened(small) as assistant:
        stats = ask(assistant, "Which animals did we see?")
        assert stats.resumed
        assert stats.prompt_tokens - stats.cached_tokens < 40
        assert assistant.session.working._seen[1].left >= left


def test_a_state_that_was_torn_is_read_again_and_thrown_away(small: Path) -> None:
    with opened(small) as assistant:
        ask(assistant, SAID[0])
    [file] = (small / "kv").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    with opened(small) as assistant:
        stats = ask(assistant, "And then?")
        assert not stats.resumed
        assert stats.cached_tokens == 0
        assert not file.exists()


def test_what_was_erased_is_in_no_state(small: Path) -> None:
    with opened(small) as assistant:
        for text in SAID[:2]:
            ask(assistant, text)
        assistant.session.working.keep()
        assert list((small / "kv").iterdir())
        assistant.store.write(lambda store: store._db.execute("DELETE FROM message WHERE id = 1"))
        assistant.store.call(lambda store: store.kv_files.sweep())
        assistant.session.forget([1])
        assert list((small / "kv").iterdir()) == []
        stats = ask(assistant, "And then?")
        assert stats.cached_tokens == 0
