"""Make the pictures of first run, models, network, an empty page and an error: `xvfb-run .venv/bin/python
docs/images/make_pages.py [FOLDER]`, into FOLDER or beside this file.

With `QT_SCALE_FACTOR=2` in the environment they are as on a screen of 200 %, and named so.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from camera import opened, save, wait
from PySide6.QtWidgets import QApplication

from app.core.errors import ModelMissing
from app.core.ledger import Ledger
from app.core.paths import DataDir
from app.core.settings import Settings
from app.ui.theme import apply_theme


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
    desktop = opened(folder)
    window = desktop.window
    for view in ("welcome", "models", "network"):
        window.views.open(view)
        wait(2.5)
        save(window, f"{view}-{theme}")
    window.views.to_conversation()
    save(window, f"empty-{theme}")
    window.errors.show_error(
        ModelMissing("There is no model at {0}. Choose another file, or run `mneme setup`.", "notes.gguf"),
        window.tr("Try again"),
        lambda: None,
    )
    wait(0.3)
    save(window, f"error-{theme}")
    desktop.close()


if __name__ == "__main__":
    main()
