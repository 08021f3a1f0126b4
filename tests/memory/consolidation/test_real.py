"""A night with the real embedder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.core.types import NewMessage, Role
from app.runtime.host import EmbedHost
from app.schedule.runner import Ended
from tests.fakes import FakeClock, FakeModel
from tests.memory.consolidation.test_consolidator import night, texts

pytestmark = pytest.mark.real
_TALKS = (
    ("I started pottery lessons at the studio.", "Which glaze do you like?", "The blue one, it calms me down."),
    ("I threw my first bowl on the wheel.", "Was it hard?", "Yes, but it takes my mind off work."),
    ("My bowl broke in the kiln.", "Oh no!", "I will make another one next week."),
    ("I started pottery lessons at the studio.", "You told me.", "Did I? They are on Tuesdays."),
)


@pytest.fixture
def slept(data_dir: Path, clock: FakeClock, embed_host: EmbedHost) -> Iterator[tuple[Assistant, dict[str, Ended]]]:
    assistant = build(data_dir, background=False, clock=clock, model=FakeModel(), embedder=embed_host)
    for talk in _TALKS:
        begun, _ = assistant.memory.begin(talk[0], clock.now())
        for text in talk[1:]:
            assistant.memory.record(NewMessage(begun.id, Role.USER, text, clock.now()))
    yield assistant, night(assistant)
    assistant.runner.close()
    assistant.store.close()  # not the embedder, which other tests use


def test_a_night_folds_and_looks_back_and_recall_ranks_by_it(slept: tuple[Assistant, dict[str, Ended]]) -> None:
    assistant, ended = slept
    assert ended["consolidate"].figures["looked back"] == 12
    assert ended["consolidate"].figures["folded"] == 1
    assert any("was said once more" in text for text in texts(assistant))
    hits = assistant.memory.recall("What does the user do to calm down?").hits
    assert any("hindsight" in dict(hit.parts) for hit in hits)
    assert sum(hit.span.text == _TALKS[0][0] for hit in hits) == 1
