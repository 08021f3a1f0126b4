"""Spaces in the window: made, chosen, edited, deleted and brought back; what is said there stays there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QLineEdit, QMenu, QPlainTextEdit

from app.archive.reader import Archive
from app.core.types import Role
from app.ui.memory.page import MemoryPage
from app.ui.memory.space_bar import SpaceBar
from app.ui.memory.space_panel import SpacePanel
from tests.fakes import FakeModel
from tests.gui.conftest import Desk


def action(bar: SpaceBar, *path: str) -> QAction:
    """An entry of the menu as it is now."""
    bar.fill()
    menu = bar.menu
    for words in path[:-1]:
        menu = next(m for m in menu.findChildren(QMenu) if m.title() == words)
    return next(one for one in menu.actions() if one.text() == path[-1])


def made(desk: Desk, name: str) -> SpacePanel:
    """A new space, which is open in its panel."""
    bar = desk.window.spaces.bar
    bar.make(name)
    desk.until(lambda: bar.space == name and [s.name for s in bar.spaces].count(name) == 1)
    desk.until(lambda: desk.window.spaces.panel.name.text() == name)
    return desk.window.spaces.panel


def titles(desk: Desk) -> list[str]:
    model = desk.window.list.model
    return [model.at(row).title for row in range(model.rowCount())]


def press(desk: Desk, button: QAbstractButton) -> None:
    desk.bot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_is_said_in_a_space_is_listed_and_recalled_there_alone(desk: Desk, model: FakeModel) -> None:
    made(desk, "Work")
    desk.say_and_wait("The passphrase of the safe is marmalade.")
    desk.until(lambda: titles(desk) == ["The passphrase of the safe is marmalade."])
    made(desk, "Home")
    desk.until(lambda: titles(desk) == [])
    desk.window.new_chat()
    desk.say_and_wait("What is the passphrase of the safe?")
    assert not any("marmalade" in message.text for message in model.history[-1])
    desk.window.spaces.bar.look_everywhere(True)
    assert "everywhere" in desk.window.spaces.bar.button.text()
    desk.window.new_chat()
    desk.say_and_wait("And what is the passphrase of the safe?")
    assert any("marmalade" in message.text for message in model.history[-1])
    action(desk.window.spaces.bar, "All conversations").trigger()
    desk.until(lambda: len(titles(desk)) == 3)


def test_a_persona_speaks_in_its_space(desk: Desk, model: FakeModel) -> None:
    panel = made(desk, "Sea")
    panel.persona.setPlainText("You are a pilot. Be brief.")
    panel.longest.own.setChecked(True)
    panel.longest.box.setValue(16)
    press(desk, panel.keep)
    desk.until(lambda: panel.note.text().startswith("Kept"))
    desk.say_and_wait("When does the ferry leave?")
    assert model.history[-1][0].role is Role.SYSTEM
    assert model.history[-1][0].text.endswith("You are a pilot. Be brief.")


def test_it_is_renamed_deleted_and_brought_back(desk: Desk) -> None:
    panel, bar = made(desk, "Work"), desk.window.spaces.bar
    desk.say_and_wait("The budget is due on Friday.")
    panel.name.setText("Office")
    press(desk, panel.keep)
    desk.until(lambda: bar.space == "Office" and titles(desk) == ["The budget is due on Friday."])
    press(desk, panel.remove)
    desk.until(lambda: bar.space is None and bar.spaces == [])
    assert "in no space" in panel.note.text()
    press(desk, panel.undo)
    desk.until(lambda: [space.name for space in bar.spaces] == ["Office"])
    bar.choose("Office")
    desk.until(lambda: titles(desk) == ["The budget is due on Friday."])


def test_a_name_that_is_taken_is_said(desk: Desk) -> None:
    made(desk, "Work")
    panel = made(desk, "Home")
    panel.name.setText("work")
    press(desk, panel.keep)
    desk.until(lambda: "already" in panel.note.text())


def test_a_conversation_moves_and_the_diary_takes_it_back(desk: Desk) -> None:
    made(desk, "Work")
    desk.window.spaces.bar.choose("")
    desk.say_and_wait("The garden gate squeaks.")
    action(desk.window.spaces.bar, "Move this conversation to", "Work").trigger()
    desk.until(lambda: titles(desk) == [])
    desk.window.spaces.bar.choose("Work")
    desk.until(lambda: titles(desk) == ["The garden gate squeaks."])
    [line] = desk.assistant.diary.lines()
    assert desk.assistant.diary.undo(line.id)
    desk.window.refresh_list()
    desk.until(lambda: titles(desk) == [])


def test_a_conversation_moves_by_the_list_and_views_open_by_command(desk: Desk) -> None:
    made(desk, "Work")
    desk.window.spaces.bar.choose(None)
    desk.say_and_wait("The garden gate squeaks.")
    assert desk.window.list.spaces == ["Work"]
    desk.until(lambda: titles(desk) == ["The garden gate squeaks."])
    desk.window.list.move_wanted.emit(desk.window.list.model.at(0).id, "Work")
    desk.window.spaces.bar.choose("Work")
    desk.until(lambda: titles(desk) == ["The garden gate squeaks."])
    desk.window.commands.run("memory.health")
    page = cast(MemoryPage, desk.window.views.widget("memory"))
    desk.until(lambda: page.isVisible() and page.stack.currentWidget().__class__.__name__ == "HealthView")


def test_the_space_is_the_same_after_a_restart(open_desk: Callable[[], Desk]) -> None:
    desk = open_desk()
    made(desk, "Work")
    desk = open_desk()
    desk.until(lambda: desk.window.spaces.bar.space == "Work")
    assert desk.assistant.memory.here.space == "Work"


def test_a_space_is_exported_alone(desk: Desk, tmp_path: Path) -> None:
    desk.say_and_wait("The garden gate squeaks.")
    panel = made(desk, "Work")
    desk.window.new_chat()
    desk.say_and_wait("The budget is due on Friday.")
    panel.export_to(tmp_path / "work.mneme")
    desk.until(lambda: "is in work.mneme" in panel.note.text())
    with Archive(tmp_path / "work.mneme") as archive:
        assert archive.manifest["parts"]["conversations.jsonl"]["rows"] == 1
        assert archive.manifest["parts"]["spaces.jsonl"]["rows"] == 1


def test_every_control_has_a_name_and_a_role(desk: Desk) -> None:
    panel = made(desk, "Work")
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractSpinBox)
    controls = [one for kind in kinds for one in panel.findChildren(kind)]
    for control in [*controls, desk.window.spaces.bar.button]:
        if control.objectName().startswith("qt_"):
            continue
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface is not None and interface.role() != QAccessible.Role.NoRole
        assert interface.text(QAccessible.Text.Name), type(control).__name__
