from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import Span
from app.memory.recall.buffers import CHOICES, at_edges, contiguity, diversity, hierarchy
from app.memory.recall.candidates import Candidate


def candidate(key: int, score: float, episode: int = 0, turn: float | None = None) -> Candidate:
    """`turn` is the angle of its vector: the smaller the difference, the more alike."""
    vector = None if turn is None else np.array([np.cos(turn), np.sin(turn)], dtype=np.float32)
    beside = (key - 1, key + 1)
    return Candidate(Span(1, key, key, 0, 1, id=key), beside, episode=episode, score=score, vector=vector)


def keys(found: list[Candidate]) -> list[int]:
    return [c.span.id for c in found]


@st.composite
def rankings(draw: st.DrawFn) -> list[Candidate]:
    ids = draw(st.lists(st.integers(1, 30), unique=True, max_size=20))
    return [
        candidate(key, -place, draw(st.integers(0, 3)), draw(st.none() | st.floats(0, 3)))
        for place, key in enumerate(ids)
    ]


@pytest.mark.parametrize("name", sorted(CHOICES))
@given(ranked=rankings())
def test_a_choice_loses_and_invents_nothing(name: str, ranked: list[Candidate]) -> None:
    chosen = CHOICES[name](ranked)
    assert sorted(keys(chosen)) == sorted(keys(ranked))
    if ranked and name in ("similarity", "contiguity"):
        assert chosen[0] is ranked[0]


def test_contiguity_gives_a_place_to_a_neighbour() -> None:
    ranked = [candidate(5, 9), candidate(20, 8), candidate(30, 7), candidate(6, 1), candidate(21, 0)]
    assert keys(contiguity(ranked, every=3))[:3] == [5, 20, 6]


def test_hierarchy_reads_the_best_episodes_first() -> None:
    ranked = [candidate(1, 9, 1), candidate(2, 8, 2), candidate(3, 7, 2), candidate(4, -9, 1)]
    assert keys(hierarchy(ranked, episodes=1)) == [2, 3, 1, 4]


def test_what_repeats_a_chosen_one_steps_back() -> None:
    ranked = [candidate(1, 9.0, turn=0.0), candidate(2, 8.9, turn=0.01), candidate(3, 8.8, turn=1.5)]
    assert keys(diversity(ranked)) == [1, 3, 2]


@given(st.lists(st.integers(), max_size=12))
def test_the_strongest_stand_at_the_edges(items: list[int]) -> None:
    shown = at_edges(items)
    assert sorted(shown) == sorted(items)
    if len(items) > 2:
        assert (shown[0], shown[-1]) == (items[0], items[1])
