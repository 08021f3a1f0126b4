from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.core.facts import ME, Fact, FactKind, Statement
from app.memory.facts.update import alike, current, facts_in, facts_of

DAY = datetime(2024, 1, 1, tzinfo=UTC)


def on(day: int) -> datetime:
    return DAY + timedelta(days=day)


def said(day: int, value: str, kind: FactKind = FactKind.HOLDS, **more: Any) -> Statement:
    return Statement(1, 0, 1, ME, "home", value, kind, on(day), **{"id": day, **more})


def told(facts: list[Fact]) -> list[tuple[str, int | None, int | None]]:
    """Value, first day and day of the end, by number."""
    return [
        (f.value, (f.valid_from - DAY).days if f.valid_from else None, (f.valid_to - DAY).days if f.valid_to else None)
        for f in facts
    ]


def test_a_new_value_ends_the_old_one_which_stays_answerable() -> None:
    facts = facts_of([said(0, "Oslo"), said(60, "Bergen")])
    assert told(facts) == [("Oslo", 0, 60), ("Bergen", 60, None)]
    assert facts[0].superseded_at == on(60)
    assert facts[0].superseded_by is not None and facts[0].superseded_by.value == "Bergen"
    assert [f.value for f in current(facts, on(30))] == ["Oslo"]


def test_saying_it_again_adds_a_source_and_changes_nothing() -> None:
    facts = facts_of([said(0, "Oslo"), said(10, "oslo"), said(20, "Bergen"), said(30, "Oslo")])
    assert told(facts) == [("Oslo", 0, 20), ("Bergen", 20, 30), ("Oslo", 30, None)]
    assert [s.id for s in facts[0].sources] == [0, 10]


def test_what_began_before_it_was_said_begins_then() -> None:
    facts = facts_of([said(0, "Oslo"), said(90, "Bergen", since=on(50))])
    assert told(facts) == [("Oslo", 0, 50), ("Bergen", 50, None)]
    assert facts[0].superseded_at == on(90)


def test_a_plan_holds_from_its_day_on() -> None:
    facts = facts_of([said(0, "Oslo"), said(10, "Bergen", since=on(40))])
    assert [f.value for f in current(facts, on(20))] == ["Oslo"]
    assert [f.value for f in current(facts, on(41))] == ["Bergen"]


def test_an_end_leaves_nothing_and_may_name_what_was_never_told() -> None:
    assert told(facts_of([said(0, "Oslo"), said(5, "Oslo", FactKind.ENDED)])) == [("Oslo", 0, 5)]
    assert told(facts_of([said(5, "Oslo", FactKind.ENDED)])) == [("Oslo", None, 5)]
    assert told(facts_of([said(0, "Oslo"), said(5, "", FactKind.ENDED)])) == [("Oslo", 0, 5)]
    assert told(facts_of([said(0, "Oslo"), said(5, "Rome", FactKind.ENDED)])) == [("Rome", None, 0), ("Oslo", 0, None)]


def test_what_was_once_fills_the_time_before() -> None:
    facts = facts_of([said(10, "Oslo"), said(20, "Rome", FactKind.WAS)])
    assert told(facts) == [("Rome", None, 10), ("Oslo", 10, None)]
    assert told(facts_of([said(10, "Oslo"), said(20, "Oslo", FactKind.WAS)])) == [("Oslo", 10, 20)]


def test_a_mended_value_was_never_otherwise() -> None:
    facts = facts_of([said(0, "Anna"), said(9, "Anne", mends=True)])
    assert [f.value for f in current(facts, on(3))] == ["Anne"]


def test_values_that_are_added_stand_beside_each_other() -> None:
    facts = facts_of([said(0, "birch", adds=True), said(5, "nuts", adds=True), said(9, "birch", FactKind.ENDED)])
    assert [f.value for f in current(facts, on(7))] == ["nuts", "birch"]
    assert [f.value for f in current(facts, on(10))] == ["nuts"]


def test_what_was_written_by_hand_outranks_what_was_derived_later_and_says_so() -> None:
    facts = facts_of([said(0, "Oslo", by_hand=True), said(50, "Bergen")])
    held = current(facts, on(60))
    assert [f.value for f in held] == ["Oslo"]
    assert held[0].contested_by is not None and held[0].contested_by.value == "Bergen"
    facts = facts_of([said(0, "Oslo", by_hand=True), said(50, "Bergen"), said(60, "Lund", by_hand=True)])
    assert [f.value for f in current(facts, on(70))] == ["Lund"]


def test_what_is_taken_back_counts_for_nothing() -> None:
    facts = facts_of([said(0, "Oslo"), said(60, "Bergen", rejected=True)])
    assert told(facts) == [("Oslo", 0, None)]


def test_facts_of_several_things_are_kept_apart() -> None:
    other = Statement(1, 0, 1, ME, "car", "Volvo", FactKind.HOLDS, on(3), id=99)
    assert {f.attribute for f in facts_in([said(0, "Oslo"), other])} == {"home", "car"}


VALUES = st.sampled_from(["Oslo", "Bergen", "Rome", "Lund"])
STATEMENTS = st.lists(
    st.builds(
        lambda day, value, kind, by_hand, adds: said(day, value, kind, by_hand=by_hand, adds=adds),
        st.integers(0, 300),
        VALUES,
        st.sampled_from(list(FactKind)),
        st.booleans(),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda s: s.id,
)


@given(STATEMENTS, st.randoms(use_true_random=False))
def test_the_order_of_reading_does_not_matter(statements: list[Statement], rng: random.Random) -> None:
    shuffled = list(statements)
    rng.shuffle(shuffled)
    assert facts_of(shuffled) == facts_of(statements)


@given(STATEMENTS, st.integers(0, 400))
def test_one_value_holds_at_a_time_unless_values_are_added(statements: list[Statement], day: int) -> None:
    single = [s for s in statements if not s.adds and s.kind is FactKind.HOLDS]
    assert len({f.value for f in current(facts_of(single), on(day))}) <= 1


@given(STATEMENTS)
def test_no_fact_ends_before_it_begins(statements: list[Statement]) -> None:
    for fact in facts_of(statements):
        assert fact.valid_from is None or fact.valid_to is None or fact.valid_from <= fact.valid_to


def test_values_are_alike() -> None:
    assert alike("Acme", "Acme Corp") and alike("the Volvo", "a Volvo V60") and alike("900", "900 euros")
    assert not alike("9", "900") and not alike("12 euros", "9 euros 12") and not alike("", "Acme")
