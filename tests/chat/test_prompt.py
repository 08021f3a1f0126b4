"""The prompt: what the model reads, and that it only grows at its end."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.chat.prompt import Turn, build, first_kept, render, shorten, system_prompt
from app.core.types import Hit, Message, Origin, Role, Span

NOON = datetime(2024, 5, 2, 12, 0, tzinfo=UTC)
COSTS = st.lists(st.integers(1, 500), min_size=1, max_size=60)


def _hit(text: str, role: Role = Role.USER, speaker: str = "", origin: Origin = Origin.SAID) -> Hit:
    return Hit(Span(1, 1, 1, 0, len(text), 1, text, role, speaker, origin, NOON), 1.0, ())


def _turn(text: str, *hits: Hit, role: Role = Role.USER) -> Turn:
    return Turn(Message(1, role, text, NOON), text, hits)


def test_a_turn_without_notes_is_the_words_alone() -> None:
    assert render(_turn("Hello")) == "Hello"


def test_notes_stand_dated_in_front_of_the_question_by_who_said_them() -> None:
    hits = [
        _hit("My dog is Rufus."),
        _hit("A beagle is small.", Role.ASSISTANT),
        _hit("I like tea.", speaker="Caroline"),
        _hit("42", Role.TOOL, "python"),
        _hit("Bark!", Role.ASSISTANT, origin=Origin.IMPORTED),
        _hit("He is\n afraid of thunder."),
    ]
    assert render(_turn("What is he?", *hits)).splitlines() == [
        "Earlier I told you:",
        "- 2 May 2024: My dog is Rufus.",
        "- 2 May 2024: He is afraid of thunder.",
        "Earlier you said:",
        "- 2 May 2024: A beagle is small.",
        "Earlier Caroline said:",
        "- 2 May 2024: I like tea.",
        "Earlier a tool printed:",
        "- 2 May 2024: 42",
        "Earlier another assistant said:",
        "- 2 May 2024: Bark!",
        "",
        "Question: What is he?",
    ]


def test_a_template_meets_only_roles_it_knows() -> None:
    prompt = build(system_prompt(), [_turn("a"), _turn("b", role=Role.TOOL), _turn("c", role=Role.ASSISTANT)])
    assert [message.role for message in prompt] == [Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.ASSISTANT]


@given(COSTS, st.integers(0, 5_000))
def test_what_is_kept_fits(costs: list[int], budget: int) -> None:
    start = first_kept(costs, budget, 0)
    assert sum(costs[start:]) <= budget


@given(COSTS, st.integers(500, 5_000))
def test_nothing_moves_while_all_of_it_fits(costs: list[int], budget: int) -> None:
    start = first_kept(costs, budget, 0)
    assert first_kept(costs, budget, start) == start


def test_the_oldest_leave_together_so_that_the_beginning_stays_put_for_long() -> None:
    costs, start, moves = [], 0, 0
    for _ in range(100):
        costs.append(10)
        before, start = start, first_kept(costs, 200, start)
        moves += start != before
    assert moves <= 100 * 10 // 80


@given(st.text(max_size=400), st.integers(10, 200))
def test_a_shortened_text_keeps_its_beginning_and_its_end(text: str, characters: int) -> None:
    short = shorten(text, characters)
    if len(text) <= characters:
        assert short == text
    else:
        assert short.startswith(text[: characters * 2 // 3])
        assert short.endswith(text[-(characters // 3) :])
        assert "characters left out" in short
