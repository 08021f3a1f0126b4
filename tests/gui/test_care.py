"""Colours, names for screen readers, settings, one instance, errors, tasks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit, QPlainTextEdit, QTextBrowser
from pytestqt.qtbot import QtBot

from app.core.errors import DiskFull, MnemeError
from app.core.settings import load_settings
from app.ui import display
from app.ui.instance import Instance
from app.ui.tasks import Tasks
from app.ui.theme import tokens_of
from tests.gui.conftest import Desk


def _luminance(colour: str) -> float:
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "danger"])
@pytest.mark.parametrize("ground", ["background", "panel", "raised"])
def test_every_ink_reads_on_every_ground(theme: str, ink: str, ground: str) -> None:
    """WCAG 2.1 AA: a contrast of at least 4.5."""
    tokens = tokens_of(theme)
    light, dark = sorted((_luminance(tokens[ink]), _luminance(tokens[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"), [("on_accent", "accent"), ("text", "accent_soft"), ("text", "mark"), ("danger", "danger_soft")]
)
def test_tinted_grounds_read_too(theme: str, ink: str, ground: str) -> None:
    tokens = tokens_of(theme)
    light, dark = sorted((_luminance(tokens[ink]), _luminance(tokens[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_both_themes_have_the_same_tokens() -> None:
    assert tokens_of("light").keys() == tokens_of("dark").keys()


def test_everything_one_can_use_has_a_name(desk: Desk) -> None:
    desk.say_and_wait("Hello")
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractItemView, QTextBrowser)
    for top in (desk.window, desk.quick):
        for kind in kinds:
            for widget in top.findChildren(kind):
                if widget.objectName().startswith("qt_") or widget.parent().inherits("QAbstractSpinBox"):
                    continue
                if widget.parent().inherits("QComboBox") or widget.parent().inherits("QComboBoxPrivateContainer"):
                    continue
                if isinstance(widget, QAbstractButton) and (widget.text() or widget is desk.window.errors._action):
                    continue
                if widget.parent().inherits("QLineEdit"):
                    continue
                assert widget.accessibleName(), f"{widget} in {widget.parent()} has no name"


def test_a_changed_setting_is_kept_and_used(desk: Desk, data_dir: Path) -> None:
    desk.window.views.open("settings")
    assert desk.window.room.side.isVisible()
    boxes = desk.window.settings.findChildren(QAbstractButton)
    box = next(button for button in boxes if button.text() == "Use memory in replies")
    box.click()
    desk.until(lambda: not desk.assistant.settings.recall)
    assert load_settings(data_dir / "settings.json").recall is False
    desk.until(lambda: "memory is not used" in desk.window.page.status.text())


def test_a_change_of_the_model_opens_the_engine_again(desk: Desk, data_dir: Path) -> None:
    before = desk.assistant
    desk.window.settings._change(context_tokens=2048)
    desk.until(lambda: desk.engine.assistant is not None and desk.engine.assistant is not before)
    assert desk.assistant.settings.context_tokens == 2048
    desk.say_and_wait("Still here?")


def test_a_change_while_the_engine_opens_again_is_not_lost(desk: Desk, data_dir: Path) -> None:
    before = desk.engine.assistant
    assert before is not None
    smaller = replace(before.settings, context_tokens=2048)
    desk.engine.change(smaller)
    desk.engine.change(replace(smaller, recall=False))
    desk.until(lambda: desk.engine.assistant not in (None, before))
    desk.until(lambda: not load_settings(data_dir / "settings.json").recall)
    assert load_settings(data_dir / "settings.json").context_tokens == 2048


def test_an_engine_that_cannot_open_is_told_with_a_way_on(open_desk: Callable[[], Desk], data_dir: Path) -> None:
    desk = open_desk()
    desk.engine.close()
    desk.engine.assistant = None
    (data_dir / "settings.json").write_text("{ broken", encoding="utf-8")
    desk.engine.start()
    desk.until(lambda: "settings.json" in desk.window.errors.text())
    (data_dir / "settings.json").unlink()
    desk.window.errors._action.click()
    desk.until(lambda: desk.engine.assistant is not None)


def test_a_second_start_shows_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = Instance(tmp_path), Instance(tmp_path)
    assert first.claim()
    for wish in ("show", "recall"):
        with qtbot.waitSignal(first.asked, check_params_cb=lambda heard, wish=wish: heard == wish):
            assert not second.claim(wish)
    assert Instance(tmp_path / "another").claim()


def test_tasks_bring_results_and_errors_back(qtbot: QtBot) -> None:
    tasks, results, errors = Tasks(), [], []

    def full() -> None:
        raise DiskFull("no room")

    def fault() -> None:
        raise ZeroDivisionError

    for work in (lambda: 42, full, fault):
        tasks.run(work, results.append, errors.append)
    qtbot.waitUntil(lambda: len(results) == 1 and len(errors) == 2)
    assert results == [42]
    assert {type(error) for error in errors} == {DiskFull, MnemeError}
    assert any("fault in Mneme" in error.message for error in errors)


def test_closed_tasks_say_nothing_more(qtbot: QtBot) -> None:
    tasks, results = Tasks(), []
    tasks.run(lambda: 1, results.append)
    tasks.close()
    qtbot.wait(50)
    assert results == []


def test_no_display_is_found_out_before_qt_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert "no display" in display.why_no_display()
    monkeypatch.setenv("DISPLAY", ":977")
    reason = display.why_no_display()
    assert "cannot be reached" in reason or "system libraries" in reason


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    code = (
        "import sys, json, app.ui.application;"
        "print(json.dumps([m for m in ('torch', 'llama_cpp', 'faiss', 'numpy', 'sqlite_utils', 'typer', 'apscheduler')"
        " if m in sys.modules]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert json.loads(run.stdout) == []
