"""`mneme import chatgpt`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.archive.exports import chain, write
from tests.cli.conftest import Mneme


def test_an_import_says_what_came_in_and_what_was_here(cli: Mneme, tmp_path: Path) -> None:
    path = str(write(tmp_path, [chain("one", "two")]))
    first, second = cli("import", "chatgpt", path), cli("import", "chatgpt", path)
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout == "2 new messages in 1 conversation(s); 0 were already here.\n"
    assert second.stdout == "0 new messages in 0 conversation(s); 2 were already here.\n"


def test_an_import_for_a_program_is_one_object(cli: Mneme, tmp_path: Path) -> None:
    found = cli.json("import", "chatgpt", str(write(tmp_path, [chain("one"), 7])))
    assert (found["conversations"], found["messages"], found["already_known"]) == (1, 1, 0)
    assert len(found["problems"]) == 1


def test_what_was_left_out_is_named(cli: Mneme, tmp_path: Path) -> None:
    result = cli("import", "chatgpt", str(write(tmp_path, [chain("one"), 7])))
    assert result.exit_code == 0
    assert "Left out conversation 2" in result.stdout


def test_a_file_that_is_no_export_ends_with_5_and_advice(cli: Mneme, tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("Dear diary")
    result = cli("import", "chatgpt", str(path))
    assert (result.exit_code, result.stdout) == (5, "")
    assert "Choose the conversations.json" in result.stderr
    told = cli("import", "chatgpt", str(path), "--json")
    assert told.exit_code == 5
    assert json.loads(told.stdout)["title"] == "That cannot be used"
