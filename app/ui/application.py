"""Start the window: paint first, then open the store and the models behind it."""

from __future__ import annotations

import json
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSettings, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from app import __version__
from app.core.clock import SystemClock
from app.core.errors import MnemeError
from app.core.paths import DataDir, default_data_dir, keep_private
from app.core.settings import Settings, load_settings
from app.ui.attendance import Attendance
from app.ui.chat.window import Window
from app.ui.desk.desk import Desk
from app.ui.desk.quick_recall import QuickRecall
from app.ui.desk.tray import Tray
from app.ui.engine import Engine
from app.ui.instance import Instance
from app.ui.language import speak
from app.ui.tasks import Tasks
from app.ui.theme import application_icon, apply_theme

if TYPE_CHECKING:
    from app.bootstrap import Assistant

_MEANING_WAIT_S = 2.0


class Desktop:
    """The window, the tray and quick recall of one store, wired together."""

    def __init__(self, data_dir: Path, model_path: Path | None) -> None:
        self.tasks = Tasks()
        clock = SystemClock()
        self.engine = Engine(self.tasks, partial(_build, data_dir, model_path))
        state = QSettings(str(data_dir / "window.ini"), QSettings.Format.IniFormat)
        self.window = Window(self.engine, self.tasks, clock, state)
        self.quick = QuickRecall(self.engine, self.tasks, clock)
        self.desk = Desk(self.window, self.engine, self.tasks, self.quick, self.show)
        self.window.closing.connect(QApplication.quit)

    @property
    def tray(self) -> Tray:
        """The icon in the tray."""
        return self.desk.tray

    def show(self) -> None:
        """Bring the window to the front."""
        self.window.show()
        self.window.setWindowState(self.window.windowState() & ~self.window.windowState().WindowMinimized)
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> None:
        """End everything in order: no callback, no model, no open store is left."""
        self.window.hide_on_close = False
        self.desk.close()
        self.window.close()
        self.tasks.close()
        self.engine.close()

    def asked(self, wish: str) -> None:
        """What another start of Mneme wants of this one."""
        if wish == "recall":
            self.quick.popup()
        else:
            self.show()


def run(
    data_dir: Path | None,
    model_path: Path | None,
    *,
    hidden: bool = False,
    recall: bool = False,
    report_first_paint: bool = False,
) -> int:
    """Run the window until it is closed; the exit code. A second start shows the first window and returns 0."""
    keep_private()
    data = DataDir(data_dir or default_data_dir())
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Mneme")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("mneme")
    application.setWindowIcon(application_icon())
    application.setQuitOnLastWindowClosed(False)
    instance = Instance(data.root)
    if not instance.claim("recall" if recall else "show"):
        return 0
    settings = _first_settings(data)
    speak(application, settings.language)
    apply_theme(application, settings.theme)
    desktop = Desktop(data.root, model_path)
    Attendance(desktop.engine, application)
    instance.asked.connect(desktop.asked)
    notifier = _quit_on_signals(application)
    if (hidden or recall) and desktop.tray.isVisible():
        QTimer.singleShot(0, desktop.engine.start)
        if recall:
            QTimer.singleShot(0, desktop.quick.popup)
    else:
        paint = _FirstPaint(desktop, report_first_paint)
        desktop.window.installEventFilter(paint)
        desktop.window.show()
    code = application.exec()
    notifier.setEnabled(False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # a second Ctrl+C ends what will not end by itself
    desktop.close()
    return code


class _FirstPaint(QObject):
    """Starts the engine once the window has painted, so that nothing stands between a click and a window."""

    def __init__(self, desktop: Desktop, report: bool) -> None:
        super().__init__()
        self._desktop = desktop
        self._report = report
        self._painted = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self._painted and event.type() is QEvent.Type.Paint:
            self._painted = True
            QTimer.singleShot(0, self._after)
        return False

    def _after(self) -> None:
        if self._report:
            print(json.dumps({"painted_at": time.time()}), flush=True)  # noqa: T201 - what was asked for
            QApplication.quit()
        else:
            self._desktop.engine.start()


def _build(data_dir: Path, model_path: Path | None) -> Assistant:
    """The engine, imported on a thread once the window is there."""
    from app.bootstrap import build

    return build(data_dir, model_path=model_path, meaning_wait_s=_MEANING_WAIT_S)


def _first_settings(data: DataDir) -> Settings:
    """What is needed for the first paint; a broken settings file is reported later, in the window."""
    try:
        return load_settings(data.settings)
    except MnemeError:
        return Settings()


def _quit_on_signals(application: QApplication) -> QSocketNotifier:
    """Ctrl+C and a polite kill end the app in order; Python learns of them although Qt runs the loop."""
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, application)

    def end() -> None:
        reading.recv(64)
        writing.fileno()  # both ends live as long as the notifier does
        application.quit()

    notifier.activated.connect(lambda *_: end())
    return notifier
