"""Editing a question, asking for another reply, and going from one version to the other: by hand and by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.ui.chat.message_view import MessageView
from tests.fakes import FakeModel
from tests.gui.conftest import Desk


def _click(desk: Desk, button: object) -> None:
    desk.bot.mouseClick(button, Qt.MouseButton.LeftButton)


def _which(view: MessageView) -> str:
    return "" if view._which.isHidden() else view._which.text()


def test_another_reply_keeps_the_first_and_the_arrows_turn(desk: Desk, model: FakeModel) -> None:
    model.enqueue("Red.", "Blue.")
    desk.say_and_wait("Which colour?")
    assert _which(desk.views()[1]) == ""
    _click(desk, desk.views()[1].again)
    desk.until(lambda: desk.texts() == ["Which colour?", "Blue."] and _which(desk.views()[1]) == "2 / 2")
    _click(desk, desk.views()[1]._before)
    desk.until(lambda: desk.texts() == ["Which colour?", "Red."] and _which(desk.views()[1]) == "1 / 2")
    assert not desk.views()[1]._before.isEnabled()
    desk.bot.keyClick(desk.window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    desk.until(lambda: desk.texts() == ["Which colour?", "Blue."])


def test_a_question_is_edited_and_asked_again(desk: Desk, model: FakeModel) -> None:
    model.enqueue("Red.", "And soft.", "Blue.")
    desk.say_and_wait("Which colour?")
    desk.say_and_wait("What else?")
    desk.bot.keyClicks(desk.window.composer.field, "a draft")
    _click(desk, desk.views()[0].edit)
    field = desk.window.composer.field
    assert field.toPlainText() == "Which colour?"
    field.setPlainText("Which colour has the sky?")
    desk.bot.keyClick(field, Qt.Key.Key_Return)
    desk.until(lambda: desk.texts() == ["Which colour has the sky?", "Blue."] and not desk.window.turn.running)
    desk.until(lambda: _which(desk.views()[0]) == "2 / 2")
    assert field.toPlainText() == "a draft"
    _click(desk, desk.views()[0]._before)
    desk.until(lambda: desk.texts() == ["Which colour?", "Red.", "What else?", "And soft."])
    field.clear()
    desk.say_and_wait("Go on")
    thread = desk.assistant.store.call(lambda store: store.conversations.thread(1))
    assert [message.text for message in thread[:3]] == ["Which colour?", "Red.", "What else?"]


def test_escape_ends_an_edit_and_brings_the_draft_back(desk: Desk) -> None:
    desk.say_and_wait("Which colour?")
    desk.bot.keyClicks(desk.window.composer.field, "a draft")
    desk.bot.keyClick(desk.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.composer.field.toPlainText() == "Which colour?"
    desk.bot.keyClick(desk.window, Qt.Key.Key_Escape)
    assert desk.window.composer.field.toPlainText() == "a draft"
    assert desk.window.composer.editing is None


def test_the_open_version_is_open_again_after_a_restart(open_desk: object, model: FakeModel) -> None:
    desk = open_desk()  # type: ignore[operator]
    model.enqueue("Red.", "Blue.")
    desk.say_and_wait("Which colour?")
    desk.window.talk.reply_again_to_last()
    desk.until(lambda: _which(desk.views()[1]) == "2 / 2")
    desk.window.talk.turn_version(-1)
    desk.until(lambda: desk.texts()[-1] == "Red.")
    again = open_desk()  # type: ignore[operator]
    again.until(lambda: again.texts() == ["Which colour?", "Red."])


def test_a_memory_on_another_branch_opens_its_branch(desk: Desk, model: FakeModel) -> None:
    model.enqueue("Red.", "Blue.")
    desk.say_and_wait("Which colour?")
    first = desk.views()[1].entry.message
    desk.window.talk.reply_again_to_last()
    desk.until(lambda: desk.texts()[-1] == "Blue." and not desk.window.turn.running)
    assert first is not None
    desk.window.open_conversation(1, first.id)
    desk.until(lambda: desk.texts()[-1] == "Red.")
    desk.say_and_wait("Go on")
    assert desk.texts()[1] == "Red."
