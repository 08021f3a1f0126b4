"""What is recalled and read while a question is still being written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.bootstrap import Assistant
from app.chat.events import Recalled
from app.chat.noting import behind
from app.core.types import Hit, Mode, Span
from tests.fakes import FakeClock, FakeModel


@pytest.fixture(autouse=True)
def earlier(assistant: Assistant, model: FakeModel, clock: FakeClock) -> None:
    model.shiftable = True
    model.load()
    assistant.memory.remember("The spare key is under the blue flowerpot.")
    assistant.memory.remember("Biscuit dislikes thunder and loud fireworks.")
    clock.advance(timedelta(days=7))


def ask(assistant: Assistant, text: str, conversation: int | None = None) -> list[str]:
    """The words of the memories that stand beside a question, in their order."""
    events = list(assistant.session.ask(text, conversation))
    return [hit.span.text for event in events if isinstance(event, Recalled) for hit in event.hits]


def rows(assistant: Assistant) -> int:
    """Rows of the store, all tables together."""
    return assistant.store.call(
        lambda store: sum(store._db[name].count for name in store._db.table_names() if not name.startswith("sqlite_"))
    )


def test_what_was_read_ahead_is_the_beginning_of_the_prompt(assistant: Assistant, model: FakeModel) -> None:
    assert assistant.session.prepare("Where is the spare") > 0
    ask(assistant, "Where is the spare key, and does Biscuit dislike thunder and fireworks?")
    ahead, asked = model.ahead[-1][-1].text, model.history[-1][-1].text
    assert "flowerpot" in ahead
    assert asked.startswith(ahead.split("\n\nQuestion:")[0])
    assert "dislikes thunder" in asked.removeprefix(ahead.split("\n\nQuestion:")[0])


def test_another_question_does_not_drag_it_along(assistant: Assistant, model: FakeModel) -> None:
    assistant.session.prepare("Where is the spare key?")
    assert ask(assistant, "Which noise does Biscuit dislike, thunder or fireworks?") == [
        "Biscuit dislikes thunder and loud fireworks."
    ]


def test_the_finished_question_is_not_recalled_for_again(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant.session.prepare(" Where is the spare key? ")
    monkeypatch.setattr(assistant.memory, "embedded", lambda *_: pytest.fail("recalled again"))
    assert ask(assistant, "Where is the spare key?") == ["The spare key is under the blue flowerpot."]


def test_the_last_word_of_what_is_told_at_length_is_not_recalled_for_again(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "This morning I looked everywhere for the spare key and then I found it below that"
    assistant.session.prepare(told)
    with monkeypatch.context() as patch:
        patch.setattr(assistant.memory, "embedded", lambda *_: pytest.fail("recalled again"))
        assert ask(assistant, told + " flowerpot.") == ["The spare key is under the blue flowerpot."]


def test_the_last_word_of_a_question_is(assistant: Assistant) -> None:
    asked = "This morning I looked everywhere and could not find it so can you tell me where is my spare"
    assistant.session.prepare(asked)
    assert ask(assistant, asked + " key?") == ["The spare key is under the blue flowerpot."]


def test_a_question_in_a_conversation_goes_on_from_it(assistant: Assistant, model: FakeModel) -> None:
    ask(assistant, "Hello there")
    assistant.session.prepare("Where is the spare", 2)
    assert [m.text for m in model.ahead[-1][1:3]] == ["Hello there", "I see."]
    ask(assistant, "Where is the spare key?", 2)
    assert model.history[-1][:-1] == model.ahead[-1][:-1]


def test_it_belongs_to_the_conversation_as_it_stands(assistant: Assistant) -> None:
    ask(assistant, "Hello there")
    assistant.session.prepare("Where is the spare key?", 2)
    assert ask(assistant, "Which noise does Biscuit dislike, thunder or fireworks?", 2) == [
        "Biscuit dislikes thunder and loud fireworks."
    ]
    assert ask(assistant, "Where is the spare key?", 2) == ["The spare key is under the blue flowerpot."]


def test_nothing_is_written(assistant: Assistant) -> None:
    ask(assistant, "Hello there")
    assistant.memory.embed_pending()
    before = rows(assistant)
    assistant.session.prepare("Where is the spare", 2)
    assistant.session.prepare("Where is the spare key?")
    assert rows(assistant) == before


def test_what_is_erased_meanwhile_is_not_shown(assistant: Assistant) -> None:
    assistant.session.prepare("Where is the spare key?")
    assistant.store.write(lambda store: store._db.execute("DELETE FROM message WHERE text LIKE '%flowerpot%'"))
    assistant.session.forget([1])
    assert ask(assistant, "Where is the spare key?") == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 5_000])
def test_nothing_to_recall_for_reads_nothing(assistant: Assistant, model: FakeModel, text: str) -> None:
    assert assistant.session.prepare(text) == 0
    assert model.ahead == []


def test_a_conversation_that_became_private_or_is_gone_reads_nothing(assistant: Assistant, model: FakeModel) -> None:
    ask(assistant, "Hello there")
    assistant.store.write(lambda store: store.conversations.set_mode(2, Mode.OFF))
    assert assistant.session.prepare("Where is the spare key?", 2) == 0
    assert assistant.session.prepare("Where is the spare key?", 77) == 0
    assert model.ahead == []


@pytest.mark.parametrize("hindrance", ["shiftable", "loads"])
def test_a_model_that_cannot_is_left_alone(assistant: Assistant, model: FakeModel, hindrance: str) -> None:
    setattr(model, hindrance, 0)
    assert assistant.session.prepare("Where is the spare key?") == 0


def test_nothing_is_read_ahead_while_an_answer_is_under_way(assistant: Assistant, model: FakeModel) -> None:
    model.on_piece = lambda _: assistant.session.prepare("Where is the spare key?") and None
    ask(assistant, "Hello there")
    assert model.ahead == []


def test_the_strongest_stand_behind_what_was_read_ahead() -> None:
    one, two, three, four = (Hit(Span(1, key, key, 0, 3, id=key, text="..."), 1.0, ()) for key in (1, 2, 3, 4))
    assert behind([one, two], [two, three], [three, two]) == [one, two, three]
    assert behind([one, two], [two, three, four], [two, four, three]) == [one, two, four]
    assert behind([one, two], [three], [three]) is None
    assert behind([], [three], [three]) is None
