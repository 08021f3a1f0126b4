"""Make the pictures of first run, models, network, an empty page and an error: `xvfb-run .venv/bin/python
docs/images/make_pages.py [FOLDER]`, into FOLDER or beside this file.

With `QT_SCALE_FACTOR=2` in the environment they are as on a screen of 200 %, and named so.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.core.errors import ModelMissing
from app.core.ledger import Ledger
from app.core.paths import DataDir
from app.core.settings import Settings
from app.ui.application import Desktop
from app.ui.theme import apply_theme

HERE = Path(__file__).resolve().parent
INTO = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
SUFFIX = "-200" if os.environ.get("QT_SCALE_FACTOR") == "2" else ""


def main() -> None:
    """Begin as a newcomer does, and photograph."""
    place = Path(tempfile.gettempdir()) / "mneme"
    shutil.rmtree(place, ignore_errors=True)
    _settle(place)
    application = QApplication([])
    for theme in ("light", "dark"):
        apply_theme(application, theme)
        (place / "data" / "settings.json").write_text(
            f'{{"theme": "{theme}", "hotkey": "", "welcomed": true}}', "utf-8"
        )
        _photograph(place / "data", theme)
    shutil.rmtree(place, ignore_errors=True)


def _settle(place: Path) -> None:
    """A home with the embedded models alone, and a list of two calls."""
    settings = Settings()
    (place / "data").mkdir(parents=True)
    models = place / "models"
    models.mkdir()
    for held in (settings.chat_model, settings.embedder):
        (models / held.name).symlink_to(held)
    os.environ |= {"MNEME_MODELS": str(models), "HOME": str(place), "HF_HOME": str(place / "hub")}
    ledger = Ledger(DataDir(place / "data").network)
    for purpose, received in (("the list of files of SmolLM2 360M", 2_184), ("SmolLM2 360M", 386_405_280)):
        ledger.begin("huggingface.co", purpose).end(received, "200")


def _photograph(folder: Path, theme: str) -> None:
    desktop = Desktop(folder, None)
    window = desktop.window
    window.resize(1280, 800)
    desktop.show()
    desktop.engine.start()
    _until(lambda: desktop.engine.assistant is not None and desktop.engine.by_meaning)
    for view in ("welcome", "models", "network"):
        window.views.open(view)
        _wait(2.5)
        _save(window, f"{view}-{theme}")
    window.views.to_conversation()
    _save(window, f"empty-{theme}")
    window.errors.show_error(
        ModelMissing("There is no model at {0}. Choose another file, or run `mneme setup`.", "notes.gguf"),
        window.tr("Try again"),
        lambda: None,
    )
    _wait(0.3)
    _save(window, f"error-{theme}")
    desktop.close()


def _save(window: QWidget, name: str) -> None:
    window.grab().save(str(INTO / f"{name}{SUFFIX}.png"))


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(2_400):
        if condition():
            return
        _wait(0.05)
    raise SystemExit("the window did not get that far")


def _wait(seconds: float) -> None:
    """Let the window and its tasks go on: a single long wait would hold up every other thread."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QTest.qWait(10)
        time.sleep(0.01)


if __name__ == "__main__":
    main()
