"""`mneme export`, `mneme import` of what it wrote, and `mneme restore`."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from app.archive import crypto
from app.storage.backups import keep_copies
from tests.cli.conftest import Mneme
from tests.fakes import FakeClock


def test_an_archive_is_shown_before_it_comes_in(cli: Mneme, tmp_path: Path) -> None:
    cli("remember", "The key is under the blue pot")
    target = str(tmp_path / "memory.mneme")
    assert cli("export", target).stdout == f"1 messages in 1 conversations are in {target}.\n"
    other = Mneme(tmp_path / "other")
    refused = other("import", target, input="n\n")
    assert "New: 1 messages, 1 conversations." in refused.stdout
    assert "Nothing was brought in." in refused.stdout
    assert other("import", target, input="y\n").stdout.endswith("1 messages came in; 0 were already here.\n")
    assert "already here. Nothing has changed." in other("import", target, "--yes").stdout
    assert "blue pot" in other("recall", "key", "--words").stdout


def test_programs_are_shown_first_too(cli: Mneme, tmp_path: Path) -> None:
    cli("remember", "The key is under the blue pot")
    target = str(tmp_path / "memory.mneme")
    assert cli.json("export", target)["rows"]["messages.jsonl"] == 1
    other = Mneme(tmp_path / "other")
    assert other.json("import", target)["imported"] is False
    found = other.json("import", target, "--yes")
    assert (found["imported"], found["added"]["message"], found["conflicts"]) == (True, 1, 0)


def test_a_sealed_archive_asks_for_its_passphrase(cli: Mneme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "_COST", 10)
    cli("remember", "The key is under the blue pot")
    target, secret = tmp_path / "memory.mneme", tmp_path / "secret"
    secret.write_text("four words are enough\n")
    cli("export", str(target), "--passphrase", input="four words are enough\nfour words are enough\n")
    assert b"blue pot" not in target.read_bytes()
    other = Mneme(tmp_path / "other")
    wrong = other("import", str(target), input="four words\n")
    assert (wrong.exit_code, "does not open" in wrong.stderr) == (5, True)
    assert other("import", str(target), "--passphrase-file", str(secret), "--yes").exit_code == 0
    told = other("import", str(target), "--json")
    assert json.loads(told.stdout)["error"] == "PassphraseNeeded"


def test_words_leave_as_json_and_as_markdown(cli: Mneme, tmp_path: Path) -> None:
    cli("remember", "The key is under the blue pot")
    cli("export", str(tmp_path / "chats.json"))
    found = json.loads((tmp_path / "chats.json").read_text())
    assert [message["text"] for message in found[0]["messages"]] == ["The key is under the blue pot"]
    folder = tmp_path / "chats"
    cli("export", str(folder), "--as", "markdown")
    pages = sorted(path.name for path in folder.iterdir())
    assert pages == ["2025-03-14 Things to remember.md", "index.md"]
    assert "**You**, " in (folder / pages[0]).read_text()
    assert stat.S_IMODE((folder / pages[0]).stat().st_mode) == 0o600
    again = cli("export", str(folder), "--as", "markdown")
    assert (again.exit_code, "not empty" in again.stderr) == (5, True)


def test_markdown_comes_back_as_a_conversation(cli: Mneme, tmp_path: Path) -> None:
    cli("remember", "The key is under the blue pot")
    cli("export", str(tmp_path / "chats"), "--as", "markdown")
    other = Mneme(tmp_path / "other")
    told = other.json("import", "markdown", str(tmp_path / "chats" / "2025-03-14 Things to remember.md"))
    assert (told["messages"], told["problems"]) == (1, [])
    assert "blue pot" in other("recall", "key", "--words").stdout


BAD: dict[str, tuple[list[str], str]] = {
    "no kind of file": (["export", "memory.txt"], "ends in .mneme or .json"),
    "there already": (["export", "there.mneme"], "there already"),
    "sealed JSON": (["export", "chats.json", "--passphrase-file", "there.mneme"], "Only archives can be sealed"),
    "nothing in it": (["export", "a.mneme", "--search", "zebra"], "nothing to export"),
    "an empty passphrase": (["export", "a.mneme", "--passphrase-file", "empty"], "passphrase is empty"),
    "no such folder": (["export", "no/such/a.mneme"], "cannot be used"),
    "no such file": (["import", "nothing.mneme"], "nothing.mneme"),
    "no such kind": (["import", "mail", "there.mneme"], "no kind that can be imported"),
    "too much": (["import", "a", "b", "c"], "mneme import KIND FILE"),
    "no archive": (["import", "there.mneme"], "no archive of Mneme"),
    "no backup": (["restore", "yesterday", "--yes"], "no backup"),
    "nothing to undo": (["restore", "--undo"], "nothing to take back"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_done_is_told(cli: Mneme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.mneme").write_text("something")
    (tmp_path / "empty").write_text("")
    arguments, told = BAD[name]
    result = cli(*arguments)
    assert result.exit_code in (4, 5)
    assert told in result.stderr
    assert (tmp_path / "there.mneme").read_text() == "something"


def test_a_backup_is_listed_restored_and_taken_back(cli: Mneme) -> None:
    assert "no backups yet" in cli("restore").stdout
    cli("remember", "The oak is old")
    keep_copies(cli.data_dir / "mneme.db", cli.data_dir / "backups", FakeClock().now())
    cli("remember", "The birch is young")
    name = cli.json("restore")[0]["name"]
    assert "Nothing was changed." in cli("restore", name, input="n\n").stdout
    assert cli("restore", name, "--yes").exit_code == 0
    assert "birch" not in cli("recall", "birch", "--words").stdout
    cli("restore", "--undo", "--yes")
    assert "birch" in cli("recall", "birch", "--words").stdout
