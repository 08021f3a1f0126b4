from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bootstrap import Assistant
from app.core.types import ForeignConversation, ForeignMessage, Role
from app.memory.order import Order, first_of
from tests.fakes import FakeClock

LINES = [
    "Entering the laboratory, Ned, who seemed out of breath, looked at the young inventor.",
    "“How long is this going to last, Tom?” he asked. The other did not look up",
    "from the coils of wire on his bench. Rain beat upon the windows all that night;",
    "in the morning the river had risen by two feet, and nobody could cross the bridge.",
    "Ned came back at noon. The inventor had not slept, and he was still at the bench.",
]
PAST = FakeClock().now() - timedelta(days=400)


@pytest.fixture
def book(assistant: Assistant) -> Assistant:
    messages = tuple(
        ForeignMessage(str(n), str(n - 1) if n else None, Role.USER, "", text, PAST + timedelta(seconds=n))
        for n, text in enumerate(LINES)
    )
    assistant.memory.bring_in(ForeignConversation("book", "Book", PAST, messages))
    return assistant


def told(assistant: Assistant, a: str, b: str) -> Order | None:
    return assistant.store.call(lambda store: first_of(store, a, b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("who seemed out of breath", "the river had risen by two feet"),
        ("WHO SEEMED\n   out of breath", "river   had\trisen, by two feet!"),
        ("The other did not look up from the coils of wire", "Rain beat upon the windows"),
        ("Tom?” he asked. The other did not look up from the coils of wire on his bench. Rain beat upon",
         "did not look up"),
        ("he asked the other, but did not look up from all the coils", "nobody could ever cross that bridge"),
        ("going to last", "Ned came back at noon"),
    ],
)  # fmt: skip
def test_the_earlier_passage_is_told_whichever_is_named_first(book: Assistant, a: str, b: str) -> None:
    found, mirrored = told(book, a, b), told(book, b, a)
    assert found is not None and mirrored is not None
    assert not found.swapped and mirrored.swapped
    assert found.earlier == mirrored.earlier


def test_a_passage_over_two_messages_begins_in_the_first(book: Assistant) -> None:
    found = told(book, "did not look up from the coils of wire on his bench", "Ned came back")
    assert found is not None
    assert found.earlier.span.text == LINES[1]
    assert found.earlier.offset == 12  # How long is this going to last Tom he asked The other


def test_time_decides_before_the_order_of_storing(book: Assistant) -> None:
    early = PAST - timedelta(days=1)
    message = ForeignMessage("0", None, Role.USER, "", "The prologue was found in an attic.", early)
    book.memory.bring_in(ForeignConversation("prologue", "Prologue", early, (message,)))
    found = told(book, "seemed out of breath", "prologue was found in an attic")
    assert found is not None
    assert found.swapped


@pytest.mark.parametrize("passage", ["", "  …  ", "a passage about penguins", "the of and"])
def test_what_was_never_said_has_no_place(book: Assistant, passage: str) -> None:
    assert told(book, passage, "seemed out of breath") is None


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_passage_makes_it_fail(assistant: Assistant, a: str, b: str) -> None:
    told(assistant, a, b)
