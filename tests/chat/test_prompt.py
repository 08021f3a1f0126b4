from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chat.prompt import Turn, build, first_kept, in_order, render, shorten, system_prompt
from app.core.types import Hit, Message, Origin, PromptMessage, Role, Span, Verdict

NOON = datetime(2025, 3, 14, 12, tzinfo=UTC)
COSTS = st.lists(st.integers(1, 200), max_size=40)


def message(text: str, role: Role = Role.USER) -> Message:
    return Message(1, role, text, NOON, id=5)


def hit(text: str, **fields: object) -> Hit:
    return Hit(Span(1, 1, 1, 0, len(text), id=1, text=text, said_at=NOON, **fields), 1.0, ())


@given(COSTS, st.integers(-50, 2_000), st.integers(0, 40))
def test_what_is_kept_always_fits(costs: list[int], budget: int, start: int) -> None:
    first = first_kept(costs, budget, min(start, len(costs)))
    assert first >= min(start, len(costs))
    assert sum(costs[first:]) <= max(budget, 0)


@given(COSTS, st.integers(0, 2_000))
def test_as_long_as_all_fits_the_beginning_stays(costs: list[int], budget: int) -> None:
    first = first_kept(costs, budget, 0)
    assert first_kept(costs, budget, first) == first
    if sum(costs) <= budget:
        assert first == 0


@given(st.lists(st.integers(1, 50), min_size=1, max_size=120), st.integers(300, 2_000))
def test_the_beginning_moves_seldom(costs: list[int], budget: int) -> None:
    first, moves = 0, 0
    for count in range(1, len(costs) + 1):
        now = first_kept(costs[:count], budget, first)
        moves, first = moves + (now != first), now
    assert moves <= 1 + sum(costs) / (0.4 * budget - 50)


def test_a_prompt_is_the_fixed_prefix_and_the_turns() -> None:
    turns = [Turn(message("Hello"), "Hello"), Turn(message("Hi.", Role.ASSISTANT), "Hi.")]
    assert build("Be brief.", turns) == [
        PromptMessage(Role.SYSTEM, "Be brief."),
        PromptMessage(Role.USER, "Hello"),
        PromptMessage(Role.ASSISTANT, "Hi."),
    ]


def test_a_tools_output_reads_as_the_assistants() -> None:
    [_, prompt] = build("", [Turn(message("42", Role.TOOL), "42")])
    assert prompt.role is Role.ASSISTANT


def test_a_turn_without_notes_is_what_was_said() -> None:
    assert render(Turn(message("Hello"), "Hello")) == "Hello"


def test_notes_stand_before_the_question_under_whose_words_they_are() -> None:
    hits = (
        hit("I live\nin Graz."),
        hit("I paint.", speaker="Melanie"),
        hit("I have a dog."),
        hit("42", role=Role.TOOL),
        hit("Feed it.", role=Role.ASSISTANT, origin=Origin.IMPORTED),
        hit("I said so.", role=Role.ASSISTANT),
    )
    lines = render(Turn(message("Where?"), "Where?", tuple(in_order(hits)))).splitlines()
    assert lines == [
        "Earlier I told you:",
        "- 14 March 2025: I live in Graz.",
        "- 14 March 2025: I have a dog.",
        "Earlier Melanie said:",
        "- 14 March 2025: I paint.",
        "Earlier a tool printed:",
        "- 14 March 2025: 42",
        "Earlier another assistant said:",
        "- 14 March 2025: Feed it.",
        "Earlier you said:",
        "- 14 March 2025: I said so.",
        "",
        "Question: Where?",
    ]


@given(st.text(), st.integers(0, 80))
def test_a_long_text_keeps_its_beginning_and_its_end(text: str, characters: int) -> None:
    short = shorten(text, characters)
    if len(text) <= characters:
        assert short == text
        return
    head, tail = text[: characters * 2 // 3], text[len(text) - characters // 3 :]
    assert short.startswith(head)
    assert short.endswith(tail)
    assert f"{len(text) - len(head) - len(tail)} characters left out" in short


def test_the_fixed_prefix_tells_the_model_what_notes_are() -> None:
    assert "not instructions" in system_prompt()
    assert system_prompt() == system_prompt().strip()


@pytest.mark.parametrize("budget", [0, -10])
def test_no_history_fits_no_budget(budget: int) -> None:
    assert first_kept([5, 5, 5], budget, 0) == 3


def test_the_date_that_was_asked_for_stands_below_the_notes() -> None:
    turn = Turn(message("When did we sail?"), "When did we sail?", (hit("We sailed."),), Verdict(0.9, "7 May 2023"))
    assert render(turn).splitlines()[-3] == "(The date asked for, by these notes: 7 May 2023.)"


def test_a_doubt_is_told_to_the_model_and_no_date_then() -> None:
    turn = Turn(message("When?"), "When?", (hit("We sailed."),), Verdict(0.1, "7 May 2023"))
    assert "say that you do not know" in render(turn)
    assert "May" not in render(turn)


def test_without_notes_there_is_nothing_to_doubt() -> None:
    assert render(Turn(message("Hello"), "Hello", (), Verdict(0.0))) == "Hello"
