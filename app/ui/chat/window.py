"""The window: it paints before anything else is loaded, keeps where everything stood, and hides or ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QSettings, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from app.core.clock import Clock
from app.core.errors import InputError, MnemeError
from app.core.settings import Settings
from app.core.volume import is_encrypted
from app.ui.chat.carried import Carried
from app.ui.chat.composer import Composer
from app.ui.chat.conversation_list import ConversationList
from app.ui.chat.own_views import OwnViews, add_commands
from app.ui.chat.page import ChatPage
from app.ui.chat.room import Room
from app.ui.chat.talk import Talk
from app.ui.chat.transcript import Transcript
from app.ui.chat.turn import Turn
from app.ui.commands import Commands
from app.ui.engine import Engine
from app.ui.error_bar import ErrorBar
from app.ui.keeping import Keeping
from app.ui.language import speak
from app.ui.memory.care import Care
from app.ui.memory.diary import DiaryPanel
from app.ui.memory.spaces import Spaces
from app.ui.panels import View, Views
from app.ui.settings_panel import SettingsPanel
from app.ui.tasks import Tasks
from app.ui.theme import apply_theme


class Window(QMainWindow):
    """What is in it is a `Room`, which is made anew, in its place, when another language is spoken: then `renewed`.

    Replies, imports and exports go on meanwhile: they belong to the window.
    """

    recall_wanted = Signal()
    closing = Signal()
    renewed = Signal()

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, state: QSettings) -> None:
        super().__init__()
        self.setWindowTitle("Mneme")
        self.resize(1180, 760)
        self.hide_on_close = False
        self._warned = False
        self.engine, self.clock, self.state = engine, clock, state
        self._tasks = tasks
        self.turn = Turn(engine, tasks)
        self.keeping = Keeping(self, engine, tasks, lambda: self.current)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._renew)
        self._furnish()
        engine.opened.connect(self._opened)
        engine.failed.connect(self._engine_failed)
        self.keeping.told.connect(self._tell)
        self.keeping.failed.connect(self._show_error)
        self.keeping.came.connect(self.refresh_list)
        self.keeping.restored.connect(self.new_chat)
        if isinstance(saved := state.value("geometry"), QByteArray):
            self.restoreGeometry(saved)

    @property
    def current(self) -> int | None:
        """The conversation that is open."""
        return self.room.talk.current

    @property
    def views(self) -> Views:
        """What can be opened beside the conversation."""
        return self.room.views

    @property
    def commands(self) -> Commands:
        """All that can be done."""
        return self.room.commands

    @property
    def settings(self) -> SettingsPanel:
        """The settings, open or not."""
        return cast(SettingsPanel, self.views.widget("settings"))

    @property
    def diary(self) -> DiaryPanel:
        """The diary, open or not."""
        return cast(DiaryPanel, self.views.widget("diary"))

    @property
    def list(self) -> ConversationList:
        """The conversations."""
        return self.room.list

    @property
    def page(self) -> ChatPage:
        """The page of the conversation, with its parts below."""
        return self.room.page

    @property
    def transcript(self) -> Transcript:
        return self.page.transcript

    @property
    def composer(self) -> Composer:
        return self.page.composer

    @property
    def errors(self) -> ErrorBar:
        return self.page.errors

    @property
    def talk(self) -> Talk:
        """The conversation that is open."""
        return self.room.talk

    @property
    def care(self) -> Care:
        """Forgetting, privacy and the pause."""
        return self.room.care

    @property
    def spaces(self) -> Spaces:
        """Bar and panel of the spaces."""
        return self.room.spaces

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
        self.room.open_conversation(conversation_id, message_id)

    def new_chat(self) -> None:
        """An empty page; the conversation begins with its first message."""
        self.room.new_chat()

    def refresh_list(self) -> None:
        """List the conversations that fit what is searched for."""
        self.room.refresh_list()

    def change_settings(self, settings: Settings) -> None:
        """Keep new settings, and show them wherever they are shown."""
        self.engine.change(settings)
        self._show_settings(settings)
        self.composer.set_ready(self.engine.assistant is not None)
        self.talk.show_status()

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language as soon as nothing else is going on: it may come from a list that is still open."""
        if event.type() is QEvent.Type.LanguageChange:
            self._later.start()
        super().changeEvent(event)

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
        self.state.setValue("geometry", self.saveGeometry())
        self.room.keep()
        if self.hide_on_close:
            event.ignore()
            self.hide()
        else:
            self.closing.emit()

    def _furnish(self) -> None:
        """Make a new room, in the language that is spoken now."""
        self.room = Room(self.engine, self._tasks.branch(), self.clock, self.state, self.turn)
        self.room.settings_wanted.connect(self.change_settings)
        OwnViews(self)
        add_commands(self)
        self.setCentralWidget(self.room)
        self.composer.field.setFocus()  # not before: it is the window that remembers where the focus is

    def _renew(self) -> None:
        """Put a new room in the place of the old one, and bring over what was in it. What ended speaks no more."""
        if self._tasks.closed:
            return
        old, carried = self.room, Carried.out_of(self.room)
        old.keep()
        old.tasks.close()
        self.takeCentralWidget()
        old.hide()
        self._furnish()
        self.renewed.emit()
        if self.engine.assistant is not None:
            self.room.opened()
        carried.into(self.room)
        old.deleteLater()
        QCoreApplication.sendPostedEvents(old, QEvent.Type.DeferredDelete)

    def _opened(self) -> None:
        assistant = self.engine.assistant
        assert assistant is not None
        self._show_settings(assistant.settings)
        if self.views.built("settings"):
            self.settings.show_privacy(is_encrypted(assistant.data.root))

    def _engine_failed(self, error: MnemeError) -> None:
        self.page.busy.hide()
        again = self.engine.start if self.engine.assistant is None else self.engine.load_models
        self.errors.show_error(error, self.tr("Try again"), again)
        self.talk.show_status()

    def _show_settings(self, settings: Settings) -> None:
        if self.views.built("settings"):
            self.settings.show_settings(settings)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        speak(application, settings.language)
        apply_theme(application, settings.theme, settings.font_percent)
        self.room.redraw()
        self.hide_on_close = settings.close_to_tray and bool(self.property("tray"))

    def _show_error(self, error: MnemeError) -> None:
        self.errors.show_error(error)

    def _tell(self, words: str) -> None:
        self.settings.note.setText(words)
