"""Ctrl+K: one field that finds conversations, memories and commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.core.clock import Clock
from app.core.types import Conversation, Hit, Recall
from app.ui.chat.library import Library
from app.ui.commands import Commands
from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.widgets import label, named
from app.ui.words.dates import friendly_date

_WIDTH, _TOP, _ROW, _ROWS = 600, 80, 46, 9
_EACH = 6
_AFTER_MS = 40
_DO = Qt.ItemDataRole.UserRole


class Palette(QFrame):
    """Lies over the window while it is open. `opened` carries a conversation and the message to show in it, or 0."""

    opened = Signal(int, int)

    def __init__(
        self, window: QWidget, commands: Commands, library: Library, engine: Engine, tasks: Tasks, clock: Clock
    ) -> None:
        super().__init__(window)
        named(self, "quick")
        self.window_ = window
        self._commands, self._library, self._engine = commands, library, engine
        self._tasks, self._clock = tasks, clock
        self._asked = 0
        self._talks: Sequence[Conversation] = ()
        self._hits: Sequence[Hit] = ()
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find a conversation, a memory or a command"))
        self.field.setAccessibleName(self.tr("Palette"))
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Found"))
        self.list.itemActivated.connect(self._take)
        self.list.itemClicked.connect(self._take)
        self._none = label(self.tr("Nothing fits."))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        for part in (self.field, self.list, self._none):
            column.addWidget(part)
        self._wait = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._wait.timeout.connect(self._ask)
        self.hide()

    def popup(self) -> None:
        """Appear with an empty field and all commands."""
        self.field.clear()
        self._talks, self._hits = (), ()
        self._show()
        self.show()
        self.raise_()
        self.field.setFocus()
        self._ask()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.currentItem() is not None:
                self._take(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        self._show()
        self._wait.start()

    def _ask(self) -> None:
        self._asked += 1
        number, text, assistant = self._asked, self.field.text().strip(), self._engine.assistant

        def talks(found: list[Conversation]) -> None:
            if number == self._asked:
                self._talks = found[:_EACH]
                self._show()

        def memories(found: Recall) -> None:
            if number == self._asked:
                self._hits = found.hits
                self._show()

        self._library.look_up(text, talks)
        if text and assistant is not None:
            self._tasks.run(lambda: assistant.memory.search(text, _EACH), memories)

    def _show(self) -> None:
        words = self.field.text().casefold().split()
        now = self._clock.now()
        self.list.clear()
        for command in self._commands.all():
            if all(word in command.title.casefold() for word in words) and command.action.isEnabled():
                keys = self._commands.keys(command.name)
                line = " · ".join(part for part in (command.group, keys) if part)
                self._add(command.title, line, command.action.trigger)
        for talk in self._talks:
            if not all(word in talk.title.casefold() for word in words):
                continue
            self._add(talk.title, friendly_date(talk.updated_at, now), self._opener(talk.id, 0))
        for hit in self._hits if words else ():
            text = " ".join(hit.span.text.split())[:160]
            line = f"{friendly_date(hit.span.said_at, now)} · {hit.span.conversation_title}"
            self._add(text, line, self._opener(hit.span.conversation_id, hit.span.first_message_id))
        if not words:  # what is open comes first where nothing is asked
            self._conversations_first()
        self.list.setCurrentRow(0)
        self._none.setVisible(not self.list.count())
        self.list.setFixedHeight(min(self.list.count(), _ROWS) * _ROW + 8)
        self.adjustSize()
        whole = self.window_.width()
        self.setFixedWidth(min(_WIDTH, whole - 48))
        self.move((whole - self.width()) // 2, _TOP)

    def _conversations_first(self) -> None:
        first = self.list.count() - len(self._talks)
        for place in range(len(self._talks)):
            self.list.insertItem(place, self.list.takeItem(first + place))

    def _add(self, words: str, line: str, do: Callable[[], object]) -> None:
        item = QListWidgetItem(f"{words}\n{line}")
        item.setData(_DO, do)
        item.setSizeHint(QSize(0, _ROW))
        self.list.addItem(item)

    def _opener(self, conversation_id: int, message_id: int) -> Callable[[], object]:
        return lambda: self.opened.emit(conversation_id, message_id)

    def _take(self, item: QListWidgetItem) -> None:
        do = item.data(_DO)
        self.hide()
        do()
