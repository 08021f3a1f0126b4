"""A conversation as a hand would have it: type, read, stop, go on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication

from app.core.errors import ModelMissing
from app.core.types import MessageState
from tests.fakes import FakeModel
from tests.gui.conftest import Desk


def test_one_can_write_from_the_start(desk: Desk) -> None:
    assert desk.window.focusWidget() is desk.window.composer.field


def test_a_message_is_sent_with_enter_and_answered(desk: Desk, model: FakeModel) -> None:
    model.enqueue("Hello to you, too.")
    desk.say_and_wait("Hello there")
    assert desk.texts() == ["Hello there", "Hello to you, too."]
    assert desk.window.composer.field.toPlainText() == ""
    desk.until(lambda: desk.window.list.model.rowCount() == 1)
    assert desk.window.list.model.at(0).title == "Hello there"


def test_shift_enter_breaks_the_line(desk: Desk) -> None:
    field = desk.window.composer.field
    desk.bot.keyClicks(field, "one")
    desk.bot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    desk.bot.keyClicks(field, "two")
    assert field.toPlainText() == "one\ntwo"
    assert desk.views() == []


def test_an_empty_message_is_not_sent(desk: Desk, model: FakeModel) -> None:
    desk.say("   ")
    assert not desk.window.turn.running
    assert model.history == []


def test_the_reply_streams_and_stop_keeps_what_was_said(desk: Desk, model: FakeModel) -> None:
    model.enqueue("one two three four five six")
    seen, go_on = threading.Event(), threading.Event()

    def pause(piece: int) -> None:
        if piece == 3:
            seen.set()
            go_on.wait(10)

    model.on_piece = pause
    desk.say("Count")
    desk.until(seen.is_set)
    desk.until(lambda: desk.texts()[-1:] == ["one two "])
    assert desk.window.composer.button.accessibleName() == "Stop the reply"
    desk.bot.mouseClick(desk.window.composer.button, Qt.MouseButton.LeftButton)
    desk.until(lambda: model._stopped.is_set())
    go_on.set()
    desk.until(lambda: not desk.window.turn.running)
    last = desk.assistant.store.call(lambda store: store.conversations.thread(1))[-1]
    assert last.state is MessageState.STOPPED
    assert last.text == "one two three "
    assert desk.window.composer.button.accessibleName() == "Send"


def test_escape_stops_the_reply(desk: Desk, model: FakeModel) -> None:
    seen, go_on = threading.Event(), threading.Event()
    model.enqueue("one two three")
    model.on_piece = lambda piece: (seen.set(), go_on.wait(10)) if piece == 2 else None
    desk.say("Count")
    desk.until(seen.is_set)
    desk.window.room.escape()
    desk.until(lambda: model._stopped.is_set())
    go_on.set()
    desk.until(lambda: not desk.window.turn.running)
    desk.until(lambda: desk.texts()[-1].startswith("one two"))


def test_a_failing_model_is_told_and_the_question_can_be_asked_again(desk: Desk, model: FakeModel) -> None:
    model.enqueue("The half of it is lost", "The whole of it")
    model.fail_after(2)
    desk.say("Tell me")
    desk.until(lambda: desk.window.errors.text())
    assert "The model stopped" in desk.window.errors.text()
    desk.until(lambda: desk.texts() == ["Tell me", "The half "])
    desk.bot.mouseClick(desk.window.errors._action, Qt.MouseButton.LeftButton)
    desk.until(lambda: desk.texts()[-1] == "The whole of it")
    assert desk.window.errors.text() == ""
    assert desk.texts().count("Tell me") == 1


def test_a_missing_model_says_what_to_do_and_the_message_is_kept(desk: Desk, model: FakeModel) -> None:
    model.load_error = ModelMissing("There is no model at x. Choose another file, or run `mneme setup`.")
    desk.say("Remember the milk")
    desk.until(lambda: desk.window.errors.text())
    assert "Choose another file" in desk.window.errors.text()
    assert desk.assistant.memory.search("milk").hits[0].span.text == "Remember the milk"


def test_what_could_not_be_stored_stays_in_the_field(desk: Desk) -> None:
    desk.assistant.store.close()
    desk.say("Do not lose me")
    desk.until(lambda: desk.window.errors.text())
    assert desk.window.composer.field.toPlainText() == "Do not lose me"
    assert not desk.window.composer.field.isReadOnly()


def test_another_conversation_can_be_read_while_a_reply_streams(desk: Desk, model: FakeModel) -> None:
    desk.say_and_wait("First talk")
    desk.window.new_chat()
    seen, go_on = threading.Event(), threading.Event()
    model.enqueue("alpha beta gamma")
    model.on_piece = lambda piece: (seen.set(), go_on.wait(10)) if piece == 3 else None
    desk.say("Second talk")
    desk.until(seen.is_set)
    desk.window.open_conversation(1)
    desk.until(lambda: desk.texts() == ["First talk", "I see."])
    desk.window.open_conversation(2)
    desk.until(lambda: desk.texts() == ["Second talk", "alpha beta "])
    go_on.set()
    desk.until(lambda: not desk.window.turn.running)
    desk.until(lambda: desk.texts() == ["Second talk", "alpha beta gamma"])


def test_the_conversation_and_the_draft_are_there_after_a_restart(open_desk: Callable[[], Desk]) -> None:
    desk = open_desk()
    desk.say_and_wait("Good evening")
    desk.bot.keyClicks(desk.window.composer.field, "half a thought")
    again = open_desk()
    again.until(lambda: again.texts() == ["Good evening", "I see."])
    assert again.window.composer.field.toPlainText() == "half a thought"


def test_a_huge_paste_stands_in_the_field_as_one_line_and_is_sent_whole(desk: Desk) -> None:
    mime = QMimeData()
    huge = "word " * 1_000_000
    mime.setText(huge)
    desk.window.composer.field.insertFromMimeData(mime)
    assert desk.window.composer.field.toPlainText() == "[pasted text 1: 5,000,000 characters]"
    desk.bot.keyClick(desk.window.composer.field, Qt.Key.Key_Return)
    desk.bot.waitUntil(lambda: len(desk.views()) == 2 and not desk.window.turn.running, timeout=60_000)
    assert desk.views()[0].text == huge
    assert len(desk.views()[0].view.toPlainText()) < 25_000


def test_copy_takes_the_whole_message(desk: Desk, model: FakeModel) -> None:
    model.enqueue("**bold** words")
    desk.say_and_wait("Hi")
    desk.bot.mouseClick(desk.views()[1]._copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "**bold** words"


def test_the_composer_grows_to_eight_lines_and_no_further(desk: Desk) -> None:
    field = desk.window.composer.field
    one = field.height()
    field.setPlainText("\n".join("abcd"))
    four = field.height()
    field.setPlainText("\n".join("abcdefgh"))
    eight = field.height()
    field.setPlainText("\n" * 50)
    assert one < four < eight == field.height()


def test_emoji_cjk_and_right_to_left_text_are_shown_as_said(desk: Desk) -> None:
    for text in ("Grüße 🌍👩‍👩‍👧", "我住在卑尔根", "שלום עולם"):
        desk.window.composer.field.setPlainText(text)
        desk.bot.keyClick(desk.window.composer.field, Qt.Key.Key_Return)
        desk.until(lambda: not desk.window.turn.running and desk.window.composer.field.toPlainText() == "")
        assert desk.texts()[-2] == text


def test_a_conversation_is_copied_as_plain_text_in_order(desk: Desk, model: FakeModel) -> None:
    model.enqueue("A **fine** name.", "Since May.")
    desk.say_and_wait("My dog is called Rufus.")
    desk.say_and_wait("Since when?")
    desk.window.commands.run("chat.copy")
    said = "You:\nMy dog is called Rufus.\n\nMneme:\nA **fine** name.\n\nYou:\nSince when?\n\nMneme:\nSince May."
    assert QGuiApplication.clipboard().text() == said
    desk.views()[2].view.more_wanted.emit(False)
    assert QGuiApplication.clipboard().text() == "You:\nSince when?\n\nMneme:\nSince May."
    desk.views()[2].view.more_wanted.emit(True)
    assert QGuiApplication.clipboard().text() == said
