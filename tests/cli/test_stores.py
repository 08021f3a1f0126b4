"""A store that cannot be used ends a command with 4 and a sentence that says what to do."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Mneme

_COMMANDS = [["remember", "words"], ["recall", "words"], ["ask", "words"], ["chat"], ["doctor"]]


def _refused(cli: Mneme, *command: str) -> str:
    result = cli(*command)
    assert (result.exit_code, result.stdout) == (4, "")
    return " ".join(result.stderr.split())


@pytest.mark.parametrize("command", _COMMANDS)
def test_a_data_folder_that_is_a_file_is_told(cli: Mneme, command: list[str]) -> None:
    cli.data_dir.write_text("I am a file.")
    assert "Choose another data folder" in _refused(cli, *command)
    assert cli.data_dir.read_text() == "I am a file."


@pytest.mark.parametrize("command", _COMMANDS)
def test_a_store_of_a_newer_version_is_left_alone(cli: Mneme, command: list[str]) -> None:
    cli("remember", "From the future")
    path = cli.data_dir / "mneme.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('mneme', 'm999_moods', '2031')"
        )
    before = path.read_bytes()
    told = _refused(cli, *command)
    assert "newer Mneme" in told
    assert "Install that version" in told
    assert path.read_bytes() == before


def test_a_file_that_is_no_store_is_told_to_a_program(cli: Mneme) -> None:
    cli.data_dir.mkdir()
    (cli.data_dir / "mneme.db").write_bytes(b"Dear diary, " * 1000)
    result = cli("recall", "words", "--json")
    assert (result.exit_code, result.stderr) == (4, "")
    assert json.loads(result.stdout)["error"] == "StoreDamaged"


def test_settings_that_cannot_be_read_are_an_error_of_the_input(cli: Mneme) -> None:
    cli("remember", "words")
    (cli.data_dir / "settings.json").write_text("{half")
    result = cli("recall", "words")
    assert result.exit_code == 5
    assert "Correct the file, or delete it." in " ".join(result.stderr.split())


def test_another_store_knows_nothing_of_this_one(cli: Mneme, tmp_path: Path) -> None:
    cli("remember", "The key is under the blue pot.")
    cli.data_dir = tmp_path / "other"
    assert cli.json("recall", "key", "--words")["hits"] == []
