"""The views that belong to the window itself, and the commands that it knows; other rooms add theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QApplication

from app.core.volume import is_encrypted
from app.ui.chat.documents import DocumentsPanel
from app.ui.memory.diary import DiaryPanel
from app.ui.memory.page import MemoryPage
from app.ui.panels import View
from app.ui.settings_panel import SettingsPanel
from app.ui.shortcuts import ShortcutsPanel

if TYPE_CHECKING:
    from app.ui.chat.window import Window

_LARGER = 10  # percent a step


class OwnViews(QObject):
    """Makes settings, memory, documents, shortcuts, diary and export when each is first opened."""

    def __init__(self, window: Window) -> None:
        super().__init__(window.room)
        self._window, self._room = window, window.room
        self._parts = (window.engine, window.room.tasks, window.clock)
        group = QCoreApplication.translate("Window", "Views")
        for view, keys in (
            (View("settings", self.tr("Settings"), self._settings, icon="settings"), "Ctrl+,"),
            (View("memory", self.tr("Memory"), self._memory, True, "library", _refresh), "Ctrl+Shift+M"),
            (
                View("documents", self.tr("Documents"), self._documents, icon="file-text", opened=_refresh),
                "Ctrl+Shift+D",
            ),
            (View("shortcuts", self.tr("Shortcuts"), lambda: ShortcutsPanel(self._room.commands)), "Ctrl+/"),
            (View("diary", self.tr("Diary"), self._diary, icon="book-open", opened=_refresh), "Ctrl+D"),
            (View("export", self.tr("Export memory"), window.keeping.make_panel, opened=window.keeping.offer), ""),
        ):
            self._room.views.add(view, keys, group)

    def _settings(self) -> SettingsPanel:
        window, panel = self._window, SettingsPanel()
        panel.changed.connect(window.change_settings)
        panel.import_wanted.connect(window.keeping.choose)
        panel.export_wanted.connect(lambda: self._room.views.open("export"))
        panel.restore_wanted.connect(window.keeping.restore)
        if (assistant := window.engine.assistant) is not None:
            panel.show_settings(assistant.settings)
            panel.show_privacy(is_encrypted(assistant.data.root))
        return panel

    def _documents(self) -> DocumentsPanel:
        panel = DocumentsPanel(*self._parts)
        panel.failed.connect(self._room.page.errors.show_error)
        panel.opened.connect(self._room.open_conversation)
        panel.forget_wanted.connect(self._room.care.forget_conversation)
        self._room.care.erased.connect(panel.refresh)
        return panel

    def _diary(self) -> DiaryPanel:
        panel = DiaryPanel(*self._parts)
        panel.failed.connect(self._room.page.errors.show_error)
        return panel

    def _memory(self) -> MemoryPage:
        page = MemoryPage(*self._parts, self._window.state)
        page.opened.connect(self._room.open_conversation)
        page.changed.connect(self._room.refresh_list)
        return page


def add_commands(window: Window) -> None:
    """What can be done in the window, by name."""
    room, translate = window.room, QCoreApplication.translate
    room.spaces.add_commands(room.commands)
    composer, talk = room.page.composer, room.talk
    add, group = room.commands.add, translate("Window", "Conversation")
    add("chat.new", translate("Window", "New chat"), "Ctrl+N", room.new_chat, group)
    add("chat.find", translate("Window", "Find in this conversation"), "Ctrl+F", room.page.finder.open_bar, group)
    add("chat.search", translate("Window", "Search conversations"), "Ctrl+Shift+F", room.list.search.setFocus, group)
    add("recall", translate("Window", "Recall"), "Ctrl+Shift+K", window.recall_wanted.emit, group)
    add("chat.write", translate("Window", "Write a message"), "Ctrl+L", composer.field.setFocus, group)
    add("chat.attach", translate("Window", "Attach documents"), "Ctrl+Shift+A", composer.attach.click, group)
    add("chat.again", translate("Window", "Reply again"), "Ctrl+R", talk.reply_again_to_last, group)
    add("chat.edit", translate("Window", "Edit the last question"), "Ctrl+E", talk.edit_last, group)
    add("chat.copy", translate("Window", "Copy the conversation"), "Ctrl+Shift+C", room.page.transcript.copy, group)
    add("chat.before", translate("Window", "Version before"), "Alt+Left", lambda: talk.turn_version(-1), group)
    add("chat.after", translate("Window", "Version after"), "Alt+Right", lambda: talk.turn_version(1), group)
    group = translate("Window", "Window")
    add("window.palette", translate("Window", "Find anything"), "Ctrl+K", room.palette_.popup, group)
    add("window.larger", translate("Window", "Larger letters"), "Ctrl++", _letters(window, _LARGER), group)
    add("window.smaller", translate("Window", "Smaller letters"), "Ctrl+-", _letters(window, -_LARGER), group)
    add("window.usual", translate("Window", "Letters of the usual size"), "Ctrl+0", _letters(window, 0), group)
    add("window.back", translate("Window", "Close the top thing"), "Escape", room.escape, group)
    add("window.close", translate("Window", "Close the window"), "Ctrl+W", window.close, group)
    add("window.quit", translate("Window", "Quit"), "Ctrl+Q", QApplication.quit, group)


def _letters(window: Window, by: int) -> Callable[[], None]:
    """Makes letters larger or smaller, or at 0 of the usual size."""

    def resize() -> None:
        if (assistant := window.engine.assistant) is not None:
            percent = assistant.settings.font_percent + by if by else 100
            window.change_settings(replace(assistant.settings, font_percent=percent).checked())

    return resize


def _refresh(panel: DiaryPanel | DocumentsPanel | MemoryPage) -> None:
    panel.refresh()
