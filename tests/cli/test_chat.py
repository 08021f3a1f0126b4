"""`mneme chat` and `mneme ask` with a model that says what it is told to."""

from __future__ import annotations

import os
import signal

import pytest

from app.core.errors import ModelStopped
from tests.cli.conftest import Mneme
from tests.fakes import FakeModel


def test_ask_prints_the_reply_and_nothing_else(cli: Mneme, model: FakeModel) -> None:
    model.enqueue("Under the blue pot.")
    result = cli("ask", "Where is the key?")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "Under the blue pot.\n", "")


def test_ask_says_which_memories_the_reply_is_from(cli: Mneme, model: FakeModel) -> None:
    cli("remember", "The key is under the blue pot.")
    model.enqueue("Under the blue pot.")
    result = cli("ask", "Where is the blue pot with the key?")
    reply, sources = result.stdout.splitlines()
    assert reply == "Under the blue pot."
    assert sources.startswith("from 1 memory · ")


def test_ask_for_a_program_gives_reply_sources_and_cost(cli: Mneme, model: FakeModel) -> None:
    cli("remember", "The key is under the blue pot.")
    model.enqueue("Under the pot.")
    found = cli.json("ask", "Where is the blue pot with the key?")
    assert (found["reply"], found["state"], found["model"]) == ("Under the pot.", "complete", "Fake")
    assert found["question"] == "Where is the blue pot with the key?"
    assert [source["text"] for source in found["sources"]] == ["The key is under the blue pot."]
    assert found["by_meaning"] is True
    assert found["stats"]["reply_tokens"] == 3
    assert isinstance(found["conversation_id"], int)


@pytest.mark.parametrize("words", ["a :key: b", "[bold]x[/] [/]", "`[red]`"])
def test_a_reply_is_printed_as_it_was_said(cli: Mneme, model: FakeModel, words: str) -> None:
    model.enqueue(words)
    assert cli("ask", "What now?").stdout == f"{words}\n"


def test_a_model_that_says_nothing_is_told(cli: Mneme, model: FakeModel) -> None:
    model.enqueue("")
    assert cli("ask", "What now?").stdout == "(no words)\n"


@pytest.mark.parametrize("empty", ["", " \t"])
def test_an_empty_message_is_an_error_of_the_input(cli: Mneme, empty: str) -> None:
    result = cli("ask", empty)
    assert (result.exit_code, result.stdout) == (5, "")
    assert "The message is empty." in result.stderr
    assert cli("ask", empty, "--json").exit_code == 5


def test_a_model_that_fails_ends_ask_with_3_and_the_question_is_kept(cli: Mneme, model: FakeModel) -> None:
    model.fail_after(1, ModelStopped("The model stopped. Ask again."))
    result = cli("ask", "Where is the hornbeam?")
    assert result.exit_code == 3
    assert "Ask again." in result.stderr
    assert [hit["text"] for hit in cli.json("recall", "hornbeam", "--words")["hits"]] == ["Where is the hornbeam?"]


def test_a_fault_says_that_it_is_one(cli: Mneme, model: FakeModel) -> None:
    model.fail_after(0, RuntimeError("a screw is loose"))
    result = cli("ask", "Hello")
    assert result.exit_code == 1
    told = " ".join(result.stderr.split())
    assert "This is a fault in Mneme, not yours: RuntimeError: a screw is loose" in told
    assert "mneme doctor" in told
    log = cli.data_dir / "logs" / "mneme.log"
    assert "a screw is loose" in log.read_text(encoding="utf-8")


def test_chat_answers_each_line_and_ends_with_the_input(cli: Mneme, model: FakeModel) -> None:
    model.enqueue("Hello.", "Fine.")
    result = cli("chat", input="Hi\n\n   \nHow are you?\n")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "Hello.\nFine.\n", "")
    assert [len(prompt) for prompt in model.history] == [2, 4]


def test_new_starts_a_conversation_that_does_not_see_the_one_before(cli: Mneme, model: FakeModel) -> None:
    cli("chat", input="Apples\n/new\nPears\n")
    assert [len(prompt) for prompt in model.history] == [2, 2]


def test_sources_shows_what_the_last_reply_used(cli: Mneme, model: FakeModel) -> None:
    cli("remember", "The key is under the blue pot.")
    model.enqueue("Under it.")
    result = cli("chat", input="/sources\nWhere is the blue pot with the key?\n/sources\n")
    none, reply, line, source, why = result.stdout.splitlines()
    assert none == "The last reply used no memories."
    assert (reply, line.startswith("from 1 memory")) == ("Under it.", True)
    assert source.endswith("2025  The key is under the blue pot.")
    assert why.strip()


def test_quit_leaves_before_the_input_ends(cli: Mneme, model: FakeModel) -> None:
    result = cli("chat", input="/quit\nStill there?\n")
    assert (result.exit_code, result.stdout, model.history) == (0, "", [])


def test_an_error_for_one_line_does_not_end_the_chat(cli: Mneme, model: FakeModel) -> None:
    model.fail_after(0)
    model.enqueue("lost", "Fine.")
    result = cli("chat", input="First\nSecond\n")
    assert result.exit_code == 0
    assert "The model stopped." in result.stderr
    assert result.stdout.splitlines()[-1] == "Fine."


def test_an_interrupt_ends_the_reply_and_not_the_chat(cli: Mneme, model: FakeModel) -> None:
    def interrupt(piece: int) -> None:
        if piece == 2 and len(model.history) == 1:
            os.kill(os.getpid(), signal.SIGINT)

    model.on_piece = interrupt
    model.enqueue("one two three four", "Fine.")
    before = signal.getsignal(signal.SIGINT)
    result = cli("chat", input="Count\nAnd you?\n")
    assert result.exit_code == 0
    assert "four" not in result.stdout
    assert "stopped" in result.stdout
    assert result.stdout.splitlines()[-1] == "Fine."
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_ends_ask_for_a_program_with_130(cli: Mneme, model: FakeModel) -> None:
    model.enqueue("one two three four")
    model.on_piece = lambda piece: os.kill(os.getpid(), signal.SIGINT) if piece == 2 else None
    result = cli("ask", "Count", "--json")
    assert result.exit_code == 130
    assert result.stderr == ""


def test_a_private_question_leaves_nothing(cli: Mneme, model: FakeModel) -> None:
    cli("remember", "The key is under the blue pot.")
    found = cli.json("ask", "Where is the blue pot with the key?", "--private")
    assert (found["sources"], found["written"]) == ([], False)
    assert cli.json("ask", "Where is the blue pot with the key?", "--no-write")["sources"]
    assert len(cli.json("recall", "key", "--words")["hits"]) == 1
    assert cli("ask", "What?", "--private", "--no-write").exit_code == 5


def test_a_private_chat_says_so_and_can_be_kept(cli: Mneme) -> None:
    result = cli("chat", "--private", input="My secret is mauve.\n/keep\nAnd green.\n")
    assert result.stdout.startswith("Private: memory is neither used nor written.")
    assert "Kept. It is remembered from now on." in result.stdout
    assert len(cli.json("recall", "mauve", "--words")["hits"]) == 1
    assert len(cli.json("recall", "green", "--words")["hits"]) == 1
    assert "not private" in cli("chat", input="/keep\n").stderr


def test_while_memory_is_paused_nothing_is_kept(cli: Mneme) -> None:
    assert cli.json("pause") == {"paused": True}
    assert cli("remember", "The key is under the pot.").exit_code == 5
    assert "Memory is paused" in cli("chat", input="My secret is mauve.\n").stdout
    assert cli.json("recall", "mauve", "--words")["hits"] == []
    cli("pause", "--off")
    assert cli("remember", "The key is under the pot.").exit_code == 0
