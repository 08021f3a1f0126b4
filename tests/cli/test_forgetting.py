from __future__ import annotations

from pathlib import Path

from app.core.paths import DataDir
from tests.cli.conftest import Mneme
from tests.fakes import FakeModel


def _remembered(cli: Mneme) -> None:
    cli("remember", "The ruby brooch is in the vault.")
    cli("remember", "The bus was late.")


def test_forget_shows_asks_and_proves(cli: Mneme) -> None:
    _remembered(cli)
    result = cli("forget", "ruby brooch", input="y\n")
    assert result.exit_code == 0
    assert "The ruby brooch is in the vault." in result.stdout
    assert "This cannot be undone" in result.stdout
    assert "nothing of it is left" in result.stdout
    assert cli.json("recall", "brooch", "--words")["hits"] == []
    assert len(cli.json("recall", "bus", "--words")["hits"]) == 1


def test_to_say_no_changes_nothing(cli: Mneme) -> None:
    _remembered(cli)
    result = cli("forget", "brooch", input="n\n")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "Nothing was erased.")
    assert len(cli.json("recall", "brooch", "--words")["hits"]) == 1


def test_for_a_program_it_shows_and_erases_only_with_yes(cli: Mneme) -> None:
    _remembered(cli)
    shown = cli.json("forget", "brooch")
    assert (shown["erased"], shown["counts"]["messages"], shown["repeats"]) == (False, 1, [])
    assert [m["text"] for m in shown["messages"]] == ["The ruby brooch is in the vault."]
    done = cli.json("forget", "--message", str(shown["messages"][0]["id"]), "--yes")
    assert (done["erased"], done["proven"], done["bytes_found"], done["recalled"]) == (True, True, 0, 0)


def test_what_is_not_there_is_an_error_of_the_input(cli: Mneme) -> None:
    assert cli("forget", "brooch").exit_code == 5
    assert cli("forget").exit_code == 5


def test_repeats_go_when_told(cli: Mneme, model: FakeModel) -> None:
    _remembered(cli)
    model.enqueue("The ruby brooch is in the vault.")
    cli("ask", "Where is the ruby brooch, in the vault?")
    shown = cli.json("forget", "--message", "1")
    assert [m["text"] for m in shown["repeats"]] == ["The ruby brooch is in the vault."]
    assert "would stay" in cli("forget", "--message", "1", input="n\n").stdout
    done = cli.json("forget", "--message", "1", "--with-repeats", "--yes")
    assert (done["messages"], done["proven"]) == (2, True)


def test_traces_that_stay_are_told(cli: Mneme) -> None:
    _remembered(cli)
    (Path(cli.data_dir) / "mine.txt").write_text("The ruby brooch is in the vault.")
    result = cli("forget", "brooch", "--yes")
    assert result.exit_code == 1
    assert "traces are left: 32 bytes, in mine.txt" in result.stdout


def test_what_is_put_away_comes_back(cli: Mneme) -> None:
    cli("remember", "The bus was late.")
    assert "in no episode yet" in cli("forget", "bus", "--archive").stdout
    assert cli.json("forget", "bus", "--archive") == {"episodes": 0, "archived": True}
    assert cli.json("forget", "bus", "--bring-back") == {"episodes": 0, "archived": False}
    assert DataDir(cli.data_dir).database.exists()
