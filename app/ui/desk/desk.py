"""Mneme on the desktop: the tray, the hotkey, quick recall, and the views of models and network, joined to a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from app.core.errors import InputError, MnemeError
from app.core.settings import Settings
from app.core.types import Mode
from app.ui.desk.hotkey import Hotkey
from app.ui.desk.quick_recall import QuickRecall
from app.ui.desk.tray import Tray
from app.ui.engine import Engine
from app.ui.models.downloads import Downloads
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from app.ui.chat.window import Window


class Desk(QObject):
    """Wires what lies outside the window to it, and adds its own views. Everything heavy is built when it is opened."""

    def __init__(
        self, window: Window, engine: Engine, tasks: Tasks, quick: QuickRecall, show: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._window, self._engine, self._tasks, self._show = window, engine, tasks, show
        self._quick = quick
        self.tray = Tray(window)
        self.hotkey = Hotkey()
        self.downloads = Downloads(tasks, self._downloader)
        self._connect()
        self._furnish()
        window.renewed.connect(self._renew)
        if QSystemTrayIcon.isSystemTrayAvailable():
            window.setProperty("tray", True)
            self.tray.show()

    def close(self) -> None:
        """Give the hotkey back, and pause what is being fetched."""
        self.hotkey.close()
        self.downloads.close()

    def _connect(self) -> None:
        window, tray, quick = self._window, self.tray, self._quick
        quick.opened.connect(self._open)
        quick.asked.connect(self._ask)
        window.recall_wanted.connect(quick.popup)
        tray.recall_wanted.connect(quick.popup)
        tray.window_wanted.connect(self._show)
        tray.new_wanted.connect(self._new_chat)
        tray.private_wanted.connect(self._private_chat)
        tray.sleep_wanted.connect(self._sleep)
        tray.pause_wanted.connect(self._pause)
        self.hotkey.pressed.connect(quick.popup)
        self.hotkey.refused.connect(self._hotkey_refused)
        self._engine.opened.connect(self._settings_changed)
        self._engine.opened.connect(self._welcome)
        self._engine.changed.connect(self._settings_changed)

    def _furnish(self) -> None:
        """What a room has of the desktop."""
        self._window.care.paused.connect(self.tray.show_paused)
        add = self._window.add_view
        add("models", self.tr("Models"), "Ctrl+M", self._make_models, wide=True, icon="cpu", opened=_refresh)
        add("network", self.tr("Network calls"), "", self._make_network, wide=True, opened=_refresh)

        add("welcome", self.tr("Welcome"), "", self._make_welcome, wide=True, opened=_refresh)

    def _make_welcome(self) -> QWidget:
        from app.ui.desk.welcome import WelcomePage

        page = WelcomePage(self._engine)
        page.done.connect(self._window.views.to_conversation)
        page.import_wanted.connect(self._window.keeping.choose)
        page.models_wanted.connect(self._fetch)
        return page

    def _welcome(self) -> None:
        """The first time, once; reachable ever after."""
        assistant = self._engine.assistant
        if assistant is not None and not assistant.settings.welcomed:
            self._window.change_settings(replace(assistant.settings, welcomed=True))
            self._window.views.open("welcome")

    def _fetch(self, key: str) -> None:
        """Go to the models, and begin with one that was chosen."""
        page: Any = self._window.views.open("models")
        if key and not page.rows[key].bar.isVisible():
            page.rows[key].button.click()

    def _make_models(self) -> QWidget:
        from app.ui.models.page import ModelsPage

        page = ModelsPage(self._engine, self._window.room.tasks, self.downloads)
        page.changed.connect(self._window.change_settings)
        page.failed.connect(self._window.errors.show_error)
        page.network_wanted.connect(lambda: self._window.views.open("network"))
        return page

    def _make_network(self) -> QWidget:
        from app.ui.desk.network import NetworkPage

        page = NetworkPage(self._engine, self._window.room.tasks)
        page.failed.connect(self._window.errors.show_error)
        return page

    def _renew(self) -> None:
        """Another language is spoken: a new room is there, and what lies outside it is named anew."""
        self._furnish()
        self.tray.name()
        self._quick.name()

    def _pause(self, on: bool) -> None:
        self._window.care.pause(on)

    def _downloader(self) -> Any:
        from app.core.ledger import Ledger
        from app.runtime.download import Downloader

        assistant = self._engine.assistant
        assert assistant is not None
        return Downloader(assistant.settings.own_models, Ledger(assistant.data.network, assistant.clock))

    def _settings_changed(self) -> None:
        """Bring the hotkey and the start at login to what the settings say."""
        assistant = self._engine.assistant
        if assistant is None:
            return
        settings: Settings = assistant.settings
        self.hotkey.set(settings.hotkey)
        data_dir = assistant.data.root

        def work() -> None:
            from app.core.paths import default_data_dir
            from app.ui.desk.autostart import start_at_login, starts_at_login

            if starts_at_login() != settings.start_at_login:
                start_at_login(settings.start_at_login, None if data_dir == default_data_dir() else data_dir)

        self._tasks.run(work, lambda _: None, self._failed)

    def _hotkey_refused(self, problem: str) -> None:
        """Told once, quietly: in the status line, and in the settings as long as it stands."""
        self._window.page.status.setText(problem)

    def _failed(self, error: MnemeError) -> None:
        self._window.errors.show_error(error)

    def _open(self, conversation_id: int, message_id: int) -> None:
        self._show()
        self._window.open_conversation(conversation_id, message_id)

    def _new_chat(self) -> None:
        self._show()
        self._window.new_chat()

    def _private_chat(self) -> None:
        self._new_chat()
        self._window.care.bar.chosen.emit(Mode.OFF)

    def _ask(self, text: str) -> None:
        """Ask in a new chat; while a reply is being written, the words wait in the field."""
        self._new_chat()
        window = self._window
        if self._engine.assistant is None or window.turn.running:
            window.composer.field.setPlainText(text)
            window.errors.show_error(InputError(self.tr("Your question waits in the field until Mneme is ready.")))
        else:
            window.composer.sent.emit(text)

    def _sleep(self) -> None:
        self._show()
        self._window.views.open("diary")
        self._window.diary.night.click()


def _refresh(page: Any) -> None:
    page.refresh()
