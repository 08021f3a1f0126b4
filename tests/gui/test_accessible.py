"""What a screen reader is told: every control of every view has a name, through Qt's own accessibility interface."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QScrollBar, QWidget

from app.ui.desk.desk import Desk as Desktop
from tests.gui.conftest import Desk

_CONTROLS = {
    *(QAccessible.Role.PushButton, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton, QAccessible.Role.ComboBox),
    *(QAccessible.Role.EditableText, QAccessible.Role.SpinBox, QAccessible.Role.List, QAccessible.Role.Table),
    *(QAccessible.Role.Slider, QAccessible.Role.ButtonMenu, QAccessible.Role.Tree),
}


_WITH_PARTS = ("QAbstractSpinBox", "QComboBox", "QLineEdit")  # what lies inside is of Qt's own making, such as "clear"


def _nameless(widget: QWidget) -> Iterator[str]:
    """Controls of a widget that a person can see and a screen reader cannot name."""
    for part in [widget, *widget.findChildren(QWidget)]:
        if not part.isVisibleTo(widget) or isinstance(part, QScrollBar) or part.objectName().startswith("qt_"):
            continue
        found: Any = QAccessible.queryAccessibleInterface(part)
        if found is not None and found.role() in _CONTROLS and not found.text(QAccessible.Text.Name).strip():
            parent = part.parentWidget()
            if parent is None or not any(parent.inherits(kind) for kind in _WITH_PARTS):
                yield f"{type(part).__name__} in {type(parent).__name__}"


def test_every_control_has_a_name(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    desk.say_and_wait("My dog is called Rufus.")
    Desktop(desk.window, desk.engine, desk.tasks, desk.quick, desk.window.show)
    found = {"window": list(_nameless(desk.window))}
    for command in desk.window.commands.all():
        if command.name.startswith("view."):
            desk.window.commands.run(command.name)
            desk.bot.wait(50)
            name = command.name.removeprefix("view.")
            found[name] = list(_nameless(desk.window.views.widget(name)))
    desk.quick.popup()
    found["recall"] = list(_nameless(desk.quick))
    assert {name: parts for name, parts in found.items() if parts} == {}
    assert len(found) >= 7
