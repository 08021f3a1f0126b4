"""SIGKILL for the real model's process at every stage of a turn: nothing said is lost, and the next question works."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.chat.events import Answered, Stored, TurnEvent, Words
from app.core.errors import ModelStopped
from app.core.types import Message, MessageState
from app.runtime.host import ChatHost
from app.runtime.protocols import Reading
from tests.fakes import FakeEmbedder

pytestmark = pytest.mark.real
LONG = "The sea was calm and the harbour lay in the fog. " * 22  # with the rest, more than is read in one step


@pytest.fixture
def lively(data_dir: Path) -> Iterator[Assistant]:
    """The real model; words alone find memories, so that only one process can die."""
    with build(data_dir, background=False, embedder=FakeEmbedder()) as built:
        built.change(replace(built.settings, context_tokens=2048, max_reply_tokens=24, temperature=0.0))
        yield built


def kill(assistant: Assistant) -> None:
    assert isinstance(assistant.model, ChatHost)
    assert assistant.model.pid is not None
    os.kill(assistant.model.pid, signal.SIGKILL)


def kill_once_it_runs(assistant: Assistant) -> None:
    """From another thread: the moment the process exists, it is dead."""

    def work() -> None:
        while assistant.model.pid is None:  # type: ignore[attr-defined]
            time.sleep(0.001)
        kill(assistant)

    threading.Thread(target=work, daemon=True).start()


def thread(assistant: Assistant) -> list[Message]:
    return assistant.store.call(lambda store: store.conversations.thread(1))


def asked_until_it_died(assistant: Assistant, text: str, stage: type[TurnEvent]) -> str:
    """Ask, kill at the first event of this kind, and return the words that came."""
    said, dead = "", False
    with pytest.raises(ModelStopped, match=r"What it had said is kept; ask again and it starts anew\. It was killed"):
        for event in assistant.session.ask(text):
            if isinstance(event, stage) and not dead:
                dead = True
                (kill_once_it_runs if stage is Stored else kill)(assistant)
            said += event.text if isinstance(event, Words) else ""
    return said


@pytest.mark.parametrize("stage", [Stored, Reading, Words], ids=["loading", "reading", "writing"])
def test_a_killed_model_costs_nothing_that_was_said(lively: Assistant, stage: type[TurnEvent]) -> None:
    question = (LONG if stage is Reading else "") + "Tell me how the sea goes on."
    said = asked_until_it_died(lively, question, stage)
    stored, *replies = thread(lively)
    assert stored.text == question
    assert bool(said) == (stage is Words)
    assert [(reply.text, reply.state) for reply in replies] == ([(said, MessageState.INTERRUPTED)] if said else [])

    last = list(lively.session.ask("Are you there?", None if stage is Reading else 1))[-1]
    assert isinstance(last, Answered)
    assert last.message is not None
    assert last.message.state is MessageState.COMPLETE


def test_a_question_whose_reply_was_killed_can_be_answered_again(lively: Assistant) -> None:
    asked_until_it_died(lively, "Tell me how the sea goes on.", Words)
    [question, torn] = thread(lively)
    assert torn.state is MessageState.INTERRUPTED
    last = list(lively.session.answer(question))[-1]
    assert isinstance(last, Answered)
    assert [message.text for message in thread(lively)] == [question.text, last.message.text if last.message else ""]


def test_the_next_turn_of_a_chat_reads_only_what_is_new(lively: Assistant) -> None:
    first = list(lively.session.ask("My cat is called Tom."))[-1]
    second = list(lively.session.ask("What is my cat called?", 1))[-1]
    assert isinstance(first, Answered)
    assert isinstance(second, Answered)
    assert second.stats.cached_tokens >= first.stats.prompt_tokens
    assert second.stats.prompt_tokens - second.stats.cached_tokens < 120
