from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import Hit, Origin, Role, Span
from app.memory.recall.candidates import Candidate
from app.memory.recall.choose import relevant, within, worth_showing

NOON = datetime(2025, 3, 14, 12, tzinfo=UTC)


def hit(text: str, key: int = 1, days: int = 0, **fields: object) -> Hit:
    said_at = NOON + timedelta(days=days)
    return Hit(Span(1, key, key, 0, len(text), id=key, text=text, said_at=said_at, **fields), 1.0, ())


def candidate(key: int, cosine: float, bm25: float, plain_fact: float = 0.0) -> Candidate:
    return Candidate(Span(1, key, key, 0, 1, id=key), cosine=cosine, bm25=bm25, plain_fact=plain_fact)


def test_only_what_is_about_the_question_is_relevant() -> None:
    pool = [
        candidate(1, 0.50, 0.0),
        candidate(2, 0.20, 3.0),
        candidate(3, 0.20, 0.0),
        candidate(4, 0.05, 9.0),
    ]
    assert [c.span.id for c in relevant(pool)] == [1, 2]


def test_one_sentence_that_is_near_is_enough() -> None:
    assert [c.span.id for c in relevant([candidate(1, 0.1, 0.0, 0.4), candidate(2, 0.1, 0.0, 0.2)])] == [1]


def test_what_has_no_vector_yet_counts_by_its_words() -> None:
    assert [c.span.id for c in relevant([candidate(1, 0.5, 0.0), candidate(2, 0.0, 7.0)])] == [1, 2]


def test_without_an_embedder_a_shared_word_has_to_do() -> None:
    assert [c.span.id for c in relevant([candidate(1, 0.0, 2.0), candidate(2, 0.0, 0.0)])] == [1]


def test_repeated_words_are_shown_once() -> None:
    hits = [hit("I like tea.", 1), hit("  i LIKE\ntea.", 2), hit("I like coffee.", 3)]
    assert [h.span.id for h in worth_showing(hits)] == [1, 3]


@pytest.mark.parametrize("text", ["Where is my key?", "  Where is my key ?  ", "鍵はどこですか？"])
def test_a_bare_question_of_the_user_answers_nothing(text: str) -> None:
    assert worth_showing([hit(text)]) == []


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Where is my key?", {"origin": Origin.IMPORTED}),
        ("Where is my key?", {"role": Role.ASSISTANT}),
        ("My key is lost. Where is it?", {}),
        ("Is it here? It was.", {}),
    ],
)
def test_a_question_that_says_something_is_shown(text: str, fields: dict[str, object]) -> None:
    assert len(worth_showing([hit(text, **fields)])) == 1


def test_a_question_hides_a_later_repetition_of_itself() -> None:
    assert worth_showing([hit("Where?", 1), hit("where?", 2, role=Role.ASSISTANT)]) == []


def test_the_assistants_own_replies_stand_back_unless_they_are_asked_for() -> None:
    said, reply = hit("Nora likes rooibos.", 1), hit("Nice! I will remember: rooibos.", 2, role=Role.ASSISTANT)
    assert worth_showing([reply, said], "What does Nora like?") == [said]
    assert worth_showing([reply], "What does Nora like?") == [reply]
    assert worth_showing([reply, said], "What did you say that Nora likes?") == [reply, said]
    imported = hit("Nice! I will remember: rooibos.", 2, role=Role.ASSISTANT, origin=Origin.IMPORTED)
    assert worth_showing([said, imported], "What does Nora like?") == [said, imported]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 5)), max_size=12), st.integers(0, 500))
def test_what_is_chosen_fits_the_budget_and_reads_forwards(parts: list[tuple[int, int]], budget: int) -> None:
    hits = [hit("x" * cost, key, days) for key, (cost, days) in enumerate(parts)]
    chosen = within(hits, budget, lambda h: len(h.span.text))
    assert sum(len(h.span.text) for h in chosen) <= budget
    assert chosen == sorted(chosen, key=lambda h: (h.span.said_at, h.span.id))
    if hits and len(hits[0].span.text) <= budget:
        assert hits[0] in chosen


def test_a_long_hit_that_does_not_fit_makes_room_for_the_next() -> None:
    hits = [hit("x" * 90, 1, 2), hit("x" * 50, 2, 1), hit("x" * 10, 3, 0)]
    assert [h.span.id for h in within(hits, 100, lambda h: len(h.span.text))] == [3, 1]
