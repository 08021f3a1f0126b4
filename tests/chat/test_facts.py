"""What the model reads of facts, and that it reads the same again."""

from __future__ import annotations

from datetime import timedelta

from app.bootstrap import Assistant
from app.chat.events import Recalled
from tests.fakes import FakeClock, FakeModel


def test_the_prompt_says_what_is_known_and_what_is_no_longer_so(
    assistant: Assistant, clock: FakeClock, model: FakeModel
) -> None:
    assistant.memory.begin("I live in Oslo with two cats.", clock.now())
    clock.advance(timedelta(days=20))
    assistant.memory.begin("No, I moved to Bergen.", clock.now())
    clock.advance(timedelta(days=20))
    list(assistant.session.ask("Do I live in Oslo?"))
    prompt = model.history[-1][-1].text
    assert "I live in Oslo with two cats. (no longer so since 3 April 2025; now: Bergen)" in prompt
    assert "(Known as a fact: no, Bergen, since 3 April 2025.)" in prompt


def test_earlier_notes_read_the_same_when_facts_have_changed_since(
    assistant: Assistant, clock: FakeClock, model: FakeModel
) -> None:
    assistant.memory.begin("I live in Oslo.", clock.now())
    clock.advance(timedelta(days=20))
    list(assistant.session.ask("Where do I live?"))
    first = model.history[-1]
    assert "(Known as a fact: Oslo.)" in first[-1].text
    conversation = assistant.store.call(lambda store: store.conversations.recent()[0].id)
    list(assistant.session.ask("No, I moved to Bergen.", conversation))
    list(assistant.session.ask("So where do I live now?", conversation))
    assert model.history[-1][: len(first)] == first


def test_a_fact_is_told_where_no_note_fits(assistant: Assistant, clock: FakeClock, model: FakeModel) -> None:
    conversation, _ = assistant.memory.begin("I live in Oslo.", clock.now())
    list(assistant.session.ask("Where do I live?", conversation.id))
    assert "(Known as a fact: Oslo.)" in model.history[-1][-1].text


def test_a_fact_on_something_else_of_the_same_thing_is_not_told(assistant: Assistant) -> None:
    list(assistant.session.ask("My boat is called Marie and lies in Bergen."))
    [recalled] = [e for e in assistant.session.ask("Where does my boat lie?") if isinstance(e, Recalled)]
    assert recalled.verdict.fact is None
    [recalled] = [e for e in assistant.session.ask("What is my boat called?") if isinstance(e, Recalled)]
    assert recalled.verdict.fact is not None
    assert "Marie" in recalled.verdict.words
