"""What the model reads while a person still writes."""

from __future__ import annotations

from tests.fakes import FakeModel
from tests.gui.conftest import Desk


def test_a_draft_is_read_while_it_is_written(desk: Desk, model: FakeModel) -> None:
    model.shiftable = True
    desk.say_and_wait("The spare key is under the blue flowerpot.")
    desk.bot.keyClicks(desk.window.composer.field, "Where is the spare key")
    desk.bot.waitUntil(lambda: any(prompt[-1].text.endswith("the spare key") for prompt in model.ahead))


def test_where_a_sentence_ends_it_is_read_at_once(desk: Desk, model: FakeModel) -> None:
    model.shiftable = True
    desk.say_and_wait("The spare key is under the blue flowerpot.")
    model.ahead.clear()
    desk.window.composer.field.setPlainText("Where is the spare key?")
    desk.bot.waitUntil(lambda: bool(model.ahead), timeout=350)
    assert model.ahead[-1][-1].text.endswith("Where is the spare key?")


def test_nothing_is_read_of_a_huge_paste(desk: Desk, model: FakeModel) -> None:
    model.shiftable = True
    desk.say_and_wait("Hello there.")
    model.ahead.clear()
    desk.window.composer.field.setPlainText("All work. " * 200)
    desk.bot.wait(500)
    assert model.ahead == []
