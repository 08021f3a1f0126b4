"""Notes from memory leave the prompt once talk has gone on; what was said stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.bootstrap import Assistant
from app.core.types import Message
from tests.fakes import FakeClock, FakeModel

NOTE = "The spare key is under the blue flowerpot."
ASKED = ["Where is the spare key?", "What is for dinner tonight?", "How far is the moon?"]


@pytest.fixture(autouse=True)
def earlier(assistant: Assistant, model: FakeModel, clock: FakeClock) -> None:
    model.shiftable = True
    assistant.memory.remember(NOTE)
    clock.advance(timedelta(days=7))


def ask(assistant: Assistant, text: str) -> None:
    known = assistant.store.call(lambda store: store.conversations.get(2))
    list(assistant.session.ask(text, 2 if known is not None else None))


def first_asked(model: FakeModel) -> str:
    """The first question as it stood in the last prompt."""
    return model.history[-1][1].text


def test_they_stay_for_the_next_question_and_then_leave(assistant: Assistant, model: FakeModel) -> None:
    ask(assistant, ASKED[0])
    assert NOTE in first_asked(model)
    assert not model.working[-1].may_cut
    ask(assistant, ASKED[1])
    assert NOTE in first_asked(model)
    assert not model.working[-1].may_cut
    ask(assistant, ASKED[2])
    assert first_asked(model) == f"Question: {ASKED[0]}"
    assert model.working[-1].may_cut
    ask(assistant, "And the sun?")
    assert first_asked(model) == f"Question: {ASKED[0]}"
    assert not model.working[-1].may_cut, "nothing more has left"


def test_what_has_left_can_be_recalled_again(assistant: Assistant, model: FakeModel) -> None:
    for text in (*ASKED, "Who wrote Hamlet?", "Where is the spare key kept, please?"):
        ask(assistant, text)
    assert NOTE in model.history[-1][-1].text


def test_they_stay_where_everything_behind_would_be_read_again(assistant: Assistant, model: FakeModel) -> None:
    model.shiftable = False
    for text in ASKED:
        ask(assistant, text)
    assert NOTE in first_asked(model)


def test_nothing_is_cut_for_another_version_of_what_was_said(assistant: Assistant, model: FakeModel) -> None:
    for text in ASKED[:2]:
        ask(assistant, text)
    assistant.session.prepare(ASKED[2], 2)
    second = said(assistant)[2]
    list(assistant.session.ask_otherwise(second, "What is for lunch?"))
    assert not model.working[-1].may_cut


def test_a_conversation_that_is_resumed_stands_as_it_was_left(assistant: Assistant, model: FakeModel) -> None:
    for text in ASKED[:2]:
        ask(assistant, text)
    before = model.history[-1]
    assistant.session.working._seen.clear()  # as after a restart
    ask(assistant, ASKED[2])
    assert model.history[-1][: len(before)] == before
    assert not model.working[-1].may_cut
    ask(assistant, "And the sun?")
    assert first_asked(model) == f"Question: {ASKED[0]}"
    assert model.working[-1].may_cut


def said(assistant: Assistant) -> list[Message]:
    return assistant.store.call(lambda store: store.conversations.thread(2))
