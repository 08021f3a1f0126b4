from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.core.types import Role
from app.memory.recall.candidates import Candidate
from app.memory.recall.fuse import Weights, fuse
from app.memory.recall.query import Query, parse_query

ASKED = parse_query("What did Caroline say about the boat?", ["Caroline"])
SCORES = st.floats(0, 50, allow_nan=False)


def candidate(key: int, cosine: float = 0.0, bm25: float = 0.0, **fields: object) -> Candidate:
    return replace(Candidate(key, key, "", Role.USER, (), cosine, bm25), **fields)


@st.composite
def pools(draw: st.DrawFn) -> list[Candidate]:
    keys = draw(st.lists(st.integers(1, 60), unique=True, max_size=20))
    speakers, roles = st.sampled_from(["", "Caroline", "python"]), st.sampled_from(list(Role))
    beside = st.lists(st.integers(1, 60), max_size=2).map(tuple)
    return [
        Candidate(key, key, draw(speakers), draw(roles), draw(beside), draw(st.floats(-1, 1)), draw(SCORES))
        for key in keys
    ]


@given(pools())
def test_fusing_loses_and_invents_nothing(pool: list[Candidate]) -> None:
    fused = fuse(pool, ASKED)
    assert sorted(c.span_id for c in fused) == sorted(c.span_id for c in pool)
    assert [c.score for c in fused] == sorted((c.score for c in fused), reverse=True)


@given(pools(), st.randoms(use_true_random=False))
def test_the_order_does_not_hang_on_the_order_of_arrival(pool: list[Candidate], chance: object) -> None:
    shuffled = list(pool)
    chance.shuffle(shuffled)
    before, after = fuse(pool, ASKED), fuse(shuffled, ASKED)
    assert fuse(pool, ASKED) == before
    assert {c.span_id: round(c.score, 6) for c in before} == {c.span_id: round(c.score, 6) for c in after}


def first(pool: list[Candidate], query: Query = ASKED, weights: Weights | None = None) -> int:
    return fuse(pool, query, weights)[0].span_id


def test_nearer_in_meaning_comes_first() -> None:
    assert first([candidate(1, cosine=0.2), candidate(2, cosine=0.6), candidate(3, cosine=0.4)]) == 2


def test_more_words_in_common_come_first() -> None:
    assert first([candidate(1, bm25=2.0), candidate(2, bm25=7.0), candidate(3)]) == 2


def test_the_person_who_is_asked_about_comes_first() -> None:
    pool = [candidate(1, cosine=0.5, speaker="Melanie"), candidate(2, cosine=0.5, speaker="Caroline")]
    assert first(pool) == 2


def test_a_person_counts_more_than_a_machine() -> None:
    assert first([candidate(1, cosine=0.5), candidate(2, cosine=0.5, role=Role.ASSISTANT)]) == 1
    assert first([candidate(1, cosine=0.5), candidate(2, cosine=0.5, role=Role.TOOL)]) == 1


def test_a_turn_is_seen_in_the_light_of_its_neighbours() -> None:
    pool = [candidate(1, cosine=0.9), candidate(2, cosine=0.1, beside=(1,)), candidate(3, cosine=0.1)]
    assert [c.span_id for c in fuse(pool, ASKED)] == [1, 2, 3]


def test_equal_scores_put_the_newer_first() -> None:
    assert [c.span_id for c in fuse([candidate(4), candidate(9), candidate(7)], ASKED)] == [9, 7, 4]


def test_a_weight_of_nought_switches_a_part_off() -> None:
    pool = [candidate(1, cosine=0.9), candidate(2, bm25=9.0)]
    assert first(pool, weights=Weights(cosine=0.0)) == 2
    assert first(pool, weights=Weights(bm25=0.0)) == 1


def test_nothing_fuses_to_nothing() -> None:
    assert fuse([], ASKED) == []
