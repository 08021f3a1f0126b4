"""The model in use: how fast it writes, what memory it takes, and how its replies are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.core.settings import Settings
from app.ui.engine import Engine
from app.ui.models.words import gigabytes
from app.ui.widgets import label, link, named

_EVERY_MS = 2_000
_STEPS = 1_000


class InUse(QFrame):
    """Looks at the model's process every two seconds while anybody sees it. Emits `changed` with new settings."""

    changed = Signal(object)

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        named(self, "card")
        self._engine = engine
        self._show: list[Callable[[Settings], None]] = []
        self.name = label(name="heading")
        self.state = label()
        self.meter = QProgressBar(textVisible=False)
        self.meter.setRange(0, _STEPS)
        self.meter.setAccessibleName(self.tr("Memory that the model takes"))
        self.unload = QPushButton(self.tr("Unload now"))
        self.unload.clicked.connect(self._unload)
        self.embedded = link(self.tr("Use the embedded model"))
        self.embedded.clicked.connect(lambda: self._change(model_path=""))
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._build()
        engine.model_ready.connect(self.refresh)
        engine.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show the settings in force and the model as it is now."""
        if (assistant := self._engine.assistant) is not None:
            for show in self._show:
                show(assistant.settings)
            self.embedded.setVisible(bool(assistant.settings.model_path))
        self._look()

    def event(self, event: QEvent) -> bool:
        """Look only while somebody looks."""
        if event.type() is QEvent.Type.Show:
            self._timer.start()
            self.refresh()
        elif event.type() is QEvent.Type.Hide:
            self._timer.stop()
        return super().event(event)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.embedded)
        head.addWidget(self.unload)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for place, (words, field) in enumerate(self._fields()):
            caption = label(words)
            caption.setBuddy(field)
            caption.setContentsMargins(0, 8 if place >= 4 else 0, 0, 0)
            grid.addWidget(caption, place // 4 * 2, place % 4)
            grid.addWidget(field, place // 4 * 2 + 1, place % 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.state)
        column.addWidget(self.meter)
        column.addSpacing(8)
        column.addLayout(grid)

    def _fields(self) -> list[tuple[str, QWidget]]:
        return [
            (self.tr("Temperature"), self._number("temperature", 0.0, 2.0, 0.1, self.tr("Temperature"))),
            (self.tr("Top-p"), self._number("top_p", 0.01, 1.0, 0.05, self.tr("Top-p"))),
            (self.tr("Top-k"), self._number("top_k", 1, 1_000, 10, self.tr("Top-k"))),
            (self.tr("Repeat penalty"), self._number("repeat_penalty", 1.0, 2.0, 0.05, self.tr("Repeat penalty"))),
            (
                self.tr("Context, tokens"),
                self._number("context_tokens", 512, 1_048_576, 512, self.tr("Context, tokens")),
            ),
            (self.tr("Longest reply"), self._number("max_reply_tokens", 16, 65_536, 64, self.tr("Longest reply"))),
            (self.tr("Memory, MB (0: free)"), self._number("memory_budget", 0, 1_000_000, 256, self.tr("Memory, MB"))),
            (
                self.tr("Unload after, minutes"),
                self._number("unload_after_minutes", 1, 1_440, 5, self.tr("Unload after, minutes")),
            ),
        ]

    def _number(self, name: str, low: float, high: float, step: float, words: str) -> QWidget:
        box: Any = QDoubleSpinBox() if isinstance(low, float) else QSpinBox()
        box.setRange(low, high)
        box.setSingleStep(step)
        box.setKeyboardTracking(False)
        box.lineEdit().setTextMargins(6, 0, 6, 0)
        box.setAccessibleName(words)

        def show(settings: Settings) -> None:
            box.blockSignals(True)
            box.setValue(getattr(settings, name))
            box.blockSignals(False)

        self._show.append(show)
        box.valueChanged.connect(lambda value: self._change(**{name: value}))
        field: QWidget = box
        return field

    def _change(self, **values: Any) -> None:
        if (assistant := self._engine.assistant) is not None:
            self.changed.emit(replace(assistant.settings, **values).checked())

    def _look(self) -> None:
        """What the model's process is doing to the machine."""
        assistant = self._engine.assistant
        if assistant is None:
            return
        self.name.setText(self._engine.model.name if self._engine.model else assistant.settings.chat_model.name)
        taken, total = _memory(getattr(assistant.model, "pid", None))
        self.unload.setEnabled(taken > 0)
        self.meter.setValue(taken * _STEPS // total)
        if not taken:
            self.state.setText(self.tr("Not loaded. It loads when you write."))
            return
        speed = self._engine.tokens_per_second
        used = self.tr("{0} of {1} memory").format(gigabytes(taken), gigabytes(total))
        written = self.tr("{0} tokens/s in the last reply").format(f"{speed:.1f}")
        self.state.setText(f"{used} · {written}" if speed else used)

    def _unload(self) -> None:
        if (assistant := self._engine.assistant) is not None and not getattr(assistant.model, "busy", False):
            close = getattr(assistant.model, "close", None)
            if close is not None:
                close()
        self._look()


def _memory(pid: int | None) -> tuple[int, int]:
    """Bytes that a process takes, 0 where it is not running, and those of the machine."""
    import psutil

    total = int(psutil.virtual_memory().total)
    try:
        return (int(psutil.Process(pid).memory_info().rss) if pid else 0), total
    except psutil.Error:
        return 0, total
