"""The palette, finding in a conversation, shortcuts, the size of letters, pins, deletion with undo, and drafts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from app.ui.shortcuts import ShortcutsPanel
from tests.fakes import FakeModel
from tests.gui.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier


def _lines(desk: Desk) -> list[str]:
    found = desk.window.room.palette_.list
    return [found.item(row).text().split("\n")[0] for row in range(found.count())]


def _titles(desk: Desk) -> list[str]:
    model = desk.window.list.model
    return [model.at(row).title for row in range(model.rowCount())]


def test_the_palette_finds_conversations_memories_and_commands(desk: Desk) -> None:
    desk.say_and_wait("The ferry leaves at seven")
    desk.window.new_chat()
    desk.bot.keyClick(desk.window, Qt.Key.Key_K, CTRL)
    palette = desk.window.room.palette_
    assert palette.isVisible()
    desk.until(lambda: _lines(desk)[0] == "The ferry leaves at seven")
    desk.bot.keyClicks(palette.field, "diary")
    desk.until(lambda: _lines(desk) == ["Diary"])
    palette.field.setText("ferry")
    desk.until(lambda: _lines(desk).count("The ferry leaves at seven") == 2)
    desk.bot.keyClick(palette.field, Qt.Key.Key_Down)
    desk.bot.keyClick(palette.field, Qt.Key.Key_Return)
    desk.until(lambda: desk.texts() == ["The ferry leaves at seven", "I see."])
    assert palette.isHidden()
    assert desk.views()[0].property("found") == "true"


def test_the_palette_runs_a_command_and_escape_closes_it(desk: Desk) -> None:
    desk.window.room.palette_.popup()
    desk.window.room.palette_.field.setText("settings")
    desk.bot.keyClick(desk.window.room.palette_.field, Qt.Key.Key_Return)
    assert desk.window.room.side.isVisible()
    desk.window.room.palette_.popup()
    desk.bot.keyClick(desk.window.room.palette_.field, Qt.Key.Key_Escape)
    assert desk.window.room.palette_.isHidden()
    assert desk.window.room.side.isVisible()


def test_words_are_found_in_the_open_conversation(desk: Desk, model: FakeModel) -> None:
    model.enqueue("Apples.", "Pears and apples.")
    desk.say_and_wait("Which fruit?")
    desk.say_and_wait("What else?")
    desk.bot.keyClick(desk.window, Qt.Key.Key_F, CTRL)
    bar = desk.window.page.finder
    desk.bot.keyClicks(bar.field, "apples")
    assert bar.count.text() == "2 / 2"
    desk.bot.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.count.text() == "1 / 2"
    assert [view.text for view in desk.views() if view.property("found") == "true"] == ["Apples."]
    bar.field.setText("melons")
    assert bar.count.text() == "Nothing found"
    desk.bot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert bar.isHidden()


def test_a_shortcut_is_changed_taken_from_another_and_kept(open_desk: Callable[[], Desk]) -> None:
    desk = open_desk()
    panel = desk.window.views.open("shortcuts")
    assert isinstance(panel, ShortcutsPanel)
    edit = panel._edits["chat.find"]
    edit.setKeySequence(QKeySequence("Ctrl+D"))
    edit.editingFinished.emit()
    assert "Diary" in panel.note.text()
    assert desk.window.commands.keys("view.diary") == ""
    again = open_desk()
    assert again.window.commands.keys("chat.find") == "Ctrl+D"
    again.window.commands.reset()
    assert again.window.commands.keys("view.diary") == "Ctrl+D"


def test_letters_grow_and_shrink(desk: Desk) -> None:
    desk.say_and_wait("Hello")
    before = desk.views()[0].height()
    for _ in range(5):
        desk.window.commands.run("window.larger")
        desk.bot.wait(30)
    desk.until(lambda: desk.assistant.settings.font_percent > 120)
    desk.until(lambda: desk.views()[0].height() > before)
    desk.window.commands.run("window.usual")
    desk.until(lambda: desk.assistant.settings.font_percent == 100)


def test_a_pinned_conversation_stays_on_top(desk: Desk) -> None:
    desk.say_and_wait("First")
    desk.window.new_chat()
    desk.say_and_wait("Second")
    desk.until(lambda: _titles(desk) == ["Second", "First"])
    desk.window.list.pin_wanted.emit(1, True)
    desk.until(lambda: _titles(desk) == ["First", "Second"])


def test_a_deleted_conversation_can_be_had_back_or_is_erased(desk: Desk) -> None:
    desk.say_and_wait("The secret of the lighthouse")
    desk.until(lambda: _titles(desk) == ["The secret of the lighthouse"])
    talk = desk.window.list.model.at(0)
    desk.window.list.delete_wanted.emit(talk)
    desk.until(lambda: _titles(desk) == [])
    assert desk.texts() == []
    desk.window.page.undo.button.click()
    desk.until(lambda: _titles(desk) == ["The secret of the lighthouse"])
    desk.window.list.delete_wanted.emit(talk)
    desk.window.page.undo.settle()
    desk.bot.waitUntil(lambda: not desk.window.room.deleting.waiting(), timeout=30_000)
    assert desk.assistant.store.call(lambda store: store.conversations.get(talk.id)) is None


def test_what_was_deleted_before_the_end_is_erased_at_the_next_start(open_desk: Callable[[], Desk]) -> None:
    desk = open_desk()
    desk.say_and_wait("The secret of the lighthouse")
    desk.until(lambda: desk.window.list.model.rowCount() == 1)
    desk.window.list.delete_wanted.emit(desk.window.list.model.at(0))
    desk.until(lambda: _titles(desk) == [])
    again = open_desk()
    again.bot.waitUntil(lambda: not again.window.room.deleting.waiting(), timeout=30_000)
    assert again.assistant.store.call(lambda store: store.conversations.counts())["message"] == 0


def test_each_conversation_has_its_draft(open_desk: Callable[[], Desk], data_dir: Path) -> None:
    desk = open_desk()
    desk.say_and_wait("First")
    desk.bot.keyClicks(desk.window.composer.field, "half a thought")
    desk.window.new_chat()
    assert desk.window.composer.field.toPlainText() == ""
    desk.bot.keyClicks(desk.window.composer.field, "another")
    desk.window.open_conversation(1)
    assert desk.window.composer.field.toPlainText() == "half a thought"
    again = open_desk()
    again.until(lambda: again.texts() == ["First", "I see."])
    assert again.window.composer.field.toPlainText() == "half a thought"
    again.window.room.erased()
    again.window.state.sync()
    assert "half a thought" not in (data_dir / "window.ini").read_text()
