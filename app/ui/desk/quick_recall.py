"""A small field that answers "what did I say about…?": by words as you type, by meaning a moment later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.core.clock import Clock
from app.core.errors import MnemeError
from app.core.types import Hit, Recall
from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.widgets import label, named
from app.ui.words import phrases
from app.ui.words.dates import friendly_date

if TYPE_CHECKING:
    from app.memory.engine import Memory

_LIMIT = 8
_MEANING_AFTER_MS = 120
_HIT = Qt.ItemDataRole.UserRole
_STEPS: dict[int, int] = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 7, Qt.Key.Key_PageUp: -7}
_FRAMELESS = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint


class QuickRecall(QWidget):
    """Needs no model. `opened` has the conversation and the message of the chosen hit, `asked` what is to be asked."""

    opened = Signal(int, int)
    asked = Signal(str)

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock) -> None:
        super().__init__(None, _FRAMELESS)
        self.setFixedWidth(640)
        self._engine, self._tasks, self._clock = engine, tasks, clock
        self._asked = 0
        self.field = QLineEdit()
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.itemActivated.connect(self._open)
        self.list.itemClicked.connect(self._open)
        self.note = label()
        frame = named(QFrame(), "quick")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(16, 12, 16, 12)
        for part in (self.field, self.list, self.note):
            inside.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(frame)
        self._meaning = QTimer(self, singleShot=True, interval=_MEANING_AFTER_MS)
        self._meaning.timeout.connect(self._ask_meaning)
        self.name()

    def name(self) -> None:
        """Name everything in the language that is spoken now."""
        self.setWindowTitle(self.tr("Recall"))
        self.field.setPlaceholderText(self.tr("What did I say about…"))
        self.field.setAccessibleName(self.tr("Recall"))
        self.list.setAccessibleName(self.tr("Memories found"))
        self._hint = self.tr("Enter opens · Ctrl+C copies · Ctrl+Enter asks · Esc closes")
        self._show(())

    def popup(self) -> None:
        """Appear in the middle of the screen that is looked at, above where the hits will be, with an empty field."""
        self.field.clear()
        screen = (QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()).availableGeometry()
        self.move(screen.center().x() - self.width() // 2, screen.top() + screen.height() // 4)
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._pressed(event) or super().eventFilter(watched, event)
        return super().eventFilter(watched, event)

    def copy(self) -> None:
        """The words of the chosen hit go to the clipboard."""
        if (item := self.list.currentItem()) is not None:
            QGuiApplication.clipboard().setText(item.data(_HIT).span.text)
            self.note.setText(self.tr("Copied."))

    def ask(self) -> None:
        """What is typed becomes a question in a new chat."""
        if text := self.field.text().strip():
            self.hide()
            self.asked.emit(text)

    def _pressed(self, event: QKeyEvent) -> bool:
        """What a key in the field does here; False where it is the field's own."""
        key, held = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in _STEPS:
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + _STEPS[key])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held:
            self.ask()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.currentItem() is not None:
            self._open(self.list.currentItem())
        elif key == Qt.Key.Key_C and held and not self.field.hasSelectedText():
            self.copy()
        else:
            return False
        return True

    def _typed(self, text: str) -> None:
        self._asked += 1
        if not text.strip():
            self._meaning.stop()
            self._show(())
            return
        self._ask(lambda memory: memory.search(text, _LIMIT))
        self._meaning.start()

    def _ask_meaning(self) -> None:
        """Only where the embedder is there already: a glance must not start a model."""
        text, assistant = self.field.text(), self._engine.assistant
        if text.strip() and assistant is not None and assistant.embedder.running:
            self._ask(lambda memory: memory.recall(text, _LIMIT, wait_s=0, strict=True))

    def _ask(self, question: Callable[[Memory], Recall]) -> None:
        number, assistant = self._asked, self._engine.assistant
        if assistant is None:
            self.note.setText(self.tr("Your memory is still opening…"))
            return

        def show(found: Recall) -> None:
            if number == self._asked and (found.hits or not found.by_meaning):
                self._show(found.hits)

        self._tasks.run(lambda: question(assistant.memory), show, self._problem)

    def _problem(self, error: MnemeError) -> None:
        self.note.setText(phrases.message(error))

    def _show(self, hits: Sequence[Hit]) -> None:
        self.list.clear()
        for hit in hits:
            words = " ".join(hit.span.text.split())[:200]
            day = friendly_date(hit.span.said_at, self._clock.now())
            item = QListWidgetItem(f"{words}\n{day} · {' · '.join(map(phrases.reason, hit.reasons))}")
            item.setData(_HIT, hit)
            item.setSizeHint(QSize(0, 48))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(hits))
        self.list.setFixedHeight(min(len(hits), 7) * 50 + 4)
        typed = self.field.text().strip()
        self.note.setText(self.tr("Nothing that was said fits yet.") if typed and not hits else self._hint)
        self.adjustSize()

    def _open(self, item: QListWidgetItem) -> None:
        hit: Hit = item.data(_HIT)
        self.hide()
        self.opened.emit(hit.span.conversation_id, hit.span.first_message_id)
