"""The diary in the side panel: what nights changed, day by day, each line with the way back; and a night now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.core.clock import Clock
from app.core.errors import ConsentNeeded, MnemeError
from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.widgets import SidePanel, label, link, named
from app.ui.words.dates import friendly_date
from app.ui.words.phrases import told

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant
    from app.memory.diary import Line

T = TypeVar("T")
_AT_ONCE = 60
_EMPTY = QT_TRANSLATE_NOOP(
    "DiaryPanel", "Nothing has changed yet. While you are away, Mneme goes over what is new, and tells of it here."
)


@dataclass(frozen=True, slots=True)
class _Page:
    """What is read for the panel: lines, and what the last night asked for, if nothing was done about it since."""

    lines: list[Line]
    asks: str


class DiaryPanel(SidePanel):
    """Reads when it is shown. Emits `failed` with an error, and never asks the store on the UI thread."""

    failed = Signal(object)
    _progressed = Signal(str, int, int)

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock) -> None:
        super().__init__(QCoreApplication.translate("DiaryPanel", "Diary"))
        self._engine, self._tasks, self._clock = engine, tasks, clock
        self._limit = _AT_ONCE
        self._stop = False
        self.night = link(self.tr("Sleep now"))
        self.night.setToolTip(self.tr("Go over what is new right now, as in a night"))
        self.night.clicked.connect(self._sleep_or_stop)
        self.progress = QProgressBar(textVisible=False)
        self.progress.setAccessibleName(self.tr("How far the night is"))
        self.progress.hide()
        self.question = self._question()
        self._progressed.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self.page = QVBoxLayout()
        self.page.setSpacing(4)
        for part in (self.night, self.progress, self.question):
            self.body.addWidget(part)
        self.body.addLayout(self.page)
        engine.opened.connect(self.refresh)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Read the newest lines, if anybody looks at them."""
        if self.isHidden():
            return
        limit = self._limit

        def work(assistant: Assistant) -> _Page:
            from app.schedule.night import asked

            return _Page(assistant.diary.lines(limit), asked(assistant.store, assistant.night()))

        self._ask(work, self._show)

    def _question(self) -> QFrame:
        """What a night asks before it changes much."""
        card = named(QFrame(), "card")
        self.asked = label(name="value")
        agree = QPushButton(self.tr("Do it"))
        agree.clicked.connect(lambda: self._sleep(agreed=True))
        leave = link(self.tr("Leave it"))
        leave.clicked.connect(card.hide)
        row = QHBoxLayout()
        row.addWidget(agree)
        row.addWidget(leave)
        row.addStretch(1)
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 8, 12, 8)
        column.addWidget(self.asked)
        column.addLayout(row)
        card.hide()
        return card

    def _show(self, found: _Page) -> None:
        _clear(self.page)
        self.asked.setText(told(found.asks))
        self.question.setVisible(bool(found.asks))
        if not found.lines:
            self.page.addWidget(label(self.tr(str(_EMPTY))))
        now = self._clock.now()
        for day, lines in groupby(found.lines, lambda line: friendly_date(line.at, now)):
            heading = label(day[:1].upper() + day[1:], "role")
            heading.setContentsMargins(0, 12, 0, 0)
            self.page.addWidget(heading)
            for line in lines:
                self.page.addWidget(self._entry(line))
        if len(found.lines) == self._limit:
            earlier = link(self.tr("Earlier"))
            earlier.clicked.connect(self._earlier)
            self.page.addWidget(earlier)

    def _entry(self, line: Line) -> QWidget:
        """A sentence, and below it when it was and the way back."""
        entry = QWidget()
        text = told(line.text)
        words = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.setObjectName("muted" if line.undone_at else "value")
        below = QHBoxLayout()
        done = self.tr("at night") if line.by_night else self.tr("by you")
        state = self.tr("taken back") if line.undone_at else done
        below.addWidget(label(f"{line.at.astimezone():%H:%M} · {state}", "date"), 1)
        if line.undoable:
            undo = link(self.tr("Take back"))
            undo.setAccessibleName(self.tr("Take back: {0}").format(text[:80]))
            undo.clicked.connect(lambda: self._undo(line.id))
            below.addWidget(undo)
        column = QVBoxLayout(entry)
        column.setContentsMargins(0, 4, 0, 8)
        column.setSpacing(2)
        column.addWidget(words)
        column.addLayout(below)
        return entry

    def _undo(self, line_id: int) -> None:
        self._ask(lambda assistant: assistant.diary.undo(line_id), lambda _: self.refresh())

    def _earlier(self) -> None:
        self._limit += _AT_ONCE
        self.refresh()

    def _sleep_or_stop(self) -> None:
        if self.progress.isHidden():
            self._sleep(agreed=False)
        else:
            self._stop = True
            self.night.setText(self.tr("Stopping…"))

    def _sleep(self, *, agreed: bool) -> None:
        """A whole night now, until it is done or told to stop."""
        assistant = self._engine.assistant
        if assistant is None or not self.progress.isHidden():
            return
        self._stop = False
        self.question.hide()
        self.night.setText(self.tr("Stop"))
        self.progress.setRange(0, 0)
        self.progress.show()

        def work() -> None:
            from app.schedule.night import sleep

            ended = sleep(assistant.runner, assistant.night(agreed=agreed), self._far, lambda: not self._stop)
            problems = [run.problem for run in ended.values() if run.problem is not None]
            if problems and not isinstance(problems[0], ConsentNeeded):  # what it asks stands on the page
                raise problems[0]

        self._tasks.run(work, lambda _: self._awake(), self._failed)

    def _far(self, name: str, done: int, total: int) -> None:
        """Called on the thread of the night."""
        self._progressed.emit(name, done, total)

    def _show_progress(self, name: str, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setToolTip(self.tr("{0}: {1} of {2}").format(name, done, total) if total else name)

    def _awake(self) -> None:
        self.progress.hide()
        self.night.setText(self.tr("Sleep now"))
        self.refresh()

    def _failed(self, error: MnemeError) -> None:
        self._awake()
        self.failed.emit(error)

    def _ask(self, work: Callable[[Assistant], T], done: Callable[[T], None]) -> None:
        if (assistant := self._engine.assistant) is not None:
            self._tasks.run(lambda: work(assistant), done, self.failed.emit)


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.deleteLater()
