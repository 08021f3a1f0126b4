"""Documents in the window: dropped, pasted, sent with a message, opened, asked, forgotten."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from app.core.types import Mode
from app.memory.documents.pdf import Stopped
from tests.fakes import FakeModel
from tests.gui.conftest import Desk


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _chips(desk: Desk) -> list[str]:
    labels = desk.window.composer.attachments.findChildren(QLabel)
    return [label.text() for label in labels if label.text() and label.isVisible()]


def _drop(desk: Desk, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    desk.window.page.dropEvent(event)


def test_a_dropped_file_goes_with_the_message_and_is_opened_from_it(
    desk: Desk, model: FakeModel, tmp_path: Path
) -> None:
    _drop(desk, _file(tmp_path, "house.txt", "The boiler needs 1.5 bar."))
    desk.until(lambda: _chips(desk) == ["house.txt"])
    desk.say_and_wait("How much pressure does the boiler need?")
    assert _chips(desk) == []
    assert "house.txt" in desk.views()[0]._documents.text()
    assert "boiler needs 1.5 bar" in model.history[-1][-1].text
    desk.until(lambda: desk.window.list.model.rowCount() == 1)
    desk.views()[0]._documents.linkActivated.emit("1")
    desk.until(lambda: desk.texts() == ["The boiler needs 1.5 bar."])
    assert desk.views()[0]._who.text() == "line 1"


def test_what_is_said_to_an_open_document_begins_a_conversation_with_it(
    desk: Desk, model: FakeModel, tmp_path: Path
) -> None:
    document = desk.assistant.documents.attach(_file(tmp_path, "house.txt", "The boiler needs 1.5 bar."))
    desk.window.open_conversation(document.id)
    desk.until(lambda: desk.texts() == ["The boiler needs 1.5 bar."])
    desk.say("What about pressure?")
    desk.until(lambda: desk.texts() == ["What about pressure?", "I see."] and not desk.window.turn.running)
    assert "boiler needs 1.5 bar" in model.history[-1][-1].text
    assert desk.window.current != document.id


def test_a_long_paste_becomes_a_document(desk: Desk) -> None:
    mime = QMimeData()
    mime.setText("A long report on boilers. " * 1_000)
    desk.window.composer.field.insertFromMimeData(mime)
    desk.until(lambda: len(_chips(desk)) == 1 and _chips(desk)[0].startswith("Pasted text"))
    assert desk.window.composer.field.toPlainText() == ""


def test_a_bad_file_is_one_clear_error(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(bytes(range(256)) * 20)
    _drop(desk, path)
    desk.until(lambda: "is not text" in desk.window.errors.text())
    assert _chips(desk) == []


def test_a_private_chat_takes_no_documents(desk: Desk) -> None:
    desk.window.care._choose(Mode.OFF)
    desk.until(lambda: not desk.window.composer.attach.isEnabled())
    mime = QMimeData()
    mime.setText("word " * 6_000)
    desk.window.composer.field.insertFromMimeData(mime)
    assert _chips(desk) == []
    assert desk.window.composer.field.toPlainText()


def test_a_document_is_listed_and_forgotten(desk: Desk, tmp_path: Path) -> None:
    desk.assistant.documents.attach(_file(tmp_path, "house.txt", "The boiler needs 1.5 bar."))
    panel = desk.window.views.open("documents")
    desk.until(lambda: any(b.text() == "Forget…" for b in panel.findChildren(QPushButton)))
    next(b for b in panel.findChildren(QPushButton) if b.text() == "Forget…").click()
    desk.until(lambda: desk.window.care.panel.erase.isVisible())
    desk.window.care.panel.erase.click()
    desk.bot.waitUntil(lambda: "nothing of it is left" in desk.window.care.panel.outcome.text(), timeout=30_000)
    assert desk.assistant.store.call(lambda store: store.documents.all()) == []


def test_what_is_attached_to_a_draft_is_kept_over_a_restart(open_desk: Callable[[], Desk], tmp_path: Path) -> None:
    desk = open_desk()
    _drop(desk, _file(tmp_path, "house.txt", "The boiler needs 1.5 bar."))
    desk.until(lambda: _chips(desk) == ["house.txt"])
    desk.bot.keyClicks(desk.window.composer.field, "How much")
    desk = open_desk()
    desk.until(lambda: _chips(desk) == ["house.txt"])
    assert desk.window.composer.field.toPlainText() == "How much"
    desk.say_and_wait(" pressure?")
    desk.window.new_chat()
    assert _chips(desk) == []
    desk = open_desk()
    assert _chips(desk) == []


def test_the_reading_of_a_file_can_be_stopped(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(path: Path, conversation: int | None, tell: object, going: Callable[[], bool]) -> None:
        while going():
            time.sleep(0.01)
        raise Stopped("The reading was stopped.")

    monkeypatch.setattr(desk.assistant.documents, "attach", endless)
    _drop(desk, _file(tmp_path, "house.txt", "The boiler needs 1.5 bar."))
    find = lambda: [b for b in desk.window.composer.findChildren(QToolButton) if "Stop reading" in b.accessibleName()]  # noqa: E731
    desk.until(find)
    find()[0].click()
    desk.until(lambda: _chips(desk) == [] and desk.window.composer.attachments.isHidden())
    assert desk.window.errors.text() == ""
