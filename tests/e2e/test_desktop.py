"""The real window, the real small model, the real embedder: said, closed, opened again, still remembered."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.ui.display import why_no_display

if reason := why_no_display():
    pytest.skip(f"no window can be opened here: {reason}", allow_module_level=True)

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.types import MessageState
from app.runtime.host import ChatHost
from app.ui.application import Desktop
from app.ui.theme import apply_theme
from app.ui.watchdog import Watchdog

pytestmark = pytest.mark.real
_LONG_MS = 90_000


@pytest.fixture
def desktops(qapp: QApplication, data_dir: Path) -> Iterator[list[Desktop]]:
    apply_theme(qapp, "light")
    data_dir.mkdir()
    (data_dir / "settings.json").write_text('{"welcomed": true, "hotkey": ""}', encoding="utf-8")
    opened: list[Desktop] = []
    yield opened
    for desktop in opened:
        desktop.close()


def _open(desktops: list[Desktop], data_dir: Path, qtbot: QtBot) -> Desktop:
    desktop = Desktop(data_dir, None)
    desktops.append(desktop)
    desktop.show()
    desktop.engine.start()
    qtbot.waitUntil(lambda: desktop.engine.model is not None and desktop.engine.by_meaning, timeout=_LONG_MS)
    return desktop


def _say(desktop: Desktop, qtbot: QtBot, text: str) -> None:
    field = desktop.window.composer.field
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.turn.running)


def _wait(desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not desktop.window.turn.running, timeout=_LONG_MS)


def test_what_was_said_is_remembered_after_a_restart(
    desktops: list[Desktop], data_dir: Path, qtbot: QtBot, record_property: Callable[[str, object], None]
) -> None:
    first = _open(desktops, data_dir, qtbot)
    dog = Watchdog()
    dog.start()
    _say(first, qtbot, "My dog is called Rufus and he is afraid of thunder.")
    _wait(first, qtbot)
    worst = dog.stop()
    record_property("worst_ui_block_ms", worst)
    print(f"the UI thread was held up for {worst:.0f} ms at most while a reply streamed")
    assert first.window.transcript.views()[1].text
    assert "tokens/s" in first.window.page.status.text()
    desktops.remove(first)
    first.close()

    again = _open(desktops, data_dir, qtbot)
    qtbot.waitUntil(lambda: len(again.window.transcript.views()) == 2)
    again.window.new_chat()
    _say(again, qtbot, "Which animal do I have, and what scares it?")
    _wait(again, qtbot)
    shown = again.engine.assistant.store.call(lambda store: store.recalls.shown([3]))  # type: ignore[union-attr]
    assert any("Rufus" in hit.span.text for hit in shown[3])
    assert again.window.transcript.views()[1]._sources.isVisible()


def test_stop_ends_a_long_reply_and_keeps_its_words(desktops: list[Desktop], data_dir: Path, qtbot: QtBot) -> None:
    desktop = _open(desktops, data_dir, qtbot)
    _say(desktop, qtbot, "Write a very long story about a lighthouse, with many chapters.")
    qtbot.waitUntil(lambda: len(desktop.window.turn._text) > 40, timeout=_LONG_MS)
    qtbot.mouseClick(desktop.window.composer.button, Qt.MouseButton.LeftButton)
    _wait(desktop, qtbot)
    reply = desktop.engine.assistant.store.call(lambda store: store.conversations.thread(1))[-1]  # type: ignore[union-attr]
    assert reply.state is MessageState.STOPPED
    assert len(reply.text) > 40


def test_a_killed_model_costs_one_reply(desktops: list[Desktop], data_dir: Path, qtbot: QtBot) -> None:
    desktop = _open(desktops, data_dir, qtbot)
    _say(desktop, qtbot, "Write a very long story about a lighthouse, with many chapters.")
    qtbot.waitUntil(lambda: len(desktop.window.turn._text) > 20, timeout=_LONG_MS)
    model = desktop.engine.assistant.model  # type: ignore[union-attr]
    assert isinstance(model, ChatHost)
    assert model.pid is not None
    os.kill(model.pid, 9)
    qtbot.waitUntil(lambda: "The model stopped" in desktop.window.errors.text(), timeout=_LONG_MS)
    reply = desktop.engine.assistant.store.call(lambda store: store.conversations.thread(1))[-1]  # type: ignore[union-attr]
    assert reply.state is MessageState.INTERRUPTED
    assert reply.text
    _say(desktop, qtbot, "Are you there?")
    _wait(desktop, qtbot)
    assert desktop.window.errors.text() == ""
