"""The window: conversations on the left, the transcript and its composer, a side panel on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from PySide6.QtCore import QByteArray, QSettings, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QStackedWidget, QWidget

from app.core.clock import Clock
from app.core.errors import InputError, MnemeError
from app.core.settings import Settings
from app.core.types import Conversation, Hit
from app.core.volume import is_encrypted
from app.ui.chat.attaching import Attachments
from app.ui.chat.conversation_list import ConversationList
from app.ui.chat.deleting import Deleting
from app.ui.chat.documents import DocumentsPanel
from app.ui.chat.drafts import Drafts
from app.ui.chat.foresight import Foresight
from app.ui.chat.library import Library
from app.ui.chat.page import ChatPage
from app.ui.chat.sources import SourcesPanel
from app.ui.chat.talk import Talk
from app.ui.chat.turn import Turn
from app.ui.commands import Commands
from app.ui.engine import Engine
from app.ui.keeping import Keeping
from app.ui.memory.care import Care
from app.ui.memory.diary import DiaryPanel
from app.ui.memory.page import MemoryPage
from app.ui.memory.spaces import Spaces
from app.ui.palette import Palette
from app.ui.panels import View, Views
from app.ui.settings_panel import SettingsPanel
from app.ui.shortcuts import ShortcutsPanel
from app.ui.tasks import Tasks
from app.ui.theme import apply_theme

_LARGER = 10  # percent a step


class Window(QMainWindow):
    """Paints before anything else is loaded; the engine arrives later."""

    recall_wanted = Signal()
    closing = Signal()

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, state: QSettings) -> None:
        super().__init__()
        self.setWindowTitle("Mneme")
        self.resize(1180, 760)
        self.hide_on_close = False
        self._warned = False
        self._engine, self._tasks, self._clock, self._state = engine, tasks, clock, state
        self.commands = Commands(self, state)
        self.turn = Turn(engine, tasks)
        self._library = Library(engine, tasks, self._library_failed)
        self.keeping = Keeping(self, engine, tasks, lambda: self.current)
        self.care = Care(engine, tasks, clock, self._library_failed)
        self.list = ConversationList()
        self.page = ChatPage(self.care.bar, Attachments(engine, tasks, clock))
        self.transcript, self.composer = self.page.transcript, self.page.composer
        self.errors, self.status = self.page.errors, self.page.status
        self.talk = Talk(self.page, self.turn, self.care, self._library, engine, clock, state)
        self._drafts = Drafts(self.page, state)
        self._deleting = Deleting(engine, tasks, self.page.undo, state, self._library_failed)
        self.palette_ = Palette(self, self.commands, self._library, engine, tasks, clock)
        Foresight(engine, tasks, self.turn, self.composer, lambda: (self.talk.current, self.care.mode))
        self.sources = SourcesPanel()
        self.side = QStackedWidget()
        self.views = self._build()
        self.spaces = Spaces(engine, tasks, state, self.views, lambda: self.current)
        self.list.put_above(self.spaces.bar)
        self._connect()
        self._add_views()
        self._add_commands()
        self._restore()

    @property
    def current(self) -> int | None:
        """The conversation that is open."""
        return self.talk.current

    @property
    def settings(self) -> SettingsPanel:
        """The settings, open or not."""
        return cast(SettingsPanel, self.views.widget("settings"))

    @property
    def diary(self) -> DiaryPanel:
        """The diary, open or not."""
        return cast(DiaryPanel, self.views.widget("diary"))

    def add_view(
        self,
        name: str,
        title: str,
        keys: str,
        factory: Callable[[], QWidget],
        *,
        wide: bool = False,
        icon: str = "",
        opened: Callable[[Any], None] | None = None,
    ) -> None:
        """Make a view reachable from the sidebar, the menu, its shortcut and the palette: see `View`."""
        self.views.add(View(name, title, factory, wide, icon, opened), keys, self.tr("Views"))

    def open_conversation(self, conversation_id: int, message_id: int = 0) -> None:
        """Show a conversation, and in it a message if one is named."""
        self.views.to_conversation()
        self.talk.open(conversation_id, message_id)

    def new_chat(self) -> None:
        """An empty page; the conversation begins with its first message."""
        self.views.to_conversation()
        self.list.view.clearSelection()
        self.talk.new()

    def change_settings(self, settings: Settings) -> None:
        """Keep new settings, and show them wherever they are shown."""
        self._change(settings)

    def refresh_list(self) -> None:
        """List the conversations that fit what is searched for."""

        def show(items: list[Conversation]) -> None:
            waiting = self._deleting.waiting()
            self.list.show_items([item for item in items if item.id not in waiting], self._clock.now(), self.current)

        self._library.find(self.list.search.text().strip(), show, self.spaces.shown)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep where everything stood; then hide in the tray, or end. What is private is not kept, and said to go."""
        if not self.hide_on_close and self.care.private and not self._warned:
            self._warned = True
            event.ignore()
            goes = InputError(
                self.tr("A private chat ends with Mneme. Keep it, or close once more to let it go."),
            )
            self.errors.show_error(goes, self.tr("Keep this chat"), self.care.keep)
            return
        self._state.setValue("geometry", self.saveGeometry())
        self._state.setValue("splitter", self._splitter.saveState())
        self._drafts.keep()
        self.talk.keep_position()
        self._state.sync()
        if self.hide_on_close:
            event.ignore()
            self.hide()
        else:
            self.closing.emit()

    def _build(self) -> Views:
        pages = QStackedWidget()
        pages.addWidget(self.page)
        self.side.setMinimumWidth(280)
        self.side.setMaximumWidth(420)
        views = Views(pages, self.side, self.commands)
        for panel in (self.sources, self.care.panel):
            views.put(panel)
        self._splitter = QSplitter()
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        for zone in (self.list, pages, self.side):
            self._splitter.addWidget(zone)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([260, 920, 320])
        self.setCentralWidget(self._splitter)
        return views

    def _connect(self) -> None:
        engine, care, keeping = self._engine, self.care, self.keeping
        engine.opened.connect(self._opened)
        engine.failed.connect(self._engine_failed)
        engine.model_ready.connect(lambda _: self.talk.show_status())
        engine.changed.connect(self.talk.show_status)
        engine.changed.connect(care.refresh)
        self.views.added.connect(self.list.add_view)
        self.list.view_wanted.connect(self.views.open)
        self.list.opened.connect(self._open_from_list)
        self.list.searched.connect(lambda _: self.refresh_list())
        self.list.new_wanted.connect(self.new_chat)
        self.spaces.changed.connect(self.refresh_list)
        self.spaces.bar.known.connect(self.list.show_spaces)
        self.list.move_wanted.connect(self.spaces.bar.move_talk)
        self.spaces.bar.failed.connect(self.errors.show_error)
        self.list.model.renamed.connect(lambda key, title: self._library.rename(key, title, self.refresh_list))
        self.talk.listed.connect(self.refresh_list)
        self.talk.moved.connect(lambda: self._drafts.move(self.current))
        self.list.pin_wanted.connect(lambda key, on: self._library.pin(key, on, self.refresh_list))
        self.list.delete_wanted.connect(self._delete)
        self._deleting.changed.connect(self.refresh_list)
        self._deleting.erased.connect(self._erased)
        self.palette_.opened.connect(self.open_conversation)
        self.transcript.document_wanted.connect(self.open_conversation)
        self.transcript.sources_wanted.connect(self._open_sources)
        self.sources.opened.connect(self.open_conversation)
        self.sources.judged.connect(self._library.judge)
        for asking in (self.transcript, self.sources):
            asking.forget_wanted.connect(care.forget)
        self.sources.pin_wanted.connect(care.pin)
        care.panel_wanted.connect(lambda: self.views.show_panel(care.panel))
        care.erased.connect(self._erased)
        care.opened.connect(self.open_conversation)
        care.pausing.connect(self._change)
        care.mode_changed.connect(self.page.show_private)
        keeping.told.connect(self._tell)
        keeping.failed.connect(self.errors.show_error)
        keeping.came.connect(self.refresh_list)
        keeping.restored.connect(self.new_chat)

    def _add_views(self) -> None:
        """The views of this window; other rooms add theirs with `add_view`."""
        self.add_view("settings", self.tr("Settings"), "Ctrl+,", self._make_settings, icon="settings")
        self.add_view(
            "memory", self.tr("Memory"), "Ctrl+Shift+M", self._make_memory, wide=True, icon="library", opened=_refresh
        )
        self.add_view(
            "documents", self.tr("Documents"), "Ctrl+Shift+D", self._make_documents, icon="file-text", opened=_refresh
        )
        self.add_view("shortcuts", self.tr("Shortcuts"), "Ctrl+/", lambda: ShortcutsPanel(self.commands))
        self.add_view("diary", self.tr("Diary"), "Ctrl+D", self._make_diary, icon="book-open", opened=_refresh)
        self.add_view("export", self.tr("Export memory"), "", self.keeping.make_panel, opened=self.keeping.offer)

    def _add_commands(self) -> None:
        self.spaces.add_commands(self.commands)
        add, group = self.commands.add, self.tr("Conversation")
        add("chat.new", self.tr("New chat"), "Ctrl+N", self.new_chat, group)
        add("chat.find", self.tr("Find in this conversation"), "Ctrl+F", self.page.finder.open_bar, group)
        add("chat.search", self.tr("Search conversations"), "Ctrl+Shift+F", self.list.search.setFocus, group)
        add("recall", self.tr("Recall"), "Ctrl+Shift+K", self.recall_wanted.emit, group)
        add("chat.write", self.tr("Write a message"), "Ctrl+L", self.composer.field.setFocus, group)
        add("chat.attach", self.tr("Attach documents"), "Ctrl+Shift+A", self.composer.attach.click, group)
        add("chat.again", self.tr("Reply again"), "Ctrl+R", self.talk.reply_again_to_last, group)
        add("chat.edit", self.tr("Edit the last question"), "Ctrl+E", self.talk.edit_last, group)
        add("chat.before", self.tr("Version before"), "Alt+Left", lambda: self.talk.turn_version(-1), group)
        add("chat.after", self.tr("Version after"), "Alt+Right", lambda: self.talk.turn_version(1), group)
        group = self.tr("Window")
        add("window.palette", self.tr("Find anything"), "Ctrl+K", self.palette_.popup, group)
        add("window.larger", self.tr("Larger letters"), "Ctrl++", lambda: self._resize_letters(_LARGER), group)
        add("window.smaller", self.tr("Smaller letters"), "Ctrl+-", lambda: self._resize_letters(-_LARGER), group)
        add("window.usual", self.tr("Letters of the usual size"), "Ctrl+0", lambda: self._resize_letters(0), group)
        add("window.back", self.tr("Close the top thing"), "Escape", self._escape, group)
        add("window.close", self.tr("Close the window"), "Ctrl+W", self.close, group)
        add("window.quit", self.tr("Quit"), "Ctrl+Q", QApplication.quit, group)

    def _make_settings(self) -> SettingsPanel:
        panel = SettingsPanel()
        panel.changed.connect(self._change)
        panel.import_wanted.connect(self.keeping.choose)
        panel.export_wanted.connect(lambda: self.views.open("export"))
        panel.restore_wanted.connect(self.keeping.restore)
        if (assistant := self._engine.assistant) is not None:
            panel.show_settings(assistant.settings)
            panel.show_privacy(is_encrypted(assistant.data.root))
        return panel

    def _make_documents(self) -> DocumentsPanel:
        panel = DocumentsPanel(self._engine, self._tasks, self._clock)
        panel.failed.connect(self.errors.show_error)
        panel.opened.connect(self.open_conversation)
        panel.forget_wanted.connect(self.care.forget_conversation)
        self.care.erased.connect(panel.refresh)
        return panel

    def _make_diary(self) -> DiaryPanel:
        panel = DiaryPanel(self._engine, self._tasks, self._clock)
        panel.failed.connect(self.errors.show_error)
        return panel

    def _make_memory(self) -> MemoryPage:
        page = MemoryPage(self._engine, self._tasks, self._clock, self._state)
        page.opened.connect(self.open_conversation)
        page.changed.connect(self.refresh_list)
        return page

    def _restore(self) -> None:
        for name, restore in (("geometry", self.restoreGeometry), ("splitter", self._splitter.restoreState)):
            if isinstance(saved := self._state.value(name), QByteArray):
                restore(saved)
        self.side.hide()
        self.composer.field.setFocus()

    def _open_from_list(self, conversation_id: int) -> None:
        if self.side.currentWidget() is self.sources:
            self.side.hide()
        self.open_conversation(conversation_id)

    def _opened(self) -> None:
        self.page.busy.hide()
        self.composer.set_ready(True)
        assistant = self._engine.assistant
        assert assistant is not None
        self._show_settings(assistant.settings)
        if self.views.built("settings"):
            self.settings.show_privacy(is_encrypted(assistant.data.root))
        self.talk.open_last()
        self.refresh_list()
        self.talk.show_status()
        self.care.refresh()

    def _erased(self) -> None:
        """What was erased leaves the page, and drafts that may repeat it the state file."""
        self._drafts.forget()
        self.refresh_list()
        self.talk.read_again()

    def _engine_failed(self, error: MnemeError) -> None:
        self.page.busy.hide()
        again = self._engine.start if self._engine.assistant is None else self._engine.load_models
        self.errors.show_error(error, self.tr("Try again"), again)
        self.talk.show_status()

    def _change(self, settings: Settings) -> None:
        self._engine.change(settings)
        self._show_settings(settings)
        self.composer.set_ready(self._engine.assistant is not None)
        self.talk.show_status()

    def _show_settings(self, settings: Settings) -> None:
        if self.views.built("settings"):
            self.settings.show_settings(settings)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, settings.theme, settings.font_percent)
        self.list.redraw()
        self.page.redraw()
        self.hide_on_close = settings.close_to_tray and bool(self.property("tray"))

    def _library_failed(self, error: MnemeError) -> None:
        if self.views.built("settings"):
            self.settings.note.clear()
        self.errors.show_error(error)

    def _tell(self, words: str) -> None:
        self.settings.note.setText(words)

    def _delete(self, talk: Conversation) -> None:
        if talk.id == self.current:
            self.new_chat()
        self._deleting.delete(talk)

    def _resize_letters(self, by: int) -> None:
        if (assistant := self._engine.assistant) is not None:
            percent = assistant.settings.font_percent + by if by else 100
            self._change(replace(assistant.settings, font_percent=percent).checked())

    def _open_sources(self, hits: Sequence[Hit], question: int) -> None:
        self.sources.show_hits(hits, question, self._clock.now())
        self.views.show_panel(self.sources)

    def _escape(self) -> None:
        """Close the top thing."""
        if not self.palette_.isHidden():
            self.palette_.hide()
            self.composer.field.setFocus()
        elif self.page.finder.close_bar():
            self.composer.field.setFocus()
        elif self.turn.running:
            self.turn.stop()
        elif not self.errors.isHidden():
            self.errors.hide()
        elif self.composer.end_edit():
            pass
        elif not self.views.close():
            self.list.search.clear()


def _refresh(panel: DiaryPanel | DocumentsPanel | MemoryPage) -> None:
    panel.refresh()
