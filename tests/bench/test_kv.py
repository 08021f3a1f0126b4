from __future__ import annotations

import pytest

from app.bench.kv import _passages, bench_kv
from app.bench.kv_needle import NEEDLES, _stalls
from app.bench.kv_talk import Asked, drafts, mixed, talk_of
from app.core.errors import InputError
from app.core.types import ReplyStats


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


def test_a_draft_never_holds_the_last_word() -> None:
    assert drafts("Where is the blue key now?") == ["Where is", "Where is the blue", "Where is the blue key"]
    assert drafts("Hm?") == []


def test_what_leaving_costs_is_told_beside_turns_of_the_same_pace() -> None:
    def turn(read: int, first_ms: float) -> Asked:
        return Asked(recalled_ms=10, first_ms=first_ms, stats=ReplyStats(read, 0, 1, 0.0, 0.0))

    told = _stalls([(False, turn(100, 210)), (False, turn(200, 410)), (True, turn(100, 260))])
    assert told == {"evict.turns": 1, "evict.turn_ms": 50, "evict.worst_turn_ms": 50}
    assert _stalls([(False, turn(100, 210))]) == {}


def test_a_part_that_there_is_not_is_told() -> None:
    with pytest.raises(InputError, match=r"no part 'all'. Parts are restore, likeness"):
        bench_kv(None, None, 1_000, True, lambda *_: None, ["all"])
