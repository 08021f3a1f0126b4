"""The forgetting curve as golden sequences, as laws that hold for every history, and beside py-fsrs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Card, Rating, Scheduler, State
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import EpisodeState
from app.memory.forgetting import WORTH, Strength, Use, born, falls_to, retrievability, state_of, together, used

START = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)

gaps = st.lists(st.tuples(st.floats(0, 900), st.sampled_from(Use)), max_size=12)
saliences = st.floats(0, 1)


def after(salience: float, *uses: tuple[float, Use]) -> Strength:
    """A memory born at START and used so many days after it, in order."""
    strength = born(salience, START)
    for days, use in uses:
        strength = used(strength, use, START + days * DAY)
    return strength


def lived(salience: float, history: list[tuple[float, Use]]) -> tuple[Strength, datetime]:
    """A memory after a history of gaps and uses, and the moment of the last of them."""
    strength, now = born(salience, START), START
    for gap, use in history:
        now += gap * DAY
        strength = used(strength, use, now)
    return strength, now


@pytest.mark.parametrize(
    ("days", "left"), [(0, 1.0), (2.3065, 0.9), (7, 0.8083), (21, 0.7019), (60, 0.6033), (365, 0.4588), (1825, 0.3584)]
)
def test_a_dull_memory_that_nobody_uses(days: float, left: float) -> None:
    assert retrievability(born(0, START), START + days * DAY) == pytest.approx(left, abs=2e-4)


@pytest.mark.parametrize(
    ("salience", "stability", "fades", "archived"),
    [(0.0, 2.3065, 21, 208), (0.25, 5.92, 54, 534), (0.5, 15.19, 141, 1372), (1.0, 100.0, 928, 9035)],
)
def test_what_stands_out_lasts_longer(salience: float, stability: float, fades: int, archived: int) -> None:
    strength = born(salience, START)
    assert strength.stability == pytest.approx(stability, abs=0.01)
    assert ((falls_to(strength, 0.7) - START).days, (falls_to(strength, 0.5) - START).days) == (fades, archived)


@pytest.mark.parametrize(
    ("uses", "stability"),
    [
        ([], 3.49),
        ([(1, Use.CITED)], 6.84),
        ([(1, Use.CITED), (7, Use.CITED)], 21.43),
        ([(1, Use.CITED), (7, Use.CITED), (30, Use.CITED)], 65.14),
        ([(30, Use.CITED)], 32.48),
        ([(30, Use.OPENED)], 57.78),
        ([(30, Use.SHOWN)], 9.29),
        ([(0, Use.CITED)] * 5, 3.49),
    ],
)
def test_golden_histories(uses: list[tuple[float, Use]], stability: float) -> None:
    assert after(0.11, *uses).stability == pytest.approx(stability, rel=0.005)


def test_uses_far_apart_strengthen_more_than_the_same_uses_close_together() -> None:
    close = after(0.1, (1, Use.CITED), (1.1, Use.CITED), (1.2, Use.CITED))
    apart = after(0.1, (1, Use.CITED), (10, Use.CITED), (40, Use.CITED))
    assert apart.stability > 3 * close.stability


def test_states_follow_the_curve() -> None:
    strength = born(0, START)
    days = [0, 20, 22, 207, 209]
    states = [state_of(strength, START + day * DAY) for day in days]
    vivid, fading, archived = EpisodeState.VIVID, EpisodeState.FADING, EpisodeState.ARCHIVED
    assert states == [vivid, vivid, fading, fading, archived]
    assert state_of(used(strength, Use.SHOWN, START + 300 * DAY), START + 300 * DAY) is vivid


@given(saliences, gaps, st.floats(0, 20_000))
def test_what_is_pinned_never_fades(salience: float, history: list[tuple[float, Use]], days: float) -> None:
    strength, now = born(salience, START, pinned=True), START
    for gap, use in history:
        now += gap * DAY
        strength = used(strength, use, now)
    assert retrievability(strength, now + days * DAY) == 1.0
    assert falls_to(strength, 0.5).year == 9999


@given(saliences, gaps, st.floats(0, 2_000), st.floats(0, 2_000))
def test_retrievability_only_falls_while_nothing_happens(
    salience: float, history: list[tuple[float, Use]], a: float, b: float
) -> None:
    strength, now = lived(salience, history)
    early, late = (retrievability(strength, now + days * DAY) for days in sorted((a, b)))
    assert 0 < late <= early <= 1


@given(saliences, gaps, st.sampled_from(Use), st.floats(0, 900))
def test_a_use_never_weakens_and_brings_it_back_whole(
    salience: float, history: list[tuple[float, Use]], use: Use, gap: float
) -> None:
    strength, now = lived(salience, history)
    now += gap * DAY
    again = used(strength, use, now)
    assert again.stability >= strength.stability
    assert retrievability(again, now) == 1.0
    assert again.uses == strength.uses + 1


@given(saliences, gaps, st.floats(0, 400), st.floats(0, 400))
def test_the_longer_it_rested_the_more_a_use_strengthens(
    salience: float, history: list[tuple[float, Use]], a: float, b: float
) -> None:
    strength, now = lived(salience, history)
    sooner, later = (used(strength, Use.CITED, now + days * DAY) for days in sorted((a, b)))
    assert later.stability >= sooner.stability


@given(saliences, saliences)
def test_more_salience_never_fades_sooner(a: float, b: float) -> None:
    weak, strong = sorted((a, b))
    assert falls_to(born(weak, START), 0.5) <= falls_to(born(strong, START), 0.5)


@given(saliences, gaps, st.sampled_from([0.7, 0.5]))
def test_the_moment_it_falls_to_a_share_is_the_one_told(
    salience: float, history: list[tuple[float, Use]], share: float
) -> None:
    strength, _ = lived(salience, history)
    assert retrievability(strength, falls_to(strength, share)) == pytest.approx(share, abs=1e-6)


def test_a_use_told_late_moves_nothing_back() -> None:
    strength = after(0.2, (40, Use.CITED))
    late = used(strength, Use.SHOWN, START + 10 * DAY)
    assert late.used_at == strength.used_at
    assert late.stability == strength.stability


def test_two_that_became_one_are_as_strong_as_the_stronger() -> None:
    weak, strong = born(0.1, START, pinned=True), after(0.3, (40, Use.CITED))
    one = together(weak, strong)
    assert (one.stability, one.used_at, one.pinned) == (strong.stability, strong.used_at, True)
    assert together(strong, weak) == one


@given(st.floats(1, 365), st.integers(1, 2_000), st.sampled_from([Use.CITED, Use.OPENED]))
def test_the_formulas_are_those_of_fsrs(stability: float, days: int, use: Use) -> None:
    ours = Strength(START, START, 0, stability)
    card = Card(state=State.Review, step=None, stability=stability, difficulty=5.0, last_review=START, due=START)
    scheduler = Scheduler(enable_fuzzing=False)
    now = START + days * DAY
    assert retrievability(ours, now) == pytest.approx(scheduler.get_card_retrievability(card, now))
    rating = Rating.Good if use is Use.CITED else Rating.Easy
    theirs = scheduler.review_card(card, rating, now)[0].stability
    assert used(ours, use, now).stability == pytest.approx(min(theirs or 0, 36_500))


def test_a_memory_that_merely_stood_in_a_prompt_counts_less_than_a_hard_review() -> None:
    assert WORTH[Use.SHOWN] < 0.6014 < WORTH[Use.CITED] < WORTH[Use.OPENED]
