"""Memory leaves the window as an archive, comes in after a look at it, and a backup comes back."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox

from app.storage.backups import keep_copies
from app.ui.memory.export_panel import ExportPanel
from tests.archive.exports import chain, write
from tests.gui.conftest import Desk


def exporting(desk: Desk) -> ExportPanel:
    """The export panel, open."""
    desk.window.views.open("export")
    return cast(ExportPanel, desk.window.views.widget("export"))


def test_an_archive_is_written_and_taken_in_after_a_look(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.say_and_wait("The key is under the pot.")
    target, asked = tmp_path / "memory.mneme", []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    desk.window.settings.export_wanted.emit()
    panel = exporting(desk)
    desk.bot.keyClicks(panel.passphrase, "four words")
    assert not panel.export.isEnabled()
    assert "differ" in panel.note.text()
    desk.bot.keyClicks(panel.again, "four words")
    panel.export.click()
    desk.until(lambda: "memory.mneme" in desk.window.settings.note.text())
    assert panel.passphrase.text() == ""
    assert b"under the pot" not in target.read_bytes()

    def look(parent: object, title: str, words: str) -> QMessageBox.StandardButton:
        asked.append(words)
        return QMessageBox.StandardButton.Yes

    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("four words", True))
    monkeypatch.setattr(QMessageBox, "question", look)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(target), ""))
    desk.window.settings.import_wanted.emit()
    desk.until(lambda: desk.window.settings.note.text() == "0 messages came in, 2 were already here.")
    assert "Already here: 2 messages." in asked[0]


def test_a_part_of_memory_is_written_as_what_is_chosen(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, now = desk.assistant.memory, desk.assistant.clock.now()
    desk.assistant.store.write(lambda store: memory.note(store, "The shed is green.", now, "House"))
    desk.say_and_wait("The key is under the pot.")
    desk.window.new_chat()
    desk.say_and_wait("The oak is old.")
    panel = exporting(desk)
    desk.until(lambda: panel.space.count() == 2)

    def texts(name: str, form: str = "json") -> str:
        target = tmp_path / name
        panel.form.setCurrentIndex(panel.form.findData(form))
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
        panel.export.click()
        desk.until(lambda: target.exists() and name in panel.note.text())
        pages = [target] if target.is_file() else sorted(target.rglob("*.md"))
        return "".join(page.read_text(encoding="utf-8") for page in pages)

    said = texts("all.json")
    assert all(words in said for words in ("shed", "pot", "oak"))
    panel.here.setChecked(True)
    said = texts("here.json")
    assert "oak" in said
    assert "pot" not in said
    panel.here.setChecked(False)
    panel.space.setCurrentIndex(1)
    assert "shed" in (said := texts("house", "markdown"))
    assert "oak" not in said
    panel.space.setCurrentIndex(0)
    desk.bot.keyClicks(panel.words, "key")
    assert "pot" in (said := texts("key.json"))
    assert "oak" not in said
    panel.words.clear()
    panel.since.box.setChecked(True)
    panel.since.day.setDate(QDate(2024, 1, 1))
    panel.until.box.setChecked(True)
    panel.until.day.setDate(QDate(2024, 1, 31))
    panel.export.click()
    desk.until(lambda: "nothing to export" in desk.window.errors.text())
    panel.until.day.setDate(QDate(2099, 1, 31))
    assert "oak" in texts("dated.json")


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
