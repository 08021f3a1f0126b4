"""`mneme remember` and `mneme recall`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.archive.exports import chain, write
from tests.cli.conftest import Mneme
from tests.fakes import FakeEmbedder


def test_what_was_remembered_is_recalled_by_its_words(cli: Mneme) -> None:
    assert cli("remember", "The key is under the blue pot.").stdout == "Remembered.\n"
    result = cli("recall", "blue", "--words")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "The key is under the blue pot." in result.stdout
    assert "Things to remember" in result.stdout


def test_what_was_remembered_is_recalled_by_its_meaning(cli: Mneme, embedder: FakeEmbedder) -> None:
    embedder._same = {"puppy": "dog"}
    cli("remember", "My dog fears thunder")
    found = cli.json("recall", "puppy")
    assert found["by_meaning"] is True
    assert [hit["text"] for hit in found["hits"]] == ["My dog fears thunder"]


def test_a_memory_for_a_program_says_where_it_is_from(cli: Mneme) -> None:
    note = cli.json("remember", "The key is under the blue pot.")
    found = cli.json("recall", "blue pot", "--words")
    assert (found["query"], found["by_meaning"]) == ("blue pot", False)
    (hit,) = found["hits"]
    assert hit["message_id"] == note["message_id"]
    assert note["text"] == hit["text"] == "The key is under the blue pot."
    assert (hit["role"], hit["origin"], hit["conversation"]) == ("user", "remembered", "Things to remember")
    assert hit["said_at"].startswith("2025-03-14T09:00")
    assert hit["reasons"]


def test_no_more_is_recalled_than_was_asked_for(cli: Mneme) -> None:
    for number in range(4):
        cli("remember", f"apple number {number}")
    assert len(cli.json("recall", "apple", "--words", "--limit", "3")["hits"]) == 3


@pytest.mark.parametrize("extra", [[], ["--words"]])
def test_recall_in_an_empty_store_finds_nothing_and_is_no_error(cli: Mneme, extra: list[str]) -> None:
    result = cli("recall", "anything", *extra)
    assert (result.exit_code, result.stdout) == (0, "Nothing that was said fits.\n")
    assert cli.json("recall", "anything", *extra)["hits"] == []


def test_without_an_embedder_words_are_still_recalled_and_it_is_said(cli: Mneme, embedder: FakeEmbedder) -> None:
    cli("remember", "The key is under the blue pot.")
    embedder.error = "The embedder cannot load."
    result = cli("recall", "blue pot")
    assert result.exit_code == 0
    assert "The embedder cannot load." in result.output
    assert "The key is under the blue pot." in result.stdout
    assert json.loads(cli("recall", "blue pot", "--json").stdout)["by_meaning"] is False


@pytest.mark.parametrize("command", [["remember"], ["recall"]])
@pytest.mark.parametrize("empty", ["", "  \n"])
def test_empty_text_is_an_error_of_the_input(cli: Mneme, command: list[str], empty: str) -> None:
    result = cli(*command, empty)
    assert (result.exit_code, result.stdout) == (5, "")
    assert "That cannot be used." in result.stderr
    told = cli(*command, empty, "--json")
    assert told.exit_code == 5
    assert json.loads(told.stdout)["error"] == "InputError"
    assert told.stderr == ""


@pytest.mark.parametrize("words", ["a :key: b", "[bold]not bold[/]", "[/] here", "猫のミケ 👩‍🚀", "מפתח", "x" * 500])
def test_words_are_shown_as_they_were_said(cli: Mneme, words: str) -> None:
    cli("remember", f"hornbeam {words}")
    listed = cli("recall", "hornbeam", "--words")
    assert listed.exit_code == 0
    assert f"  hornbeam {words}\n" in listed.stdout
    assert cli.json("recall", "hornbeam", "--words")["hits"][0]["text"] == f"hornbeam {words}"


@pytest.mark.parametrize("title", ["[/] odd", "[bold]loud", "the :key: talk"])
def test_titles_are_shown_as_they_are(cli: Mneme, tmp_path: Path, title: str) -> None:
    cli("import", "chatgpt", str(write(tmp_path, [chain("A hornbeam stands there.", title=title)])))
    result = cli("recall", "hornbeam", "--words")
    assert result.exit_code == 0
    assert title in result.stdout


def test_an_explanation_names_each_stage_and_the_place(cli: Mneme) -> None:
    cli("remember", "We sailed to Bergen last Friday.", "--space", "Voyage")
    result = cli("recall", "When did we sail?", "--explain")
    assert result.stdout.startswith("By memory: 7 March 2025.")
    assert "words +" in result.stdout
    assert "time +" in result.stdout
    assert "in the space Voyage" in result.stdout
    found = cli.json("recall", "When did we sail?")
    assert found["when"] == "7 March 2025"
    assert found["answerable"] > 0.4
    assert found["hits"][0]["parts"]["time"] > 0
    assert found["hits"][0]["place"]["space"] == "Voyage"
