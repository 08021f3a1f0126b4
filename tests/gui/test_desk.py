"""The tray, quick recall and start at login."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.core.settings import load_settings
from app.core.types import Mode
from app.ui.desk.autostart import entry_file, start_at_login, starts_at_login
from app.ui.desk.desk import Desk as Desktop
from app.ui.desk.welcome import WelcomePage
from tests.fakes import FakeModel
from tests.gui.conftest import Desk


@pytest.fixture
def around(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return Desktop(desk.window, desk.engine, desk.tasks, desk.quick, desk.window.show)


def _choose(around: Desktop, words: str) -> None:
    next(action for action in around.tray.menu.actions() if action.text() == words).trigger()


def test_the_tray_offers_what_is_wanted_away_from_the_window(around: Desktop, desk: Desk) -> None:
    words = [action.text() for action in around.tray.menu.actions() if action.text()]
    assert words == ["Recall…", "New chat", "Private chat", "Show Mneme", "Pause memory", "Sleep now", "Quit"]
    _choose(around, "Recall…")
    desk.until(desk.quick.isVisible)
    _choose(around, "Private chat")
    desk.until(lambda: desk.window.care.mode is Mode.OFF)
    _choose(around, "New chat")
    desk.until(lambda: desk.window.current is None)
    _choose(around, "Pause memory")
    desk.until(lambda: desk.assistant.settings.pause)
    assert around.tray.pause.isChecked()
    _choose(around, "Sleep now")
    desk.until(lambda: desk.window.views.built("diary") and desk.window.diary.isVisible())


def test_quick_recall_copies_and_asks(around: Desktop, desk: Desk, model: FakeModel) -> None:
    desk.assistant.memory.remember("The spare key is under the blue pot.")
    desk.quick.popup()
    desk.bot.keyClicks(desk.quick.field, "spare key")
    desk.until(lambda: desk.quick.list.count() == 1)
    desk.bot.keyClick(desk.quick.field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "The spare key is under the blue pot."
    model.enqueue("Under the blue pot.")
    desk.bot.keyClick(desk.quick.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not desk.quick.isVisible()
    desk.until(lambda: len(desk.views()) == 2 and not desk.window.turn.running)
    assert desk.texts()[0] == "spare key"


def test_start_at_login_is_a_setting_of_its_own(around: Desktop, desk: Desk, tmp_path: Path) -> None:
    box = next(
        b
        for b in desk.window.settings.findChildren(object)
        if getattr(b, "text", str)() == "Start in the tray at login"
    )
    assert not starts_at_login()
    box.click()  # type: ignore[attr-defined]
    desk.until(starts_at_login)
    assert desk.assistant.settings.close_to_tray
    lines = entry_file().read_text(encoding="utf-8").splitlines()
    command = next(line for line in lines if line.startswith("Exec=")).removeprefix("Exec=")
    assert shlex.split(command) == [sys.executable, "-m", "app", "--tray", "--data-dir", str(desk.assistant.data.root)]
    box.click()  # type: ignore[attr-defined]
    desk.until(lambda: not starts_at_login())
    assert not entry_file().exists()


@pytest.mark.parametrize("name", ["with space", 'quo"te', "dollar$", "back\\slash", "per%cent", "`tick`"])
def test_strange_folders_are_quoted_as_desktops_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    start_at_login(True, Path("/data") / name)
    line = next(found for found in entry_file().read_text(encoding="utf-8").splitlines() if found.startswith("Exec="))
    plain = line.removeprefix("Exec=").replace("\\\\", "\\").replace("%%", "%")  # the value's own escapes
    plain = plain.replace("\\$", "$").replace("\\`", "`")  # escaped for desktops, which shlex does not know
    assert shlex.split(plain)[-1] == f"/data/{name}"


def test_the_first_run_comes_once_and_can_be_reached_again(
    open_desk: Callable[[], Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    desk = open_desk()
    around = Desktop(desk.window, desk.engine, desk.tasks, desk.quick, desk.window.show)
    desk.engine.opened.emit()
    desk.until(lambda: desk.window.views.built("welcome"))
    page = desk.window.views.widget("welcome")
    assert isinstance(page, WelcomePage)
    assert page.isVisible()
    assert str(desk.assistant.data.root) in page.where.text()
    seen = []
    for _ in range(3):
        seen.append(page.place.text())
        page.on.click()
    assert seen == ["1 of 3", "2 of 3", "3 of 3"]
    assert not page.isVisible()
    assert desk.window.focusWidget() is desk.window.composer.field
    desk.until(lambda: load_settings(desk.assistant.data.settings).welcomed)
    around.close()
    again = open_desk()
    Desktop(again.window, again.engine, again.tasks, again.quick, again.window.show)
    again.engine.opened.emit()
    assert not again.window.views.built("welcome")
    again.window.commands.run("view.welcome")
    assert again.window.views.widget("welcome").isVisible()
    again.window.commands.run("window.back")
    assert not again.window.views.widget("welcome").isVisible()
    assert again.window.focusWidget() is again.window.composer.field
