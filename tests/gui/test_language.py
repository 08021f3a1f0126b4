"""Every word of the window can be translated, and the German is complete."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

from app.core.paths import resources_dir
from app.ui.language import LANGUAGES, speak
from tests.conftest import ROOT
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
    before = qapp.findChildren(QTranslator)
    assert speak(qapp, "de") == "de"
    try:
        assert QCoreApplication.translate("Tray", "New chat") == "Neues Gespräch"
    finally:
        for translator in qapp.findChildren(QTranslator):
            if translator not in before:
                qapp.removeTranslator(translator)
    assert QCoreApplication.translate("Tray", "New chat") == "New chat"
    assert speak(qapp, "en") == "en"


@pytest.mark.parametrize("chosen", ["", "xx"])
def test_other_systems_get_english(qapp: QApplication, chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ui.language.QLocale.system", lambda: __import__("PySide6.QtCore").QtCore.QLocale("fr_FR"))
    assert speak(qapp, chosen) == "en"
    assert set(LANGUAGES) == {"en", "de"}
