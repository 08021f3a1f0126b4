from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.chat.eviction import exchanges, leaving

TURNS = st.lists(st.integers(1, 100), min_size=1, max_size=60)


@given(TURNS, st.integers(1, 3_000), st.randoms())
def test_what_stays_always_fits_and_nothing_leaves_without_need(costs: list[int], budget: int, rng: object) -> None:
    groups = [[turn] for turn in range(len(costs))]
    gone = leaving(costs, groups, [rng.random() for _ in costs], budget)  # type: ignore[attr-defined]
    assert sum(cost for turn, cost in enumerate(costs) if turn not in gone) <= max(budget, 0)
    if sum(costs) <= budget:
        assert not gone


def test_what_would_be_missed_least_leaves_first() -> None:
    assert leaving([10] * 10, [[i, i + 1] for i in range(0, 10, 2)], [0.9, 0.1, 0.5, 0, 0], 90) == {2, 3, 4, 5}


def test_the_latest_turns_leave_last() -> None:
    assert leaving([10] * 4, [[0], [1], [2], [3]], [1.0, 1.0, 1.0, 0.0], 39) == {0, 1}
    assert leaving([10, 10, 100], [[0], [1], [2]], [0, 0, 0], 50) == {0, 1, 2}


def test_of_equals_the_oldest_leaves_first() -> None:
    assert leaving([10] * 10, [[i] for i in range(10)], [0.0] * 10, 90) == {0, 1, 2, 3}


def test_exchanges_of_one_episode_leave_together() -> None:
    speaks = [True, False, True, False, True, False, False, True]
    assert exchanges(speaks, [7, 7, 7, 7, 8, 8, 8, 0]) == [[0, 1, 2, 3], [4, 5, 6], [7]]
    assert exchanges(speaks, [0] * 8) == [[0, 1], [2, 3], [4, 5, 6], [7]]
    assert exchanges([False, True], [1, 1]) == [[0, 1]]
