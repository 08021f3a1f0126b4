"""The diary in the window: it reads, takes back, asks, and sleeps now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.core.types import NewMessage, Role
from app.ui.attendance import Attendance
from app.ui.memory.diary import DiaryPanel
from tests.gui.conftest import Desk

_SAID = ("I bake sourdough bread.", "I bake sourdough bread.", "The car needs new tyres.")


def _tell(desk: Desk, times: int = 1) -> None:
    now = desk.assistant.clock.now()
    for text in _SAID * times:
        begun, _ = desk.assistant.memory.begin(text, now)
        desk.assistant.memory.record(NewMessage(begun.id, Role.ASSISTANT, f"So it is, number {begun.id}.", now))


def _texts(panel: DiaryPanel) -> str:
    return "\n".join(part.text() for part in panel.findChildren(QLabel) if part.isVisible())


def _press(desk: Desk, words: str) -> None:
    button = next(b for b in desk.window.diary.findChildren(QPushButton) if b.text() == words and b.isVisible())
    desk.bot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_empty_diary_says_what_will_be_here(desk: Desk) -> None:
    desk.bot.keyClick(desk.window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: "Nothing has changed yet" in _texts(desk.window.diary))


def test_a_night_now_is_told_and_a_line_taken_back(desk: Desk) -> None:
    _tell(desk)
    desk.window.views.open("diary")
    _press(desk, "Sleep now")
    desk.until(lambda: "was said once more" in _texts(desk.window.diary))
    before = len(desk.assistant.diary.lines())
    while any(b.text() == "Take back" for b in desk.window.diary.findChildren(QPushButton) if b.isVisible()):
        left = sum(line.undoable for line in desk.assistant.diary.lines())
        _press(desk, "Take back")
        desk.until(lambda left=left: sum(line.undoable for line in desk.assistant.diary.lines()) == left - 1)  # type: ignore[misc]
        desk.bot.wait(50)
    desk.until(lambda: _texts(desk.window.diary).count("taken back") == before)


def test_a_night_that_would_change_much_asks_here(desk: Desk) -> None:
    _tell(desk, times=3)
    desk.window.views.open("diary")
    _press(desk, "Sleep now")
    desk.until(lambda: "memories out of sight, and asks you first" in _texts(desk.window.diary))
    _press(desk, "Do it")
    desk.until(lambda: "was said" in _texts(desk.window.diary))
    assert desk.window.diary.question.isHidden()


def test_a_key_says_that_somebody_is_here(desk: Desk, qapp: QApplication) -> None:
    watching = Attendance(desk.engine, qapp)
    assert desk.assistant.runner.presence.away_s > 3_600
    desk.bot.keyClicks(desk.window.composer.field, "a")
    assert desk.assistant.runner.presence.away_s < 60
    qapp.removeEventFilter(watching)
