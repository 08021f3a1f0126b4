"""The real model writes in the shape of a grammar, beside a conversation that stays as it is."""

from __future__ import annotations

import json
import threading
import time

import pytest

from app.core.errors import ModelError
from app.core.settings import Settings
from app.core.types import PromptMessage, Role, Sampling
from app.memory.facts import by_model
from app.runtime.host import ChatHost
from app.runtime.messages import SHAPED_CONTEXT, ChatConfig
from app.runtime.protocols import Done

pytestmark = pytest.mark.real
COLOURS = 'root ::= "[" colour (", " colour){2} "]"\ncolour ::= "\\"red\\"" | "\\"blue\\"" | "\\"grey\\""'


def _ask(text: str) -> list[PromptMessage]:
    return [PromptMessage(Role.USER, text)]


def _going() -> bool:
    return True


def test_answers_have_the_shape_and_come_in_order(chat_host: ChatHost) -> None:
    chat_host.load()
    prompts = [_ask("Name three colours."), _ask("word " * SHAPED_CONTEXT), _ask("Name three colours, please.")]
    first, too_long, last = chat_host.write_shaped(prompts, COLOURS, 40, _going)
    assert too_long == ""
    for answer in (first, last):
        assert len(json.loads(answer)) == 3
        assert set(json.loads(answer)) <= {"red", "blue", "grey"}
    assert chat_host.write_shaped(prompts[:1], COLOURS, 40, _going) == [first]


def test_what_is_asked_of_a_message_gives_json(chat_host: ChatHost) -> None:
    chat_host.load()
    prompts = [by_model.prompt(text) for text in ('Så trött! 😀 "I" {\\n}', "My dog Rex and I live in Oslo.")]
    for answer in chat_host.write_shaped(prompts, by_model.grammar(), by_model.MOST_TOKENS, _going):
        assert isinstance(json.loads(answer), list)


def test_the_conversation_stays_as_it_is(chat_host: ChatHost) -> None:
    said = _ask("My cat is called Tom.")
    greedy = Sampling(temperature=0.0, max_tokens=4)
    list(chat_host.reply(said, greedy))
    chat_host.write_shaped([_ask("Name three colours.")], COLOURS, 40, _going)
    last = list(chat_host.reply(said, greedy))[-1]
    assert isinstance(last, Done)
    assert last.stats.cached_tokens == last.stats.prompt_tokens - 1


def test_a_grammar_that_is_none_is_refused_and_a_model_that_is_not_loaded_is_not_started(chat_host: ChatHost) -> None:
    chat_host.load()
    with pytest.raises(ModelError):
        chat_host.write_shaped([_ask("Hello.")], "root ::= nowhere", 4, _going)
    other = ChatHost(ChatConfig(str(Settings().chat_model), context=256))
    assert other.write_shaped([_ask("Hello.")], COLOURS, 4, _going) == []
    assert (other.running, other.info) == (False, None)


@pytest.mark.parametrize("returns", ["by asking", "by typing"])
def test_it_makes_way_for_a_person(chat_host: ChatHost, returns: str) -> None:
    chat_host.load()
    endless = 'root ::= "a" root'
    answers: list[str] = []
    back = threading.Event()
    work = threading.Thread(
        target=lambda: answers.extend(
            chat_host.write_shaped([_ask(f"{n}") for n in range(500)], endless, 900, lambda: not back.is_set())
        )
    )
    work.start()
    while not chat_host.busy:
        time.sleep(0.01)
    if returns == "by asking":
        assert chat_host.count_tokens(["Hello."]) == [2]
    else:
        back.set()
    work.join(30)
    assert not work.is_alive()
    assert len(answers) < 500
