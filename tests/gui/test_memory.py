"""Memory in the window: sources of a reply, search, quick recall."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from app.core.errors import ModelMissing
from app.core.types import NewMessage, Role
from app.ui.chat.sources import marked
from tests.fakes import FakeEmbedder, FakeModel
from tests.gui.conftest import Desk


def _tell_and_ask(desk: Desk) -> None:
    desk.say_and_wait("My dog Rufus is afraid of thunder")
    desk.assistant.memory.embed_pending()
    desk.window.new_chat()
    desk.say_and_wait("What is my dog afraid of?")


def test_a_reply_shows_what_it_remembered_and_opens_it(desk: Desk) -> None:
    _tell_and_ask(desk)
    line = desk.views()[1]._sources
    assert line.isVisible()
    assert line.text() == "from 1 memory · today"
    desk.bot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert desk.window.room.side.isVisible()
    words = [label.text() for label in desk.window.room.sources.findChildren(QLabel)]
    assert any("Rufus" in text and "<span" in text for text in words)
    assert any("said by you" in text for text in words)
    buttons = desk.window.room.sources.findChildren(QPushButton)
    opener = next(button for button in buttons if button.text() == "Open")
    desk.bot.mouseClick(opener, Qt.MouseButton.LeftButton)
    desk.until(lambda: desk.texts()[:1] == ["My dog Rufus is afraid of thunder"])
    assert desk.views()[0].property("found") == "true"


def test_a_date_that_memory_knows_stands_under_the_reply(desk: Desk) -> None:
    desk.say_and_wait("We sailed to Bergen on 3 March 2025")
    desk.assistant.memory.embed_pending()
    desk.window.new_chat()
    desk.say_and_wait("When did we sail to Bergen?")
    asked = desk.window.current
    assert desk.views()[1]._sources.text().startswith("by memory: 3 March 2025 · from 1 memory")
    assert asked is not None
    desk.window.new_chat()
    desk.window.open_conversation(asked)
    desk.until(lambda: len(desk.views()) == 2)
    assert desk.views()[1]._sources.text().startswith("by memory: 3 March 2025")


def test_a_source_says_why_and_what_the_user_thinks_of_it_is_learned_from(desk: Desk) -> None:
    _tell_and_ask(desk)
    desk.bot.mouseClick(desk.views()[1]._sources, Qt.MouseButton.LeftButton)
    buttons = {button.text(): button for button in desk.window.room.sources.findChildren(QPushButton)}
    desk.bot.mouseClick(buttons["Why"], Qt.MouseButton.LeftButton)
    words = [label.text() for label in desk.window.room.sources.findChildren(QLabel) if label.isVisible()]
    assert any(text.startswith("Counted: ") and "meaning +" in text and "in Mneme" in text for text in words)
    before = desk.assistant.memory.learning.count()
    desk.bot.mouseClick(buttons["Not this"], Qt.MouseButton.LeftButton)
    desk.until(lambda: not buttons["Why"].isVisible())
    desk.until(lambda: desk.assistant.memory.learning.count() >= max(before, 1))


def test_sources_are_there_again_when_the_conversation_is_reopened(desk: Desk) -> None:
    _tell_and_ask(desk)
    asked = desk.window.current
    desk.window.new_chat()
    assert asked is not None
    desk.window.open_conversation(asked)
    desk.until(lambda: len(desk.views()) == 2)
    assert desk.views()[1]._sources.text().startswith("from 1 memory")


def test_search_finds_conversations_by_title_and_by_words(desk: Desk, model: FakeModel) -> None:
    model.enqueue("A ferry leaves at noon.", "Plants like rain.")
    desk.say_and_wait("Harbour")
    desk.window.new_chat()
    desk.say_and_wait("Garden")
    listed = desk.window.list.model
    desk.until(lambda: listed.rowCount() == 2)
    desk.bot.keyClicks(desk.window.list.search, "ferry")
    desk.until(lambda: listed.rowCount() == 1 and listed.at(0).title == "Harbour")
    desk.window.list.search.clear()
    desk.bot.keyClicks(desk.window.list.search, "gard")
    desk.until(lambda: listed.rowCount() == 1 and listed.at(0).title == "Garden")
    desk.bot.keyClicks(desk.window.list.search, "xyz")
    desk.until(lambda: listed.rowCount() == 0)
    assert "Try another word" in desk.window.list._empty.text()


def test_a_conversation_is_renamed_in_the_list(desk: Desk) -> None:
    desk.say_and_wait("Hello")
    listed = desk.window.list.model
    desk.until(lambda: listed.rowCount() == 1)
    assert listed.setData(listed.index(0), "  A better   name ")
    desk.until(lambda: listed.at(0).title == "A better name")


def test_quick_recall_finds_as_one_types_without_a_model(desk: Desk, model: FakeModel) -> None:
    desk.say_and_wait("The spare key is under the blue pot")
    model.load_error = ModelMissing("none")
    desk.quick.popup()
    desk.bot.keyClicks(desk.quick.field, "spa")
    desk.until(lambda: desk.quick.list.count() == 1)
    assert "blue pot" in desk.quick.list.item(0).text()
    with desk.bot.waitSignal(desk.quick.opened) as opened:
        desk.bot.keyClick(desk.quick.field, Qt.Key.Key_Return)
    assert opened.args == [1, 1]
    assert not desk.quick.isVisible()


def test_quick_recall_finds_by_meaning_a_moment_later(desk: Desk) -> None:
    desk.say_and_wait("The harbour smells of tar")
    desk.assistant.memory.embed_pending()
    desk.quick.popup()
    desk.quick.field.setText("smells like a harbour today")
    desk.until(lambda: desk.quick.list.count() == 1)


def test_quick_recall_never_starts_an_embedder_that_was_unloaded(desk: Desk, embedder: FakeEmbedder) -> None:
    embedder.ready = False
    desk.quick.popup()
    desk.quick.field.setText("smells like a harbour today")
    desk.bot.wait(400)
    assert not any("harbour" in text for text in embedder.embedded)


def test_a_source_on_another_branch_is_shown_where_it_was_said(desk: Desk) -> None:
    memory, now = desk.assistant.memory, desk.assistant.clock.now()
    chat, question = memory.begin("Which pot?", now)
    first = memory.record(NewMessage(chat.id, Role.ASSISTANT, "The blue one.", now, question.id))
    memory.record(NewMessage(chat.id, Role.ASSISTANT, "The red one.", now, question.id))
    desk.window.open_conversation(chat.id)
    desk.until(lambda: desk.texts() == ["Which pot?", "The red one."])
    desk.window.open_conversation(chat.id, first.id)
    desk.until(lambda: desk.texts() == ["Which pot?", "The blue one."])


def test_quick_recall_says_when_nothing_fits_and_escape_closes_it(desk: Desk) -> None:
    desk.quick.popup()
    desk.bot.keyClicks(desk.quick.field, "zebra")
    desk.until(lambda: "Nothing" in desk.quick.note.text())
    desk.bot.keyClick(desk.quick.field, Qt.Key.Key_Escape)
    assert not desk.quick.isVisible()


def test_matching_words_are_marked_and_html_is_shown_as_text() -> None:
    html = marked("Dogs <b>bark</b>", ("said by you", "has dogs"))
    assert ">Dogs</span>" in html
    assert "&lt;b&gt;bark" in html
