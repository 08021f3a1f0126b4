"""The real window over a small engine: real store, fake model, fake clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.ui.display import why_no_display

if reason := why_no_display():
    pytest.skip(f"no window can be opened here: {reason}", allow_module_level=True)

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bootstrap import Assistant, build
from app.ui.chat.message_view import MessageView
from app.ui.chat.window import Window
from app.ui.desk.quick_recall import QuickRecall
from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.theme import apply_theme
from tests.fakes import FakeClock, FakeEmbedder, FakeModel


@dataclass
class Desk:
    """A window, and hands to use it with."""

    bot: QtBot
    window: Window
    quick: QuickRecall
    engine: Engine
    tasks: Tasks

    @property
    def assistant(self) -> Assistant:
        assert self.engine.assistant is not None
        return self.engine.assistant

    def say(self, text: str) -> None:
        """Type a message and press Enter."""
        self.bot.keyClicks(self.window.composer.field, text)
        self.bot.keyClick(self.window.composer.field, Qt.Key.Key_Return)

    def say_and_wait(self, text: str) -> None:
        """Say something and wait until the reply is stored."""
        before = len(self.texts())
        self.say(text)
        self.bot.waitUntil(lambda: not self.window.turn.running and len(self.texts()) == before + 2)

    def views(self) -> list[MessageView]:
        return self.window.transcript.views()

    def texts(self) -> list[str]:
        return self.window.transcript.texts()

    def until(self, condition: Callable[[], Any]) -> None:
        self.bot.waitUntil(lambda: bool(condition()), timeout=20_000)  # a busy machine is no fault


@pytest.fixture
def open_desk(
    qtbot: QtBot, qapp: QApplication, data_dir: Path, clock: FakeClock, model: FakeModel, embedder: FakeEmbedder
) -> Iterator[Callable[[], Desk]]:
    """Opens a window on the store as often as it is called; the one before is closed."""
    apply_theme(qapp, "light")
    open_ones: list[Desk] = []

    def close() -> None:
        for desk in open_ones:
            desk.window.hide_on_close = False
            desk.window.close()
            desk.tasks.close()
            desk.engine.close()
        open_ones.clear()

    def open_one() -> Desk:
        close()
        tasks = Tasks()

        def opener() -> Assistant:
            return build(data_dir, background=False, clock=clock, model=model, embedder=embedder)

        engine = Engine(tasks, opener)
        data_dir.mkdir(parents=True, exist_ok=True)
        state = QSettings(str(data_dir / "window.ini"), QSettings.Format.IniFormat)
        window = Window(engine, tasks, clock, state)
        quick = QuickRecall(engine, tasks, clock)
        quick.opened.connect(window.open_conversation)
        for widget in (window, quick):
            qtbot.addWidget(widget)
        window.show()
        engine.start()
        desk = Desk(qtbot, window, quick, engine, tasks)
        open_ones.append(desk)
        desk.until(lambda: engine.assistant is not None and engine.by_meaning)
        return desk

    yield open_one
    close()


@pytest.fixture
def desk(open_desk: Callable[[], Desk]) -> Desk:
    return open_desk()
