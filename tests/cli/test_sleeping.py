"""`mneme sleep`, `mneme diary` and `mneme rebuild`."""

from __future__ import annotations

import json

import pytest

from app.bootstrap import build
from app.core.types import NewMessage, Role
from tests.cli.conftest import Mneme
from tests.fakes import FakeClock, FakeEmbedder, FakeModel

_SAID = ("I bake sourdough bread.", "I bake sourdough bread.", "The car needs new tyres.", "I bake sourdough bread.")


@pytest.fixture
def told(cli: Mneme, clock: FakeClock, model: FakeModel, embedder: FakeEmbedder) -> Mneme:
    """A store in which something was said three times."""
    with build(cli.data_dir, background=False, clock=clock, model=model, embedder=embedder) as assistant:
        for text in _SAID:
            begun, _ = assistant.memory.begin(text, clock.now())
            for i in range(2):
                reply = NewMessage(begun.id, Role.ASSISTANT, f"Number {begun.id} of {i}, that is.", clock.now())
                assistant.memory.record(reply)
    return cli


def test_a_night_tells_what_it_did_and_leaves_a_copy(told: Mneme) -> None:
    result = told("sleep")
    assert result.exit_code == 0, result.output
    assert "Embed: 12 spans." in result.stdout
    assert "“I bake sourdough bread.” was said 2 times more" in result.stdout
    assert len(list((told.data_dir / "backups").glob("daily-*.db"))) == 1
    assert told.json("sleep")["diary"] == []


def test_a_dry_run_changes_nothing(told: Mneme) -> None:
    found = told.json("sleep", "--dry-run")
    assert (found["read"], found["without_vector"]) == (0, 12)
    assert "embed 12 memories first" in told("sleep", "--dry-run").stdout
    assert told.json("diary") == []
    told.json("sleep")
    assert told.json("sleep", "--dry-run")["read"] == 0


def test_a_night_that_would_fold_much_asks_and_ends_with_its_own_code(
    told: Mneme, clock: FakeClock, model: FakeModel, embedder: FakeEmbedder
) -> None:
    with build(told.data_dir, background=False, clock=clock, model=model, embedder=embedder) as assistant:
        for _ in range(3):
            assistant.memory.begin("I bake sourdough bread.", clock.now())
        assistant.memory.embed_pending()
    assert told.json("sleep", "--dry-run")["asks"]
    assert "repeats 'I bake sourdough bread.'" in told("sleep", "--dry-run").stdout
    asked = told("sleep", "--json")
    assert asked.exit_code == 7
    assert json.loads(asked.stdout)["jobs"]["consolidate"]["problem"]["error"] == "ConsentNeeded"
    assert "`mneme sleep --yes` goes on" in asked.stderr
    assert told("sleep", "--yes").exit_code == 0


def test_the_diary_is_read_and_taken_back_line_by_line(told: Mneme) -> None:
    assert "Nothing has changed yet" in told("diary").stdout
    told("sleep")
    lines = told.json("diary")
    folded = next(line for line in lines if line["kind"] == "folded")
    assert "Today" in told("diary").stdout
    assert told.json("diary", "--undo", str(folded["id"])) == {"undone": folded["id"], "changed": True}
    assert "taken back already" in told("diary", "--undo", str(folded["id"])).stdout
    assert "(taken back)" in told("diary").stdout
    missing = told("diary", "--undo", "999", "--json")
    assert missing.exit_code == 5
    assert "no line 999" in json.loads(missing.stdout)["message"]


def test_rebuilding_makes_the_same_again(told: Mneme) -> None:
    told("sleep")
    before = told.json("diary")
    assert told.json("rebuild")["figures"]["folded"] == 2
    assert "Made anew: 12 read" in told("rebuild").stdout
    assert [line["id"] for line in told.json("diary")] == [line["id"] for line in before]
