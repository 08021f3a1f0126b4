"""All that the window holds: conversations on the left, the transcript and its composer, a side panel on demand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSettings, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QWidget

from app.core.clock import Clock
from app.core.errors import MnemeError
from app.core.types import Conversation, Hit
from app.ui.chat.attaching import Attachments
from app.ui.chat.conversation_list import ConversationList
from app.ui.chat.deleting import Deleting
from app.ui.chat.drafts import Drafts
from app.ui.chat.foresight import Foresight
from app.ui.chat.library import Library
from app.ui.chat.page import ChatPage
from app.ui.chat.sources import SourcesPanel
from app.ui.chat.talk import Talk
from app.ui.chat.turn import Turn
from app.ui.commands import Commands
from app.ui.engine import Engine
from app.ui.memory.care import Care
from app.ui.memory.spaces import Spaces
from app.ui.palette import Palette
from app.ui.panels import Views
from app.ui.tasks import Tasks


class Room(QWidget):
    """Its parts, and how they are joined. What outlives it, as a reply that streams, is handed in: a room is made anew
    when another language is spoken. `settings_wanted` carries settings that are to be kept."""

    settings_wanted = Signal(object)

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, state: QSettings, turn: Turn) -> None:
        super().__init__()
        self._engine, self._clock, self._state = engine, clock, state
        self.tasks, self.turn = tasks, turn
        self.commands = Commands(self, state)
        self.library = Library(engine, tasks, self.show_problem)
        self.care = Care(engine, tasks, clock, self.show_problem)
        self.care.setParent(self)
        self.list = ConversationList()
        self.page = ChatPage(self.care.bar, Attachments(engine, tasks, clock))
        self.talk = Talk(self.page, turn, self.care, self.library, engine, clock, state)
        self.drafts = Drafts(self.page, state)
        self.deleting = Deleting(engine, tasks, self.page.undo, state, self.show_problem)
        self.palette_ = Palette(self, self.commands, self.library, engine, tasks, clock)
        Foresight(engine, tasks, turn, self.page.composer, lambda: (self.talk.current, self.care.mode))
        self.sources = SourcesPanel()
        self.side = QStackedWidget()
        self.views = self._build()
        self.spaces = Spaces(engine, tasks, state, self.views, lambda: self.talk.current)
        self.spaces.setParent(self)
        self.list.put_above(self.spaces.bar)
        self._connect()
        self._connect_care()
        self._restore()

    def open_conversation(self, conversation_id: int, message_id: int = 0) -> None:
        """Show a conversation, and in it a message if one is named."""
        self.views.to_conversation()
        self.talk.open(conversation_id, message_id)

    def new_chat(self) -> None:
        """An empty page; the conversation begins with its first message."""
        self.views.to_conversation()
        self.list.view.clearSelection()
        self.talk.new()

    def refresh_list(self) -> None:
        """List the conversations that fit what is searched for."""

        def show(items: list[Conversation]) -> None:
            waiting = self.deleting.waiting()
            found = [item for item in items if item.id not in waiting]
            self.list.show_items(found, self._clock.now(), self.talk.current)

        self.library.find(self.list.search.text().strip(), show, self.spaces.shown)

    def show_problem(self, error: MnemeError) -> None:
        """Say what went wrong."""
        if self.views.built("settings"):
            self.views.widget("settings").note.clear()  # type: ignore[attr-defined]
        self.page.errors.show_error(error)

    def opened(self) -> None:
        """The store is open: there is something to show."""
        self.page.busy.hide()
        self.page.composer.set_ready(True)
        self.drafts.bring_documents()
        self.talk.open_last()
        self.refresh_list()
        self.talk.show_status()
        self.care.refresh()

    def redraw(self) -> None:
        """Draw everything in the colours of the theme in use."""
        self.list.redraw()
        self.page.redraw()

    def keep(self) -> None:
        """Keep over a restart where everything stands."""
        self._state.setValue("splitter", self._splitter.saveState())
        self.drafts.keep()
        self.talk.keep_position()
        self._state.sync()

    def escape(self) -> None:
        """Close the top thing."""
        if not self.palette_.isHidden():
            self.palette_.hide()
            self.page.composer.field.setFocus()
        elif self.page.finder.close_bar():
            self.page.composer.field.setFocus()
        elif self.turn.running:
            self.turn.stop()
        elif not self.page.errors.isHidden():
            self.page.errors.hide()
        elif self.page.composer.end_edit():
            pass
        elif not self.views.close():
            self.list.search.clear()

    def show_sources(self, hits: Sequence[Hit], question: int) -> None:
        """Open the panel of what a reply was shown."""
        self.sources.show_hits(hits, question, self._clock.now())
        self.views.show_panel(self.sources)

    def erased(self) -> None:
        """What was erased leaves the page, and drafts that may repeat it the state file."""
        self.drafts.forget()
        self.refresh_list()
        self.talk.read_again()

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
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._splitter)
        return views

    def _connect(self) -> None:
        self._engine.opened.connect(self.opened)
        self._engine.model_ready.connect(self.talk.show_status)
        self._engine.changed.connect(self.talk.show_status)
        self._engine.changed.connect(self.care.refresh)
        self.views.added.connect(self.list.add_view)
        self.list.view_wanted.connect(self.views.open)
        self.list.opened.connect(self._open_from_list)
        self.list.searched.connect(self.refresh_list)
        self.list.new_wanted.connect(self.new_chat)
        self.spaces.changed.connect(self.refresh_list)
        self.spaces.bar.known.connect(self.list.show_spaces)
        self.list.move_wanted.connect(self.spaces.bar.move_talk)
        self.spaces.bar.failed.connect(self.page.errors.show_error)
        self.list.model.renamed.connect(lambda key, title: self.library.rename(key, title, self.refresh_list))
        self.list.pin_wanted.connect(lambda key, on: self.library.pin(key, on, self.refresh_list))
        self.list.delete_wanted.connect(self._delete)
        self.talk.listed.connect(self.refresh_list)
        self.talk.moved.connect(lambda: self.drafts.move(self.talk.current))
        self.deleting.changed.connect(self.refresh_list)
        self.deleting.erased.connect(self.erased)
        self.palette_.opened.connect(self.open_conversation)
        self.page.transcript.document_wanted.connect(self.open_conversation)
        self.page.transcript.sources_wanted.connect(self.show_sources)
        self.sources.opened.connect(self.open_conversation)
        self.sources.judged.connect(self.library.judge)

    def _connect_care(self) -> None:
        care = self.care
        for asking in (self.page.transcript, self.sources):
            asking.forget_wanted.connect(care.forget)
        self.sources.pin_wanted.connect(care.pin)
        care.panel_wanted.connect(lambda: self.views.show_panel(care.panel))
        care.erased.connect(self.erased)
        care.opened.connect(self.open_conversation)
        care.pausing.connect(self.settings_wanted)
        care.mode_changed.connect(self.page.show_private)

    def _restore(self) -> None:
        if isinstance(saved := self._state.value("splitter"), QByteArray):
            self._splitter.restoreState(saved)
        self.side.hide()
        if self._engine.assistant is not None:
            QTimer.singleShot(0, self, self.refresh_list)

    def _open_from_list(self, conversation_id: int) -> None:
        if self.side.currentWidget() is self.sources:
            self.side.hide()
        self.open_conversation(conversation_id)

    def _delete(self, talk: Conversation) -> None:
        if talk.id == self.talk.current:
            self.new_chat()
        self.deleting.delete(talk)
