"""The window: conversations on the left, the transcript and its composer, a side panel on demand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QProgressBar,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.chat.events import Recalled
from app.core.clock import Clock
from app.core.errors import InputError, MnemeError
from app.core.settings import Settings
from app.core.types import Conversation, Hit, Message, is_private
from app.ui.chat.composer import Composer
from app.ui.chat.conversation_list import ConversationList
from app.ui.chat.library import Library, Thread
from app.ui.chat.sources import SourcesPanel
from app.ui.chat.transcript import Transcript
from app.ui.chat.turn import Turn
from app.ui.engine import Engine
from app.ui.error_bar import ErrorBar
from app.ui.keeping import Keeping
from app.ui.memory.care import Care
from app.ui.memory.diary import DiaryPanel
from app.ui.settings_panel import SettingsPanel
from app.ui.tasks import Tasks
from app.ui.theme import apply_theme
from app.ui.widgets import label, named

_DRAFT_LIMIT = 50_000
_EDGE = 4
PRIVATE_GOES = InputError("A private chat ends with Mneme. Keep it, or close once more to let it go.")


class Window(QMainWindow):
    """Paints before anything else is loaded; the engine arrives later."""

    recall_wanted = Signal()
    closing = Signal()

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, state: QSettings) -> None:
        super().__init__()
        self.setWindowTitle("Mneme")
        self.resize(1180, 760)
        self.hide_on_close = False
        self._warned = self._private_page = False
        self._engine, self._tasks, self._clock, self._state = engine, tasks, clock, state
        self.current: int | None = None
        self.list = ConversationList()
        self.transcript = Transcript()
        self.errors = ErrorBar(self)
        self.composer = Composer(self)
        self.status = label("Opening your memory…", "status")
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.sources = SourcesPanel()
        self.settings = SettingsPanel()
        self.diary = DiaryPanel(engine, tasks, clock)
        self.side = QStackedWidget()
        self.side.setMinimumWidth(280)
        self.side.setMaximumWidth(420)
        self.turn = Turn(engine, tasks)
        self._library = Library(engine, tasks, self._library_failed)
        self.keeping = Keeping(self, engine, tasks)
        self.care = Care(engine, tasks, clock, self._library_failed)
        self._build()
        self._connect()
        self._actions()
        self._restore()

    def open_conversation(self, conversation_id: int, message_id: int = 0) -> None:
        """Show a conversation, and in it a message if one is named."""
        if self._engine.assistant is None:
            return
        self.current = conversation_id
        self._note_current()

        def show(found: Thread) -> None:
            if self.current == conversation_id:
                self.transcript.show_thread(self.turn.finished(found[0]), *found[1:], self._clock.now())
                self.turn.show_live(self.transcript, conversation_id, self._clock.now())
                if message_id:
                    self.transcript.find_message(message_id)

        self._library.read(conversation_id, message_id, show)
        self.care.show_conversation(conversation_id)
        self.refresh_list()

    def new_chat(self) -> None:
        """An empty page; the conversation begins with its first message."""
        self.current = None
        self._note_current()
        self.care.show_conversation(None)
        self.transcript.clear()
        self.list.view.clearSelection()
        self.composer.field.setFocus()

    def refresh_list(self) -> None:
        """List the conversations that fit what is searched for."""

        def show(items: list[Conversation]) -> None:
            self.list.show_items(items, self._clock.now(), self.current)

        self._library.find(self.list.search.text().strip(), show)

    def show_side(self, panel: QWidget) -> None:
        """Open the side panel."""
        self.side.setCurrentWidget(panel)
        self.side.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep where everything stood; then hide in the tray, or end. What is private is not kept, and said to go."""
        if not self.hide_on_close and self.care.private and not self._warned:
            self._warned = True
            event.ignore()
            self.errors.show_error(PRIVATE_GOES, "Keep this chat", self.care.keep)
            return
        self._state.setValue("geometry", self.saveGeometry())
        self._state.setValue("splitter", self._splitter.saveState())
        draft = "" if self._private_page else self.composer.field.whole_text()
        self._state.setValue("draft", draft if len(draft) <= _DRAFT_LIMIT else "")
        self._state.sync()
        if self.hide_on_close:
            event.ignore()
            self.hide()
        else:
            self.closing.emit()

    def _build(self) -> None:
        column = self._page = named(QWidget(), "page")
        column.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        below = QWidget()
        below.setMaximumWidth(720)
        inside = QVBoxLayout(below)
        inside.setContentsMargins(0, 0, 0, 8)
        inside.setSpacing(8)
        for part in (self.errors, self.care.bar, self.composer, self.status):
            inside.addWidget(part)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 0, 24, 0)
        foot.addStretch(1)
        foot.addWidget(below, 1000)
        foot.addStretch(1)
        page = QVBoxLayout(column)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.busy)
        page.addWidget(self.transcript, 1)
        page.addLayout(foot)
        for panel in (self.sources, self.settings, self.diary, self.care.panel):
            self.side.addWidget(panel)
        self._splitter = QSplitter()
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        for zone in (self.list, column, self.side):
            self._splitter.addWidget(zone)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([260, 920, 320])
        self.setCentralWidget(self._splitter)

    def _connect(self) -> None:
        engine, turn = self._engine, self.turn
        engine.opened.connect(self._opened)
        engine.failed.connect(self._engine_failed)
        engine.model_ready.connect(lambda _: self._show_status())
        engine.changed.connect(self._show_status)
        self.list.opened.connect(self._open_from_list)
        self.list.searched.connect(lambda _: self.refresh_list())
        self.list.new_wanted.connect(self.new_chat)
        self.list.settings_wanted.connect(self._open_settings)
        self.list.diary_wanted.connect(self._open_diary)
        self.diary.failed.connect(self.errors.show_error)
        self.list.model.renamed.connect(lambda key, title: self._library.rename(key, title, self.refresh_list))
        self.composer.sent.connect(lambda text: turn.ask(text, self.current, self.care.mode))
        self.composer.stopped.connect(turn.stop)
        self.composer.begun.connect(engine.load_models)  # they may have been unloaded while nobody wrote
        self.transcript.sources_wanted.connect(self._open_sources)
        self.sources.opened.connect(self.open_conversation)
        self.sources.judged.connect(self._library.judge)
        for asking in (self.transcript, self.sources):
            asking.forget_wanted.connect(self.care.forget)
        self.sources.pin_wanted.connect(self.care.pin)
        self.care.panel_wanted.connect(lambda: self.show_side(self.care.panel))
        self.care.erased.connect(self._erased)
        self.care.opened.connect(self.open_conversation)
        self.care.pausing.connect(self._change)
        self.care.mode_changed.connect(self._show_private)
        engine.changed.connect(self.care.refresh)
        for panel in (self.sources, self.settings, self.diary, self.care.panel):
            panel.close_button.clicked.connect(self.side.hide)
        self.settings.changed.connect(self._change)
        self.settings.import_wanted.connect(self.keeping.choose)
        self.settings.export_wanted.connect(self.keeping.export)
        self.settings.restore_wanted.connect(self.keeping.restore)
        self.keeping.told.connect(self.settings.note.setText)
        self.keeping.failed.connect(self.errors.show_error)
        self.keeping.came.connect(self.refresh_list)
        self.keeping.restored.connect(self.new_chat)
        turn.began.connect(self._turn_began)
        turn.stored.connect(self._turn_stored)
        turn.recalled.connect(self._turn_recalled)
        turn.words.connect(self._turn_words)
        turn.progress.connect(self.status.setText)
        turn.ended.connect(self._turn_ended)
        turn.failed.connect(self._turn_failed)

    def _actions(self) -> None:
        for keys, act in (
            ("Ctrl+N", self.new_chat),
            ("Ctrl+F", self.list.search.setFocus),
            ("Ctrl+K", self.recall_wanted.emit),
            ("Ctrl+,", self._open_settings),
            ("Ctrl+D", self._open_diary),
            ("Ctrl+L", self.composer.field.setFocus),
            ("Ctrl+W", self.close),
            ("Ctrl+Q", QApplication.quit),
            ("Escape", self._escape),
        ):
            action = QAction(self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(act)
            self.addAction(action)

    def _restore(self) -> None:
        for name, restore in (("geometry", self.restoreGeometry), ("splitter", self._splitter.restoreState)):
            if isinstance(saved := self._state.value(name), QByteArray):
                restore(saved)
        self.side.hide()
        self.composer.field.setPlainText(str(self._state.value("draft", "")))
        self.composer.field.setFocus()

    def _open_from_list(self, conversation_id: int) -> None:
        if self.side.currentWidget() is self.sources:
            self.side.hide()
        self.open_conversation(conversation_id)

    def _opened(self) -> None:
        self.busy.hide()
        self.composer.set_ready(True)
        assistant = self._engine.assistant
        assert assistant is not None
        self.settings.show_settings(assistant.settings)
        self._dress(assistant.settings)
        last = str(self._state.value("conversation", ""))
        if last.isdigit() and self.current is None:
            self.open_conversation(int(last))
        self.refresh_list()
        self._show_status()
        self.care.refresh()

    def _note_current(self) -> None:
        """Remember across a restart which conversation is open; a private one leaves no trace."""
        if self.current is None or is_private(self.current):
            self._state.remove("conversation")
        else:
            self._state.setValue("conversation", self.current)

    def _show_private(self, private: bool) -> None:
        """Tint the edge of a page on which nothing is written."""
        self._private_page = private
        self._page.setContentsMargins(_EDGE if private else 0, 0, 0, 0)
        for part in (self._page, self.composer):
            part.setProperty("private", "true" if private else "false")
            part.style().polish(part)

    def _erased(self) -> None:
        """What was erased leaves the page, and the draft that repeats it the state file."""
        self._state.remove("draft")
        self.refresh_list()
        if self.current is not None:
            self.open_conversation(self.current)

    def _engine_failed(self, error: MnemeError) -> None:
        self.busy.hide()
        again = self._engine.start if self._engine.assistant is None else self._engine.load_models
        self.errors.show_error(error, "Try again", again)
        self._show_status()

    def _show_status(self) -> None:
        self.status.setText(self.turn.status())

    def _here(self) -> bool:
        return self.turn.conversation is not None and self.turn.conversation == self.current

    def _turn_began(self) -> None:
        self.errors.hide()
        self.composer.set_busy(True)
        if self._here():
            self.transcript.begin_again(self._clock.now())
        else:
            self.composer.field.setReadOnly(True)

    def _turn_stored(self, conversation: Conversation) -> None:
        """The question is safe: the field is free again."""
        self.composer.field.clear()
        self.composer.field.setReadOnly(False)
        if self.turn.began_in == self.current:
            self.current = conversation.id
            self._note_current()
            self.care.show_conversation(conversation.id)
            if self.turn.question is not None:
                self.transcript.add(self.turn.question)
            self.transcript.begin_reply(self._clock.now())
        self.refresh_list()

    def _turn_recalled(self, recalled: Recalled) -> None:
        if self._here():
            question = self.turn.question.id if self.turn.question is not None else 0
            self.transcript.set_sources(recalled.hits, recalled.verdict, question)

    def _turn_words(self, text: str) -> None:
        if self._here():
            self.transcript.add_words(text)

    def _turn_ended(self, message: Message | None) -> None:
        self._turn_over()
        if self._here():
            self.transcript.end_reply(message)
        self._show_status()

    def _turn_failed(self, error: MnemeError) -> None:
        self._turn_over()
        again = self.turn.retry if self.turn.question is not None else None
        self.errors.show_error(error, "Ask again" if again else "", again)
        if self._here() and self.current is not None:
            self.open_conversation(self.current)
        self._show_status()

    def _turn_over(self) -> None:
        self.composer.set_busy(False)
        self.composer.field.setReadOnly(False)

    def _change(self, settings: Settings) -> None:
        self._engine.change(settings)
        self.settings.show_settings(settings)
        self._dress(settings)
        self.composer.set_ready(self._engine.assistant is not None)
        self._show_status()

    def _dress(self, settings: Settings) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, settings.theme)
        self.list.redraw()
        self.composer.redraw()
        self.transcript.redraw()
        self.hide_on_close = settings.close_to_tray and bool(self.property("tray"))

    def _library_failed(self, error: MnemeError) -> None:
        self.settings.note.clear()
        self.errors.show_error(error)

    def _open_sources(self, hits: Sequence[Hit], question: int) -> None:
        self.sources.show_hits(hits, question, self._clock.now())
        self.show_side(self.sources)

    def _open_diary(self) -> None:
        self.show_side(self.diary)
        self.diary.refresh()

    def _open_settings(self) -> None:
        self.show_side(self.settings)

    def _escape(self) -> None:
        """Close the top thing."""
        if self.turn.running:
            self.turn.stop()
        elif not self.errors.isHidden():
            self.errors.hide()
        elif not self.side.isHidden():
            self.side.hide()
        else:
            self.list.search.clear()
