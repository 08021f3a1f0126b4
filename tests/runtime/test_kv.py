"""What the real model holds: kept, parked, saved, cut and brought back, always with the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.settings import Settings
from app.core.types import PRIVATE, PromptMessage, Role, Sampling
from app.runtime import kv_file
from app.runtime.chat_template import without_controls
from app.runtime.kv_file import KvState
from app.runtime.layout import Layout, PagedState
from app.runtime.llama import Llama
from app.runtime.native_log import forward_native_log
from app.runtime.pages import write_page

pytestmark = pytest.mark.real
SYSTEM = "You tell stories."
GREEDY = Sampling(temperature=0.0, max_tokens=6)
NOTES = "Earlier I told you:\n- 7 May 2023: Rufus is afraid of thunder.\n- 8 May 2023: Anna lost her red kite."


@pytest.fixture(scope="module")
def llama() -> Iterator[Llama]:
    forward_native_log(lambda *_: None)
    loaded = Llama(Settings().chat_model, 1024, 0, lambda: False)
    yield loaded
    loaded.close()


@pytest.fixture(autouse=True)
def _nothing_held(llama: Llama) -> None:
    llama.forget()


def talk(*texts: str) -> list[PromptMessage]:
    """System, then user and assistant in turn."""
    said = [PromptMessage(Role.ASSISTANT if i % 2 else Role.USER, text) for i, text in enumerate(texts)]
    return [PromptMessage(Role.SYSTEM, SYSTEM), *said]


def answer(llama: Llama, messages: list[PromptMessage]) -> tuple[int, str]:
    """How many tokens were known, and the reply."""
    tokens = llama.prompt(messages)
    [(_, _, cached), *_] = llama.read(tokens)
    return cached, b"".join(llama.write(GREEDY)).decode()


def test_a_reply_is_never_read_again(llama: Llama) -> None:
    asked = ["Tell me of the sea."]
    for _ in range(3):
        _, said = answer(llama, talk(*asked))
        held = len(llama.held)
        asked += [said, "And then?"]
        assert answer(llama, talk(*asked))[0] == held


def test_conversations_in_turn_do_not_cost_each_other_their_state(llama: Llama) -> None:
    first, second = talk("Tell me of the sea."), talk("Tell me of the hills.")
    llama.enter(1)
    _, said = answer(llama, first)
    held = len(llama.held)
    llama.enter(2)
    answer(llama, second)
    assert llama.enter(1)
    assert answer(llama, [*first, PromptMessage(Role.ASSISTANT, said), PromptMessage(Role.USER, "Go on.")])[0] == held


def test_a_state_on_disk_goes_on_where_it_ended(llama: Llama, tmp_path: Path) -> None:
    llama.enter(1)
    asked = talk("Tell me of the sea.")
    _, said = answer(llama, asked)
    state = llama.state(1)
    assert state is not None
    _, checksum = kv_file.write(tmp_path / "a.kv", "model", state)
    llama.saved(1)
    assert llama.state(1) is None
    more = [*asked, PromptMessage(Role.ASSISTANT, said), PromptMessage(Role.USER, "Go on.")]
    expected = answer(llama, more)
    llama.forget()
    assert llama.enter(1, lambda: kv_file.read(tmp_path / "a.kv", "model", checksum))
    assert answer(llama, more) == expected


@pytest.mark.parametrize("harm", ["cut", "flip", "other", "gone", "empty"])
def test_a_file_that_is_not_what_was_written_is_never_loaded(llama: Llama, tmp_path: Path, harm: str) -> None:
    llama.enter(1)
    answer(llama, talk("Hello."))
    state = llama.state(1)
    assert state is not None
    path = tmp_path / "a.kv"
    _, checksum = kv_file.write(path, "model", state)
    content = bytearray(path.read_bytes())
    if harm == "cut":
        path.write_bytes(content[:-100])
    elif harm == "flip":
        content[-1] ^= 1
        path.write_bytes(content)
    elif harm == "gone":
        path.unlink()
    elif harm == "empty":
        path.write_bytes(b"")
    assert kv_file.read(path, "another model" if harm == "other" else "model", checksum) is None


def test_a_private_conversation_is_never_parked(llama: Llama) -> None:
    llama.enter(PRIVATE + 1)
    answer(llama, talk("A secret."))
    assert llama.state(PRIVATE + 1) is None
    llama.enter(1)
    assert not llama.enter(PRIVATE + 1)


def test_turns_that_leave_the_middle_cost_nothing(llama: Llama) -> None:
    llama.enter(1)
    texts = ["My dog is called Rufus.", "Nice.", "We had soup and bread for lunch in the old mill.", "Good."]
    texts.append("Are you still there to talk with me about the animals that I have had for years?")
    _, said = answer(llama, talk(*texts))
    held = len(llama.held)
    without = [*texts[:2], *texts[4:], said, "What is the name of my dog?"]
    tokens = llama.prompt(talk(*without))
    layout = replace(llama.lay_out(talk(*without)), may_cut=True)
    [(_, total, cached), *_] = llama.read(tokens, layout)
    gone = len(llama.tokens("".join(texts[2:4])))
    assert held - gone - 20 < cached < held - gone
    assert total < 20
    assert llama.held == tokens


def test_notes_that_leave_their_question_cost_nothing(llama: Llama) -> None:
    llama.enter(1)
    asked, follows = "Question: What is Rufus afraid of?", "And what did Anna lose on that day in May?"
    _, said = answer(llama, talk(f"{NOTES}\n\n{asked}"))
    _, more = answer(llama, talk(f"{NOTES}\n\n{asked}", said, follows))
    held = len(llama.held)
    layout = replace(llama.lay_out(talk(asked, said, follows, more, "Are you sure?")), may_cut=True)
    [(_, total, cached), *_] = llama.read(layout.tokens, layout)
    gone = len(llama.tokens(f"{NOTES}\n\n"))
    assert held - gone - 2 <= cached <= held - gone + 2
    assert total < 16


def test_a_word_that_was_taken_back_is_not_cut_around(llama: Llama) -> None:
    llama.enter(1)
    _, said = answer(llama, talk("Tell me of the sea."))
    rest = "live in a house by the harbour with my three cats and with two very old dogs of my brother."
    ahead(llama, talk("Tell me of the sea.", said, f"We secretly {rest}"), f"We secretly {rest}")
    held = len(llama.held)
    layout = replace(llama.lay_out(talk("Tell me of the sea.", said, f"We {rest}"), asked=f"We {rest}"), may_cut=True)
    [(_, _, cached), *_] = llama.read(layout.tokens, layout)
    assert cached < held - len(llama.tokens(rest))


def test_nothing_is_cut_around_for_another_conversation(llama: Llama) -> None:
    shared = "We had soup and bread for lunch in the old mill by the river with all of our friends."
    llama.enter(1)
    answer(llama, talk("A secret.", "I see.", shared))
    llama.enter(2)
    layout = replace(llama.lay_out(talk(shared)), may_cut=True)
    [(_, _, cached), *_] = llama.read(layout.tokens, layout)
    assert cached <= len(llama.prompt(talk("")))


def test_a_page_stands_for_reading_it(llama: Llama) -> None:
    page = write_page(llama, SYSTEM, NOTES)
    assert page is not None
    assert page.kl < 0.1
    assert page.top1 > 0.85
    asked = talk("Hello.", "Hi.", f"{NOTES}\n\nQuestion: What is Rufus afraid of?")
    layout = llama.lay_out(asked, [PagedState(without_controls(NOTES), page.state)])
    events = list(llama.read(layout.tokens, layout))
    assert llama.paged == len(page.state.tokens)
    assert events[-1][0] == events[-1][1]
    assert llama.held == layout.tokens
    said = b"".join(llama.write(GREEDY)).decode()
    more = [*asked, PromptMessage(Role.ASSISTANT, said), PromptMessage(Role.USER, "And Anna?")]
    held = len(llama.held)
    assert answer(llama, more)[0] == held


def test_what_is_too_long_to_have_room_is_no_page(llama: Llama) -> None:
    assert write_page(llama, SYSTEM, f"{NOTES}\n" * 60) is None


def test_a_page_that_does_not_fit_is_read(llama: Llama) -> None:
    page = write_page(llama, SYSTEM, NOTES)
    assert page is not None
    broken = PagedState(NOTES, KvState(page.state.tokens, page.state.at, page.state.state[:-64]))
    layout = llama.lay_out(talk(f"{NOTES}\n\nQuestion: Who is Rufus?"), [broken])
    list(llama.read(layout.tokens, layout))
    assert llama.paged == 0
    assert llama.held == layout.tokens


def test_how_surprising_the_question_was_is_known_when_it_is_read(llama: Llama) -> None:
    layout = llama.lay_out(talk("My dog Rufus is afraid of thunder."), asked="My dog Rufus is afraid of thunder.")
    list(llama.read(layout.tokens, layout))
    read = llama.read_as(layout.asked)
    assert read is not None
    assert len(read.surprise) == len(llama.tokens("My dog Rufus is afraid of thunder."))
    assert 0.5 < read.surprise.mean() < 10


def test_keys_come_from_the_cache_as_they_were_before_the_rotation(llama: Llama) -> None:
    with closing(llama.observer()) as observer:
        text = llama.tokens("My dog Rufus is afraid of thunder.")
        [seen] = observer.observe([text], llama.tokens("We talked of dogs."), tokens=False)
    lead = [1, *llama.tokens("We talked of dogs.")]
    layout = Layout([*lead, *text], asked=range(len(lead), len(lead) + len(text)))
    list(llama.read(layout.tokens, layout))
    read = llama.read_as(layout.asked)
    assert read is not None and read.key is not None and seen.key is not None
    np.testing.assert_allclose(read.surprise, seen.surprise, atol=0.1)
    np.testing.assert_allclose(read.key, seen.key, atol=0.1)


def ahead(llama: Llama, messages: list[PromptMessage], written: str) -> int:
    return llama.read_ahead(llama.lay_out(messages, asked=written))


def test_what_is_read_ahead_need_not_be_read_when_it_is_asked(llama: Llama) -> None:
    expected = answer(llama, talk("Tell me of the sea and of the ships."))
    llama.forget()
    assert ahead(llama, talk("Tell me of"), "Tell me of") > 0
    assert ahead(llama, talk("Tell me of the sea and"), "Tell me of the sea and") < 8
    asked = llama.lay_out(talk("Tell me of the sea and of the ships."), asked="Tell me of the sea and of the ships.")
    [(_, _, cached), *_] = llama.read(asked.tokens, asked)
    assert cached > 15
    assert b"".join(llama.write(GREEDY)).decode() == expected[1]
    read = llama.read_as(asked.asked)
    assert read is not None
    assert len(read.surprise) >= len(asked.asked) - 2, "one is missed where reading ahead ended"


def test_of_what_may_be_sent_as_it_stands_one_token_is_left_to_read(llama: Llama) -> None:
    asked = "Tell me of the sea and of the ships."
    expected = answer(llama, talk(asked))
    llama.forget()
    layout = llama.lay_out(talk(asked), asked=asked)
    assert llama.read_ahead(replace(layout, ended=True)) == len(layout.tokens) - 1
    [(_, total, _), *_] = llama.read(layout.tokens, layout)
    assert total == 1
    assert b"".join(llama.write(GREEDY)).decode() == expected[1]
    read = llama.read_as(layout.asked)
    assert read is not None
    assert len(read.surprise) == len(layout.asked)


def test_what_was_read_ahead_is_in_no_state_that_is_kept(llama: Llama) -> None:
    llama.enter(1)
    _, said = answer(llama, talk("Tell me of the sea."))
    held = llama.held
    llama.saved(1)
    ahead(llama, talk("Tell me of the sea.", said, "My secret is"), "My secret is")
    assert len(llama.held) > len(held)
    assert llama.state(1) is None, "nothing was said since"
    answer(llama, talk("Tell me of the sea.", said, "And then?"))
    held = llama.held
    ahead(llama, talk("Tell me of the sea.", said, "And then?", "They sailed.", "My secret is"), "My secret is")
    kept = llama.state(1)
    assert kept is not None
    assert kept.tokens == held[: len(kept.tokens)]
    llama.forget()
    llama.enter(1, lambda: kept)
    assert llama.held == kept.tokens
