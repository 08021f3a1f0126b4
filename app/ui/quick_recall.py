"""A small field that answers "what did I say about…?": by words as you type, by meaning a moment later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.core.clock import Clock, friendly_date
from app.core.types import Hit, Recall
from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.widgets import label, named

if TYPE_CHECKING:
    from app.memory.engine import Memory

_LIMIT = 8
_MEANING_AFTER_MS = 180
_HIT = Qt.ItemDataRole.UserRole
_HINT = "Type a word or a question. Enter opens, Esc closes."


class QuickRecall(QWidget):
    """Needs no model. `opened` carries the conversation and the message of the chosen hit."""

    opened = Signal(int, int)

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock) -> None:
        super().__init__(None, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("Recall")
        self.setFixedWidth(640)
        self._engine, self._tasks, self._clock = engine, tasks, clock
        self._asked = 0
        self.field = QLineEdit(placeholderText="What did I say about…")
        self.field.setAccessibleName("Recall")
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("Memories found")
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.itemActivated.connect(self._open)
        self.list.itemClicked.connect(self._open)
        self.note = label(_HINT)
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
        self._show(())

    def popup(self) -> None:
        """Appear in the upper middle of the screen with an empty field."""
        self.field.clear()
        screen = QGuiApplication.primaryScreen().availableGeometry()
        self.move(screen.center().x() - self.width() // 2, screen.top() + screen.height() // 5)
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.currentItem() is not None:
                self._open(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

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
            self.note.setText("Your memory is still opening…")
            return

        def show(found: Recall) -> None:
            if number == self._asked and (found.hits or not found.by_meaning):
                self._show(found.hits)

        self._tasks.run(lambda: question(assistant.memory), show, lambda error: self.note.setText(error.message))

    def _show(self, hits: Sequence[Hit]) -> None:
        self.list.clear()
        for hit in hits:
            words = " ".join(hit.span.text.split())[:200]
            day = friendly_date(hit.span.said_at, self._clock.now())
            item = QListWidgetItem(f"{words}\n{day} · {' · '.join(hit.reasons)}")
            item.setData(_HIT, hit)
            item.setSizeHint(QSize(0, 48))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(hits))
        self.list.setFixedHeight(min(len(hits), 7) * 50 + 4)
        typed = self.field.text().strip()
        self.note.setText("Nothing that was said fits yet." if typed and not hits else _HINT)
        self.adjustSize()

    def _open(self, item: QListWidgetItem) -> None:
        hit: Hit = item.data(_HIT)
        self.hide()
        self.opened.emit(hit.span.conversation_id, hit.span.first_message_id)
