"""Make the pictures of the README from the real window: `xvfb-run .venv/bin/python docs/images/make.py [FOLDER]`,
into FOLDER or beside this file. With `QT_SCALE_FACTOR=2` in the environment they are as on a screen of 200 %.

A store of its own is filled through the real door with the real model, then photographed in light and dark.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from camera import opened, save, until, wait
from PySide6.QtWidgets import QApplication

from app.bootstrap import build
from app.core.types import Conversation, NewMessage, Role
from app.storage.store import Store
from app.ui.application import Desktop
from app.ui.theme import apply_theme

TOLD = {
    "Rufus and the thunder": ["My dog is called Rufus, he is a beagle and he is afraid of thunder."],
    "The cabin": ["The wifi password at the cabin is bluebird42.", "The spare key is under the blue pot."],
    "Moving": ["I moved to Bergen last week and work at the aquarium now."],
    "Ingrid's birthday": ["My sister Ingrid turns 40 on 3 May and she is allergic to peanuts."],
    "Running": ["I want to finish the marathon in under four hours this year."],
}

GUIDE = """# The cabin

## Water
Open the blue tap under the sink first, then the pump.

## Chimney
The chimney must be swept each October, before the first fire.
"""


def main() -> None:
    """Fill a store, ask, and photograph."""
    application = QApplication([])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fill(folder)
        for theme in ("light", "dark"):
            apply_theme(application, theme)
            (folder / "settings.json").write_text(
                f'{{"theme": "{theme}", "welcomed": true, "hotkey": ""}}', encoding="utf-8"
            )
            _photograph(folder, theme)


def _fill(folder: Path) -> None:
    began = datetime.now(UTC) - timedelta(days=70)
    with build(folder, background=False) as assistant:
        for number, (title, lines) in enumerate(TOLD.items()):
            day = began + timedelta(days=13 * number)
            begun = assistant.store.write(partial(_begin, title, day))
            for line in lines:
                assistant.memory.record(NewMessage(begun.id, Role.USER, line, day))
        assistant.memory.embed_pending()
        for _ in assistant.session.ask("Show a short Python function that adds two numbers."):
            pass


def _begin(title: str, day: datetime, store: Store) -> Conversation:
    return store.conversations.create(title, day)


def _photograph(folder: Path, theme: str) -> None:
    desktop = opened(folder)
    window = desktop.window
    window.new_chat()
    for text in ("What is my dog called, and what is he afraid of?", "What is the wifi password at the cabin?"):
        window.composer.field.setPlainText(text)
        window.composer.button.click()
        until(lambda: window.turn.running)
        until(lambda: not window.turn.running)
    window.transcript.views()[1]._sources.click()
    wait(0.5)
    save(window, f"window-{theme}")
    desktop.quick.popup()
    desktop.quick.field.setText("where is the key")
    wait(1.5)
    save(desktop.quick, f"recall-{theme}")
    desktop.quick.hide()
    _with_a_document(desktop, folder, theme)
    desktop.close()


def _with_a_document(desktop: Desktop, folder: Path, theme: str) -> None:
    window = desktop.window
    window.room.side.hide()
    window.new_chat()
    guide = folder / "cabin-guide.md"
    guide.write_text(GUIDE, encoding="utf-8")
    window.composer.attachments.take([guide])
    until(window.composer.attachments.ids)
    window.composer.field.setPlainText("When must the chimney be swept?")
    window.composer.button.click()
    until(lambda: window.turn.running)
    until(lambda: not window.turn.running)
    window.transcript.views()[1]._sources.click()
    wait(0.5)
    save(window, f"document-{theme}")


if __name__ == "__main__":
    main()
