"""Factors follow what is opened, stay in their bounds whatever happens, and go back to 1 with nothing left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.memory.recall.features import NAMES, STAGES
from app.memory.recall.learn import FULL_REACH, HIGHEST, LOWEST, Feedback, Signal, cited, feedback, learned, scaled
from app.memory.recall.rerank import Reranker, default_reranker, stage_of

SIGNALS = st.none() | st.sampled_from(Signal)
PARTS = st.dictionaries(st.sampled_from([*STAGES, "smell"]), st.floats(width=64), max_size=4)
ROWS = st.lists(st.tuples(PARTS, SIGNALS), max_size=6)


def choice(signal: Signal, liked: str = "meaning", other: str = "words") -> Feedback:
    """The signal on a memory that `liked` speaks for, below one that `other` speaks for."""
    return feedback([({other: 2.0}, None), ({liked: 1.0}, signal), ({}, None)])


@given(st.lists(ROWS, max_size=8), st.integers(1, 60))
def test_factors_stay_in_bounds_that_open_with_the_feedback(
    shown: list[list[tuple[dict[str, float], Signal | None]]], times: int
) -> None:
    found = [feedback(rows) for rows in shown] * times
    reach = min(1.0, len(found) / FULL_REACH)
    for factor in learned(found).values():
        assert 1 + reach * (LOWEST - 1) - 1e-9 <= factor <= 1 + reach * (HIGHEST - 1) + 1e-9


@given(st.permutations(range(12)))
def test_the_order_of_feedback_says_nothing(order: list[int]) -> None:
    signals = list(Signal)
    found = [choice(signals[i % 3], *list(STAGES)[i % 4 : i % 4 + 2]) for i in range(12)]
    assert learned([found[i] for i in order]) == pytest.approx(learned(found), abs=1e-4)


def test_nothing_moves_without_a_preference() -> None:
    shipped = dict.fromkeys(STAGES, 1.0)
    assert learned([]) == shipped
    assert learned([feedback([])]) == shipped
    assert learned([feedback([({"words": 1.0}, None), ({"meaning": 1.0}, None)])]) == shipped
    assert learned([feedback([({"words": 1.0}, Signal.OPENED)])]) == shipped  # nothing stood beside it


def test_what_speaks_for_opened_memories_counts_more_and_for_passed_over_ones_less() -> None:
    factors = learned([choice(Signal.OPENED)] * 100)
    assert factors["meaning"] > 1.1
    assert factors["words"] < 0.9
    assert factors["graph"] == pytest.approx(1.0)


def test_dismissing_says_the_opposite_of_opening_and_citing_says_less() -> None:
    opened, cited_, dismissed = (learned([choice(signal)] * 20)["meaning"] for signal in Signal)
    assert dismissed < 1 < cited_ < opened


def test_twenty_wrong_clicks_move_no_factor_by_more_than_a_tenth() -> None:
    factors = learned([choice(Signal.OPENED)] * 20)
    assert all(0.95 - 1e-9 <= factor <= 1.1 + 1e-9 for factor in factors.values())


def test_wrong_clicks_are_outvoted() -> None:
    right = [choice(Signal.OPENED)] * 100
    assert learned([choice(Signal.OPENED, "words", "meaning")] * 20 + right)["meaning"] > 1.05


def test_a_damaged_row_cannot_break_or_outweigh_the_rest() -> None:
    damaged = feedback([({"words": float("nan")}, Signal.OPENED), ({"words": float("inf")}, None)])
    assert all(np.isfinite(list(learned([damaged]).values())))


def test_scaled_weights_keep_their_sign_and_lie_within_a_factor_of_two() -> None:
    shipped = default_reranker()
    now = scaled(shipped, learned([choice(Signal.OPENED)] * 300))
    for i, (before, after) in enumerate(zip(shipped.weights, now.weights, strict=True)):
        low, high = sorted((LOWEST * before, HIGHEST * before))
        assert low <= after <= high, stage_of(i)


def test_a_stage_that_is_not_named_counts_as_shipped() -> None:
    shipped = Reranker(tuple(float(i) for i in range(len(NAMES))))
    assert scaled(shipped, {}) == shipped


@pytest.mark.parametrize(
    ("reply", "rows"),
    [
        ("You keep the spare key under the blue flower pot.", [1]),
        ("The key!", []),  # the question's own word
        ("A pot, perhaps.", []),  # one word may be chance
        ("", []),
    ],
)
def test_a_memory_is_cited_when_the_reply_has_words_from_it_alone(reply: str, rows: list[int]) -> None:
    texts = ["We painted the fence green.", "The spare key is under the flower pot.", "Key lime pie is best."]
    assert cited("Where is the key?", reply, texts) == rows


def test_there_is_nothing_to_cite_where_nothing_was_shown() -> None:
    assert cited("Where?", "Under the flower pot.", []) == []
