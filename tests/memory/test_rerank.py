from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import Role, Span
from app.memory.recall.answerable import answerable, signals
from app.memory.recall.candidates import Candidate
from app.memory.recall.features import NAMES, STAGES, features
from app.memory.recall.query import Query, parse_query
from app.memory.recall.rerank import as_weights, default_reranker, fit

NOON = datetime(2023, 6, 5, 12, tzinfo=UTC)
PEOPLE = ["Caroline", "Melanie"]
ASKED = parse_query("When did Caroline sail?", PEOPLE, NOON)
SCORES = st.floats(0, 50, allow_nan=False)


def candidate(key: int, text: str = "words", speaker: str = "", role: Role = Role.USER, **of: object) -> Candidate:
    span = Span(1, key, key, 0, len(text), id=key, text=text, role=role, speaker=speaker, said_at=NOON)
    return Candidate(span, **of)


def column(found: np.ndarray, name: str) -> list[float]:
    return found[:, NAMES.index(name)].tolist()


@st.composite
def pools(draw: st.DrawFn) -> list[Candidate]:
    keys = draw(st.lists(st.integers(1, 60), unique=True, max_size=20))
    speaker, role = st.sampled_from(["", "Caroline", "Melanie"]), st.sampled_from(list(Role))
    return [
        candidate(key, draw(st.text(max_size=20)), draw(speaker), draw(role), cosine=draw(SCORES), bm25=draw(SCORES))
        for key in keys
    ]


@given(pools())
def test_ranking_loses_and_invents_nothing(pool: list[Candidate]) -> None:
    ranked = default_reranker().rank(pool, ASKED)
    assert sorted(c.span.id for c in ranked) == sorted(c.span.id for c in pool)
    assert [c.score for c in ranked] == sorted((c.score for c in ranked), reverse=True)
    assert all(sum(c.parts.values()) == pytest.approx(c.score) for c in ranked)


@given(pools(), st.randoms(use_true_random=False))
def test_the_order_does_not_hang_on_the_order_of_arrival(pool: list[Candidate], chance: object) -> None:
    shuffled = list(pool)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    once, again = default_reranker().rank(pool, ASKED), default_reranker().rank(shuffled, ASKED)
    assert [c.score for c in once] == pytest.approx([c.score for c in again], abs=1e-3)


@given(pools(), st.sampled_from(sorted(STAGES)))
def test_a_stage_that_is_off_adds_nothing(pool: list[Candidate], stage: str) -> None:
    for ranked in default_reranker().switched({stage}).rank(pool, ASKED):
        assert stage not in ranked.parts


def test_a_question_names_the_one_who_spoke() -> None:
    pool = [candidate(1, speaker="Caroline"), candidate(2, speaker="Melanie")]
    assert column(features(pool, ASKED), "named") == [1, 0]
    both = parse_query("Did Caroline meet Melanie?", PEOPLE, NOON)
    assert column(features(pool, both), "named") == [0, 0]


def test_a_question_for_a_date_looks_for_turns_that_tell_one() -> None:
    pool = [candidate(1, "We sailed last Friday."), candidate(2, "We sailed.")]
    assert column(features(pool, ASKED), "tells_when") == [1, 0]
    assert column(features(pool, parse_query("Who sailed?", (), NOON)), "tells_when") == [0, 0]


def test_a_time_in_the_question_finds_what_was_said_then_or_tells_of_it() -> None:
    pool = [candidate(1, "It rained."), candidate(2, "In May 2022 it rained.")]
    assert column(features(pool, parse_query("What happened in May 2022?", (), NOON)), "date") == [0, 1]
    assert column(features(pool, parse_query("What did I say today?", (), NOON)), "date")[0] == 1


def test_questions_and_their_answers_are_told_apart() -> None:
    pool = [candidate(1, "Where is it?"), candidate(2, "In the shed.", before="Where is it?")]
    found = features(pool, ASKED)
    assert (column(found, "asks"), column(found, "answers")) == ([1, 0], [0, 1])


def test_a_turn_stands_in_the_light_of_its_episode() -> None:
    pool = [candidate(1, cosine=0.9, episode=1), candidate(2, episode=1), candidate(3, episode=2)]
    light = column(features(pool, ASKED), "episode")
    assert light[1] > light[2]


def test_no_candidates_have_no_features() -> None:
    assert features([], ASKED).shape == (0, len(NAMES))
    assert default_reranker().rank([], ASKED) == []
    assert answerable([], ASKED) == 0.0


def test_weights_are_learned_from_what_was_right() -> None:
    chance = np.random.default_rng(7)
    questions = []
    for _ in range(60):
        rows = chance.normal(size=(12, len(NAMES)))
        questions.append((rows, [int(rows[:, 2].argmax())]))
    weights = fit(questions, fixed={"machine": -0.5})
    assert np.argmax(np.abs(weights)) == 2
    assert weights[2] > 1
    assert weights[NAMES.index("machine")] == -0.5
    assert fit(questions, fixed={"machine": -0.5}) == weights


def test_what_ships_knows_every_feature() -> None:
    weights = dict(zip(NAMES, default_reranker().weights, strict=True))
    assert weights["named"] > 1
    assert weights["machine"] < 0
    assert as_weights({"nonsense": 1.0}) == (0.0,) * len(NAMES)


def asked_of(mine: float, other: float) -> float:
    query: Query = parse_query("What did Caroline paint?", PEOPLE)
    pool = [candidate(1, speaker="Caroline", cosine=mine, fact=mine), candidate(2, speaker="Melanie", cosine=other)]
    pool += [candidate(key, speaker="Melanie", cosine=0.1) for key in range(3, 9)]
    return answerable(default_reranker().rank(pool, query), query)


def test_words_of_the_one_who_is_asked_about_make_an_answer_likely() -> None:
    assert asked_of(0.8, 0.1) - asked_of(0.1, 0.8) > 0.3


def test_where_nobody_is_named_there_is_no_margin() -> None:
    query = parse_query("What was painted?", PEOPLE)
    ranked = default_reranker().rank([candidate(1, fact=0.7, coverage=0.5), candidate(2)], query)
    assert signals(ranked, query) == (0.0, 0.0, 0.7, 0.5)
