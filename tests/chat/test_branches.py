"""Another version of a message, or of a reply: a tree of which one branch is open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.bootstrap import Assistant
from app.chat.events import Answered, Recalled, Stored
from app.core.types import Message, Mode
from app.memory.erasure import Target
from app.memory.talks import Talks
from tests.fakes import FakeModel


def _ask(assistant: Assistant, text: str, conversation: int | None = None, mode: Mode = Mode.REMEMBER) -> Message:
    events = list(assistant.session.ask(text, conversation, mode))
    assert isinstance(events[0], Stored)
    return events[0].message


def _talks(assistant: Assistant, mode: Mode) -> Talks:
    return assistant.session._kept if mode is Mode.REMEMBER else assistant.session.private


def _texts(talks: Talks, conversation: int) -> list[str]:
    return [message.text for message in talks.thread(conversation)]


@pytest.mark.parametrize("mode", [Mode.REMEMBER, Mode.READ])
class TestEveryKindOfTalk:
    def test_another_version_of_a_message_keeps_the_first_with_its_reply(
        self, assistant: Assistant, model: FakeModel, mode: Mode
    ) -> None:
        model.enqueue("Red.", "Blue.")
        first = _ask(assistant, "Which colour?", mode=mode)
        list(assistant.session.ask_otherwise(first, "Which colour has the sky?"))
        talks, key = _talks(assistant, mode), first.conversation_id
        assert _texts(talks, key) == ["Which colour has the sky?", "Blue."]
        assert len(talks.versions(key)[first.id]) == 2
        talks.choose(key, first.id)
        assert _texts(talks, key) == ["Which colour?", "Red."]

    def test_another_reply_stands_beside_the_first(self, assistant: Assistant, model: FakeModel, mode: Mode) -> None:
        model.enqueue("Red.", "Blue.")
        question = _ask(assistant, "Which colour?", mode=mode)
        talks, key = _talks(assistant, mode), question.conversation_id
        first = talks.thread(key)[-1]
        answered = list(assistant.session.answer(question, anew=True))[-1]
        assert isinstance(answered, Answered)
        assert answered.message is not None
        assert _texts(talks, key) == ["Which colour?", "Blue."]
        assert talks.versions(key)[first.id] == (first.id, answered.message.id)

    def test_what_is_said_next_follows_on_the_open_branch(
        self, assistant: Assistant, model: FakeModel, mode: Mode
    ) -> None:
        model.enqueue("Red.", "Blue.", "Roses are.")
        question = _ask(assistant, "Which colour?", mode=mode)
        talks, key = _talks(assistant, mode), question.conversation_id
        first = talks.thread(key)[-1]
        list(assistant.session.answer(question, anew=True))
        talks.choose(key, first.id)
        _ask(assistant, "What is so?", key)
        assert _texts(talks, key) == ["Which colour?", "Red.", "What is so?", "Roses are."]
        prompt = " ".join(part.text for part in model.history[-1])
        assert "Red." in prompt
        assert "Blue." not in prompt


def test_recall_leaves_out_what_stands_on_another_branch(assistant: Assistant, model: FakeModel) -> None:
    first = _ask(assistant, "My dog Rufus barks at the ferry")
    events = list(assistant.session.ask_otherwise(first, "My cat Rufus sleeps on the ferry"))
    recalled = next(event for event in events if isinstance(event, Recalled))
    assert all(hit.span.conversation_id != first.conversation_id for hit in recalled.hits)
    elsewhere = list(assistant.session.ask("Who is Rufus on the ferry?"))
    recalled = next(event for event in elsewhere if isinstance(event, Recalled))
    assert {hit.span.first_message_id for hit in recalled.hits} & {first.id}


def test_another_reply_is_drawn_more_freely_unless_all_are_to_be_the_same(assistant: Assistant) -> None:
    question = _ask(assistant, "Which colour?")
    seen = []
    reply = assistant.model.reply
    assistant.model.reply = lambda prompt, sampling, working: (seen.append(sampling), reply(prompt, sampling, working))[
        1
    ]  # type: ignore[method-assign]
    list(assistant.session.answer(question, anew=True))
    assistant.session.settings = replace(assistant.settings, temperature=0.0)
    list(assistant.session.answer(question, anew=True))
    assert [sampling.temperature for sampling in seen] == [0.7, 0.0]


def test_an_erased_version_takes_its_place_in_the_tree_with_it(assistant: Assistant, model: FakeModel) -> None:
    model.enqueue("Red.", "Blue.")
    first = _ask(assistant, "Which colour?")
    list(assistant.session.ask_otherwise(first, "Which colour has the sky?"))
    key = first.conversation_id
    assistant.store.write(lambda store: store.branches.choose(key, first.id))
    ids = assistant.eraser.find(Target(messages=(first.id,)))
    assistant.eraser.erase(ids)
    talks = _talks(assistant, Mode.REMEMBER)
    assert assistant.store.call(lambda store: store.branches.chosen(key)) == 0
    assert _texts(talks, key) == ["Which colour has the sky?", "Blue."]
    reply = next(key for key, beside in talks.versions(key).items() if len(beside) == 2)
    talks.choose(key, min(talks.versions(key)[reply]))
    assert "Red." in _texts(talks, key)  # nothing that stays is out of reach
