"""Forgetting, private chats and the pause, as a hand would use them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from app.core.types import Mode
from app.ui.desk.tray import Tray
from tests.fakes import FakeModel
from tests.gui.conftest import Desk

SECRET = "The ruby brooch is in the Zanzibarquux vault"


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def press(desk: Desk, button: QPushButton) -> None:
    desk.bot.mouseClick(button, Qt.MouseButton.LeftButton)


def forget_first(desk: Desk) -> None:
    """Open the panel for the first message of the page and wait for the preview."""
    press(desk, desk.views()[0].forget)
    desk.until(lambda: desk.window.care.panel.erase.isVisible())


class TestForgetting:
    def test_from_a_message_shows_what_goes_and_erases_it(self, desk: Desk, data_dir: Path) -> None:
        desk.say_and_wait(SECRET)
        forget_first(desk)
        panel = desk.window.care.panel
        words = [label.text() for label in panel.findChildren(QLabel)]
        assert SECRET in words
        assert any("It cannot be undone" in text for text in words)
        assert panel.counts.text().startswith("With it goes what came from it: 1 message, ")
        press(desk, panel.erase)
        desk.until(lambda: panel.outcome.text().startswith("Erased 1 message"))
        assert panel.outcome.text().endswith("nothing of it is left.")
        desk.until(lambda: desk.texts() == ["I see."])
        assert b"Zanzibarquux" not in on_disk(data_dir)

    def test_from_a_source_and_takes_the_reply_along(self, desk: Desk, model: FakeModel, data_dir: Path) -> None:
        desk.say_and_wait(SECRET)
        desk.assistant.memory.embed_pending()
        desk.window.new_chat()
        model.enqueue("It is in the Zanzibarquux vault.")
        desk.say_and_wait("Where is the ruby brooch?")
        press(desk, desk.views()[1]._sources)
        buttons = {button.text(): button for button in desk.window.room.sources.findChildren(QPushButton)}
        press(desk, buttons["Forget…"])
        panel = desk.window.care.panel
        desk.until(lambda: panel.erase.isVisible())
        assert [box.isChecked() for box in panel._boxes.values()] == [True]
        press(desk, panel.erase)
        desk.until(lambda: panel.outcome.text().startswith("Erased 2 messages"))
        desk.until(lambda: desk.texts() == ["Where is the ruby brooch?"])
        assert b"Zanzibarquux" not in on_disk(data_dir)

    def test_a_repeat_that_is_unticked_stays(self, desk: Desk) -> None:
        desk.say_and_wait(SECRET)
        desk.window.new_chat()
        desk.say_and_wait(f"{SECRET}, as I said")
        forget_first(desk)
        panel = desk.window.care.panel
        [box] = panel._boxes.values()
        box.setChecked(False)
        press(desk, panel.erase)
        desk.until(lambda: panel.outcome.text().startswith("Erased 1 message"))
        assert len(desk.assistant.memory.search("brooch").hits) == 1

    def test_of_the_whole_conversation(self, desk: Desk) -> None:
        desk.say_and_wait("Good morning")
        desk.say_and_wait(SECRET)
        forget_first(desk)
        panel = desk.window.care.panel
        panel.scope.setCurrentIndex(panel.scope.findData("conversation"))
        desk.until(lambda: panel.erase.isVisible() and " 4 messages, 1 conversation" in panel.counts.text())
        press(desk, panel.erase)
        desk.until(lambda: panel.outcome.text().startswith("Erased 4 messages"))
        desk.until(lambda: desk.views() == [])
        assert desk.assistant.store.call(lambda s: s.conversations.recent()) == []

    def test_archiving_can_be_undone(self, desk: Desk) -> None:
        desk.say_and_wait("The bus was late")
        desk.assistant.memory.embed_pending()
        for job in desk.assistant.night():
            desk.assistant.runner.run(job)
        forget_first(desk)
        panel = desk.window.care.panel
        press(desk, panel.archive)
        desk.until(lambda: panel.undo.isVisible())
        states = desk.assistant.store.call(lambda s: s.strengths.all_states())
        assert set(states.values()) == {"archived"}
        press(desk, panel.undo)
        desk.until(lambda: panel.outcome.text() == "Brought back.")
        assert set(desk.assistant.store.call(lambda s: s.strengths.all_states()).values()) == {"vivid"}

    def test_what_is_in_no_episode_yet_says_so(self, desk: Desk) -> None:
        desk.say_and_wait("The bus was late")
        forget_first(desk)
        press(desk, desk.window.care.panel.archive)
        desk.until(lambda: "in no episode yet" in desk.window.care.panel.outcome.text())
        assert not desk.window.care.panel.undo.isVisible()


def test_a_source_can_be_kept_from_ever_fading(desk: Desk) -> None:
    desk.say_and_wait(SECRET)
    desk.assistant.memory.embed_pending()
    for job in desk.assistant.night():
        desk.assistant.runner.run(job)
    desk.window.new_chat()
    desk.say_and_wait("Where is the ruby brooch?")
    press(desk, desk.views()[1]._sources)
    buttons = {button.text(): button for button in desk.window.room.sources.findChildren(QPushButton)}

    def pinned() -> bool:
        rows = desk.assistant.store.call(lambda s: s.strengths.of_episodes(list(s.strengths.all_states())))
        return [row.pinned for row in rows.values()] == [True]

    press(desk, buttons["Keep"])
    desk.until(pinned)
    assert buttons["Keep"].text() == "Kept"
    press(desk, buttons["Keep"])
    desk.until(lambda: not pinned())


class TestPrivateChats:
    def choose(self, desk: Desk, mode: Mode) -> None:
        desk.window.care.bar._actions[mode].trigger()
        desk.until(lambda: desk.window.care.mode is mode)

    def test_look_different_and_leave_nothing(self, open_desk: Callable[[], Desk], data_dir: Path) -> None:
        desk = open_desk()
        self.choose(desk, Mode.OFF)
        assert desk.window.page.property("private") == "true"
        assert desk.window.care.bar.words().startswith("Private. Memory is neither used nor written")
        desk.say_and_wait(SECRET)
        desk.until(lambda: desk.window.care.bar.keep.isVisible())
        assert not desk.views()[0].forget.isVisible()
        desk.until(lambda: desk.window.list.model.rowCount() == 1)
        model = desk.window.list.model
        assert model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole).endswith("private · today")
        desk.window.composer.field.setPlainText(SECRET)
        desk.window.close()
        assert desk.window.isVisible()
        assert "A private chat ends with Mneme" in desk.window.errors.text()
        again = open_desk()
        assert again.window.composer.field.toPlainText() == ""
        assert again.window.list.model.rowCount() == 0
        assert b"Zanzibarquux" not in on_disk(data_dir)

    def test_are_there_while_the_window_is(self, desk: Desk) -> None:
        self.choose(desk, Mode.OFF)
        desk.say_and_wait(SECRET)
        private = desk.window.current
        assert private is not None
        desk.window.new_chat()
        desk.until(lambda: desk.window.page.property("private") == "false")
        desk.say_and_wait("No secret")
        desk.window.open_conversation(private)
        desk.until(lambda: desk.texts()[:1] == [SECRET])
        desk.until(lambda: desk.window.page.property("private") == "true")

    def test_are_kept_when_told(self, desk: Desk) -> None:
        self.choose(desk, Mode.READ)
        desk.say_and_wait(SECRET)
        desk.until(lambda: desk.window.care.bar.keep.isVisible())
        press(desk, desk.window.care.bar.keep)
        desk.until(lambda: desk.window.page.property("private") == "false")
        desk.until(lambda: desk.texts() == [SECRET, "I see."])
        assert len(desk.assistant.memory.search("brooch").hits) == 1
        assert desk.window.care.private == []

    def test_a_stored_one_goes_on_privately(self, desk: Desk, data_dir: Path) -> None:
        desk.say_and_wait("Good morning")
        self.choose(desk, Mode.OFF)
        desk.say_and_wait(SECRET)
        assert desk.texts() == ["Good morning", "I see.", SECRET, "I see."]
        assert b"Zanzibarquux" not in on_disk(data_dir)
        assert len(desk.window.care.private) == 1


class TestThePause:
    def test_from_the_tray_shows_and_ends(self, desk: Desk, data_dir: Path) -> None:
        tray = Tray(desk.window)
        tray.pause_wanted.connect(desk.window.care.pause)
        desk.window.care.paused.connect(tray.show_paused)
        tray.pause.trigger()
        desk.until(lambda: desk.window.care.bar.resume.isVisible())
        assert tray.pause.isChecked()
        assert "Memory is paused" in desk.window.care.bar.words()
        assert "memory is paused" in desk.window.turn.status()
        desk.say_and_wait(SECRET)
        assert b"Zanzibarquux" not in on_disk(data_dir)
        press(desk, desk.window.care.bar.resume)
        desk.until(lambda: not desk.assistant.settings.pause and not tray.pause.isChecked())
