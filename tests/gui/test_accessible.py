"""What a screen reader is told: whatever can be reached in any view has a name, through Qt's own accessibility interface."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QKeySequenceEdit, QScrollArea, QScrollBar, QWidget

from app.core.types import NewMessage, Role
from app.ui.desk.desk import Desk as Desktop
from app.ui.memory.map_view import MapView
from app.ui.memory.page import MemoryPage
from app.ui.memory.timeline_view import TimelineView
from tests.gui.conftest import Desk

_CONTROLS = {
    *(QAccessible.Role.PushButton, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton, QAccessible.Role.ComboBox),
    *(QAccessible.Role.EditableText, QAccessible.Role.SpinBox, QAccessible.Role.List, QAccessible.Role.Table),
    *(QAccessible.Role.Slider, QAccessible.Role.ButtonMenu, QAccessible.Role.Tree),
}
_WITHIN = (QAbstractSpinBox, QComboBox, QKeySequenceEdit)  # the field inside is read as the whole
_SILENT = (QScrollBar, QScrollArea)  # they are gone through on the way to what they hold
VIEWS = ("browse", "facts", "timeline", "map", "fading", "health")


def name_of(widget: QWidget) -> str:
    found: Any = QAccessible.queryAccessibleInterface(widget)
    return str(found.text(QAccessible.Text.Name)).strip() if found is not None else ""


def _nameless(widget: QWidget) -> Iterator[str]:
    """What a person can see and use, and a screen reader cannot name."""
    for part in [widget, *widget.findChildren(QWidget)]:
        if not part.isVisibleTo(widget) or isinstance(part, _SILENT) or part.objectName() == "qt_scrollarea_viewport":
            continue
        found: Any = QAccessible.queryAccessibleInterface(part)
        reached = bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) and part.focusProxy() is None
        if not (reached or (found is not None and found.role() in _CONTROLS)) or name_of(part):
            continue
        around = part.parentWidget()
        if not (isinstance(around, _WITHIN) and name_of(around)):
            yield f"{type(part).__name__} {part.objectName()!r} in {type(around).__name__}"


@pytest.fixture
def page(desk: Desk) -> MemoryPage:
    """The memory page over two conversations that are cut into episodes."""
    memory = desk.assistant.memory
    for line in ("I live in Bergen with my sister Ingrid.", "Yesterday Ingrid met Rufus in Oslo."):
        talk, first = memory.begin(line, desk.assistant.clock.now())
        memory.record(NewMessage(talk.id, Role.ASSISTANT, "I see.", desk.assistant.clock.now(), parent_id=first.id))
    memory.embed_pending()
    for job in ("segment", "fade"):
        desk.assistant.runner.run(desk.assistant.runner.jobs[job])
    return cast(MemoryPage, desk.window.views.open("memory"))


def test_everything_that_can_be_reached_has_a_name(
    desk: Desk, page: MemoryPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    desk.window.new_chat()
    desk.say_and_wait("My dog is called Rufus.")
    Desktop(desk.window, desk.engine, desk.tasks, desk.quick, desk.window.show)
    desk.window.page.finder.open_bar()
    found = {"window": list(_nameless(desk.window))}
    for command in desk.window.commands.all():
        if command.name.startswith("view."):
            desk.window.commands.run(command.name)
            desk.bot.wait(80)
            name = command.name.removeprefix("view.")
            found[name] = list(_nameless(desk.window.views.widget(name)))
    for name in VIEWS:
        view = page.show_view(name)
        desk.bot.wait(80)
        found[name] = list(_nameless(view))
    desk.window.room.palette_.popup()
    found["palette"] = list(_nameless(desk.window.room.palette_))
    desk.quick.popup()
    found["recall"] = list(_nameless(desk.quick))
    assert {name: parts for name, parts in found.items() if parts} == {}
    assert len(found) >= 17


@pytest.mark.parametrize("name", ["timeline", "map"])
def test_what_is_drawn_is_read_part_by_part(desk: Desk, page: MemoryPage, name: str) -> None:
    view = page.show_view(name)
    widget: Any = cast(TimelineView, view).timeline if name == "timeline" else cast(MapView, view).graphics
    desk.until(lambda: widget.parts() >= 2)
    whole: Any = QAccessible.queryAccessibleInterface(widget)
    assert whole.role() == QAccessible.Role.List and whole.text(QAccessible.Text.Name)
    assert whole.childCount() == widget.parts()
    for number in range(whole.childCount()):
        part = whole.child(number)
        assert part.role() == QAccessible.Role.ListItem
        assert part.text(QAccessible.Text.Name) == widget.part_name(number)
        assert part.parent().childCount() == whole.childCount()
        assert whole.indexOfChild(part) == number
    box: QRect = whole.child(0).rect()
    assert whole.childAt(box.center().x(), box.center().y()).text(QAccessible.Text.Name)
    assert whole.child(whole.childCount()) is None
    widget.setFocus()
    desk.bot.keyClick(widget, Qt.Key.Key_Right)
    assert whole.child(widget.part_in_focus()).state().focused
    assert "Ingrid" in "".join(widget.part_name(number) for number in range(widget.parts()))
