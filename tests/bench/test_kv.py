from __future__ import annotations

from app.bench.kv import _passages
from app.bench.kv_needle import NEEDLES
from app.bench.kv_talk import mixed, talk_of


def test_a_third_of_what_is_said_are_questions() -> None:
    assert mixed(["a", "b", "c", "d"], ["x?", "y?"], 4) == ["a", "b", "x?", "d"]


def test_without_files_there_is_enough_to_say_and_to_read() -> None:
    said, before = talk_of(None, 30)
    assert len(said) == 30
    assert before == []
    assert sum(map(len, _passages(None))) > 50_000 * 4


def test_no_needle_tells_another() -> None:
    for number, (_, _, expected) in enumerate(NEEDLES):
        others = [said for i, (said, _, _) in enumerate(NEEDLES) if i != number]
        assert not any(expected.casefold() in said.casefold() for said in others)
