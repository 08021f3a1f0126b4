"""Every word of the window can be translated, and the German is complete."""

from __future__ import annotations

import ast
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from app.core.errors import DiskFull, InputError
from app.core.paths import resources_dir
from app.core.phrase import Phrase
from app.ui.chat.room import Room
from app.ui.language import LANGUAGES, speak
from app.ui.words import phrases
from app.ui.words.dates import friendly_date
from tests.conftest import ROOT
from tests.fakes import FakeModel
from tests.gui.conftest import Desk
from tools.translations import collect, missing

GERMAN = resources_dir() / "translations" / "mneme_de.ts"
SHOWN = {
    *("QLabel", "QPushButton", "QCheckBox", "QRadioButton", "QAction", "QGroupBox", "label", "link", "SidePanel"),
    *("setText", "setToolTip", "setAccessibleName", "setAccessibleDescription", "setPlaceholderText", "addRow"),
    *("setWindowTitle", "setStatusTip", "addAction", "addTab", "show_error", "setPlainText", "set_title", "MnemeError"),
}
KEYWORDS = {"placeholderText", "toolTip", "accessibleName", "text", "title"}
NAMES = {"Mneme"}


def _calls(path: Path) -> Iterator[tuple[int, str]]:
    """Words with letters that are shown without being translated, with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        shown = [node.args[0]] if name in SHOWN and node.args else []
        shown += [word.value for word in node.keywords if word.arg in KEYWORDS]
        for value in shown:
            if isinstance(value, ast.JoinedStr):
                words = "".join(str(part.value) for part in value.values if isinstance(part, ast.Constant))
            else:
                words = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
            if re.search(r"[A-Za-z]{2}", words) and words not in NAMES:
                yield node.lineno, words


def test_every_word_that_is_shown_can_be_translated() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {words!r}"
        for path in sorted((ROOT / "app" / "ui").rglob("*.py"))
        for line, words in _calls(path)
    ]
    assert found == []


def test_german_is_complete_and_up_to_date(tmp_path: Path) -> None:
    fresh = tmp_path / "mneme_de.ts"
    shutil.copy(GERMAN, fresh)
    collect("de", fresh)
    assert missing(fresh) == []


def test_translations_keep_their_places() -> None:
    for message in ElementTree.parse(GERMAN).getroot().iter("message"):
        source, german = message.findtext("source", ""), message.findtext("translation", "")
        assert sorted(re.findall(r"\{[^}]*\}", source)) == sorted(re.findall(r"\{[^}]*\}", german)), source


def test_the_window_speaks_german(qapp: QApplication) -> None:
    assert speak(qapp, "de") == "de"
    try:
        assert QCoreApplication.translate("Tray", "New chat") == "Neues Gespräch"
    finally:
        assert speak(qapp, "en") == "en"
    assert QCoreApplication.translate("Tray", "New chat") == "New chat"


@pytest.mark.parametrize("chosen", ["", "xx"])
def test_other_systems_get_english(qapp: QApplication, chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ui.language.QLocale.system", lambda: __import__("PySide6.QtCore").QtCore.QLocale("fr_FR"))
    assert speak(qapp, chosen) == "en"
    assert set(LANGUAGES) == {"en", "de"}


def spoken_by(widget: QWidget) -> str:
    """All that a widget says to somebody who looks at it, or has it read out."""
    parts = [widget, *widget.findChildren(QWidget)]
    return "\n".join(str(p.property(name) or "") for p in parts for name in ("text", "toolTip", "accessibleName"))


@pytest.fixture
def back_to_english(qapp: QApplication) -> Iterator[None]:
    yield
    speak(qapp, "en")


@pytest.mark.usefixtures("back_to_english")
def test_another_language_is_spoken_at_once(desk: Desk, model: FakeModel) -> None:
    window = desk.window
    desk.say_and_wait("My dog is called Rufus.")
    desk.until(lambda: window.current is not None)
    desk.bot.keyClicks(window.composer.field, "a word that is not sent")
    window.views.open("settings")
    talk = window.current
    box = window.room.findChild(QComboBox, "language")
    box.setFocus()
    box.setCurrentIndex(box.findData("de"))
    desk.until(lambda: "Einstellungen" in spoken_by(window) and window.transcript.entries)
    assert "Search conversations" not in spoken_by(window.list)
    assert window.current == talk and desk.texts()[0] == "My dog is called Rufus."
    assert window.composer.field.toPlainText() == "a word that is not sent"
    assert window.views.open_ones() == ["settings"]
    desk.until(lambda: isinstance(found := QApplication.focusWidget(), QComboBox) and found.objectName() == "language")
    assert len(window.findChildren(Room)) == 1
    window.views.open("memory")
    window.commands.run("chat.new")
    desk.say_and_wait("Und wie heisst er?")
    box = window.room.findChild(QComboBox, "language") or window.settings.findChild(QComboBox, "language")
    box.setCurrentIndex(box.findData("en"))
    desk.until(lambda: "Search conversations" in spoken_by(window.list))


@pytest.mark.usefixtures("back_to_english")
def test_a_running_reply_goes_on_in_the_other_language(desk: Desk, model: FakeModel) -> None:
    hold = threading.Event()
    model.enqueue("one two three four five")
    model.on_piece = lambda number: hold.wait(20) and None if number == 3 else None
    desk.say("My dog is called Rufus.")
    desk.until(lambda: len(desk.texts()) == 2 and desk.window.turn.conversation is not None)
    desk.window.change_settings(replace(desk.assistant.settings, language="de"))
    desk.until(lambda: desk.window.composer.button.accessibleName() == "Antwort anhalten")
    desk.until(lambda: desk.texts()[-1:] == ["one two "] or (desk.texts() and desk.texts()[-1].startswith("one two")))
    hold.set()
    desk.until(lambda: not desk.window.turn.running)
    desk.until(lambda: desk.texts() == ["My dog is called Rufus.", "one two three four five"])


@pytest.mark.usefixtures("back_to_english")
def test_a_window_that_ended_keeps_its_language(desk: Desk, qapp: QApplication) -> None:
    desk.tasks.close()
    room = desk.window.room
    speak(qapp, "de")
    desk.bot.wait(50)
    assert desk.window.room is room


@pytest.mark.usefixtures("back_to_english")
def test_what_comes_from_below_is_told_in_german(qapp: QApplication) -> None:
    speak(qapp, "de")
    day = datetime(2025, 3, 12, 12, tzinfo=UTC)
    error = InputError("There is no file at {0}. Check the name.", "a.txt")
    assert phrases.title(DiskFull("")) == "Der Datenträger ist voll"
    assert phrases.message(error) == "Es gibt keine Datei a.txt. Prüfe den Namen."
    assert phrases.reason("said on 12 March 2025") == "gesagt am 12. März 2025"
    assert phrases.reason("said by you · imported") == "von dir gesagt · eingeführt"
    assert phrases.told(Phrase("“{0}” of {1} is kept.", "Tea", day)) == "„Tea“ vom 12. März 2025 bleibt."
    assert friendly_date(day, day) == "heute"
    assert friendly_date(day, day + timedelta(days=9)) == "12. März"
