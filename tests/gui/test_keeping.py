"""Memory leaves the window as an archive, comes in after a look at it, and a backup comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox

from app.storage.backups import keep_copies
from tests.archive.exports import chain, write
from tests.gui.conftest import Desk


def test_an_archive_is_written_and_taken_in_after_a_look(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.say_and_wait("The key is under the pot.")
    target, asked = tmp_path / "memory.mneme", []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("four words", True))
    desk.window.settings.export_wanted.emit()
    desk.until(lambda: "memory.mneme" in desk.window.settings.note.text())
    assert b"under the pot" not in target.read_bytes()

    def look(parent: object, title: str, words: str) -> QMessageBox.StandardButton:
        asked.append(words)
        return QMessageBox.StandardButton.Yes

    monkeypatch.setattr(QMessageBox, "question", look)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(target), ""))
    desk.window.settings.import_wanted.emit()
    desk.until(lambda: desk.window.settings.note.text() == "0 messages came in, 2 were already here.")
    assert "Already here: 2 messages." in asked[0]


def test_an_export_of_another_assistant_comes_in(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, [chain("The brooch is in the drawer.", "Good."), 7])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    desk.window.settings.import_wanted.emit()
    desk.until(lambda: desk.window.settings.note.text().startswith("2 new messages"))
    assert "Left out: conversation 2" in desk.window.settings.note.text()
    desk.until(lambda: desk.window.list.model.rowCount() == 1)


def test_a_backup_comes_back_in_the_window(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.say_and_wait("The oak is old.")
    data = desk.assistant.data
    keep_copies(data.database, data.backups, desk.assistant.clock.now())
    desk.window.new_chat()
    desk.say_and_wait("The birch is young.")
    monkeypatch.setattr(QInputDialog, "getItem", lambda parent, title, words, names, editable: (names[-1], True))
    desk.window.settings.restore_wanted.emit()
    desk.until(lambda: desk.window.settings.note.text().endswith("is your memory now."))
    assert desk.assistant.memory.search("oak").hits
    assert not desk.assistant.memory.search("birch").hits


def test_a_file_that_is_none_is_told(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.mneme"
    path.write_bytes(b"not an archive")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    desk.window.settings.import_wanted.emit()
    desk.until(lambda: "no archive of Mneme" in desk.window.errors.text())
