"""A space in the side panel: its name, the persona of replies there, and how they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.core.errors import MnemeError
from app.core.types import Filter, Space
from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.widgets import SidePanel, label, link, named
from app.ui.words import phrases

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant
    from app.storage.spaces import Left

T = TypeVar("T")


class Choice(QWidget):
    """A number that is as in the settings unless it is set here."""

    def __init__(self, words: str, box: Any, usual: float) -> None:
        super().__init__()
        self._usual = usual
        self.own = QCheckBox(words)
        self.box = box
        box.setAccessibleName(words)
        box.setEnabled(False)
        box.setFixedWidth(88)
        box.lineEdit().setTextMargins(6, 0, 6, 0)  # the style sheet's padding does not reach it
        self.own.toggled.connect(box.setEnabled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.own, 1)
        row.addWidget(box)

    def show_value(self, value: float | None) -> None:
        """What is set here; None where nothing is."""
        self.own.setChecked(value is not None)
        self.box.setValue(self._usual if value is None else value)

    def value(self) -> Any:
        """What is set here, or None."""
        return self.box.value() if self.own.isChecked() else None


class SpacePanel(SidePanel):
    """`changed` says that spaces are other ones now, `renamed` carries the new name, `failed` an error."""

    changed = Signal()
    renamed = Signal(str)
    failed = Signal(object)

    def __init__(self, engine: Engine, tasks: Tasks) -> None:
        super().__init__(self.tr("Space"))
        self._engine, self._tasks = engine, tasks
        self._space: Space | None = None
        self._left: Left | None = None
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of the space"))
        self.persona = QPlainTextEdit(tabChangesFocus=True)
        self.persona.setPlaceholderText(self.tr("Such as: You are a patient tutor. Answer in two sentences."))
        self.persona.setAccessibleName(self.tr("How replies are to be in this space"))
        self.persona.setFixedHeight(140)
        self.temperature = Choice(self.tr("Own temperature"), _real(0.0, 2.0), 0.2)
        self.top_p = Choice(self.tr("Own top-p"), _real(0.05, 1.0), 0.95)
        self.longest = Choice(self.tr("Own length of replies"), _whole(16, 8_192), 512)
        self.keep = named(QPushButton(self.tr("Keep")), "primary")
        self.keep.clicked.connect(self._save)
        self.export = QPushButton(self.tr("Export this space…"))
        self.export.clicked.connect(self._choose_file)
        self.remove = QPushButton(self.tr("Delete this space"))
        self.remove.clicked.connect(self._remove)
        self.note = label(name="value")
        self.note.setAccessibleName(self.tr("Outcome"))
        self.undo = link(self.tr("Undo"))
        self.undo.clicked.connect(self._bring_back)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(12)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Persona"), self.persona)
        for part in (self.temperature, self.top_p, self.longest, self.keep, self.export, self.remove):
            form.addRow(part)
        self.body.addWidget(label(self.tr("What is said in a space is recalled there alone, unless you ask.")))
        self.body.addLayout(form)
        self.body.addWidget(self.note)
        self.body.addWidget(self.undo)
        self.body.addStretch(1)
        self.undo.hide()

    def show_space(self, space: Space) -> None:
        """Show a space, to be changed."""
        self._space, self._left = space, None
        self.name.setText(space.name)
        self.persona.setPlainText(space.persona)
        self.temperature.show_value(space.temperature)
        self.top_p.show_value(space.top_p)
        self.longest.show_value(space.max_reply_tokens)
        self.note.clear()
        self.undo.hide()
        self._offer(True)

    def export_to(self, target: Path) -> None:
        """Write what is in the space into an archive."""
        space = self._space
        assert space is not None

        def work(assistant: Assistant) -> str:
            from app.archive.export import export
            from app.archive.scope import Scope

            scope = Scope(where=Filter(space=space.name))
            ids = assistant.store.call(scope.messages)
            export(assistant.data.database, target, assistant.clock, assistant.settings, ids=ids, scope=scope.name)
            return target.name

        words = self.tr("“{}” is in {}.")
        self._ask(work, lambda name: self.note.setText(words.format(space.name, name)))

    def _save(self) -> None:
        if self._space is None:
            return
        space = replace(
            self._space,
            name=self.name.text(),
            persona=self.persona.toPlainText().strip(),
            temperature=self.temperature.value(),
            top_p=self.top_p.value(),
            max_reply_tokens=self.longest.value(),
        )

        def work(assistant: Assistant) -> Space:
            assistant.store.write(lambda store: store.spaces.save(space))
            found = assistant.store.call(lambda store: store.spaces.get(space.id))
            assert found is not None
            return found

        def done(kept: Space) -> None:
            before = self._space
            self.show_space(kept)
            self.note.setText(self.tr("Kept. Replies in this space follow it from the next question on."))
            if before is not None and before.name != kept.name:
                self.renamed.emit(kept.name)
            self.changed.emit()

        self._ask(work, done)

    def _remove(self) -> None:
        if (space := self._space) is None:
            return

        def done(left: Left) -> None:
            self._left = left
            self._offer(False)
            words = self.tr("“{}” is deleted. What was said in it is there still, in no space.")
            self.note.setText(words.format(space.name))
            self.undo.show()
            self.changed.emit()

        self._ask(lambda assistant: assistant.store.write(lambda store: store.spaces.remove(space.id)), done)

    def _bring_back(self) -> None:
        if (left := self._left) is None:
            return

        def done(space: Space) -> None:
            self.show_space(space)
            self.note.setText(self.tr("Brought back, with all that was in it."))
            self.changed.emit()

        self._ask(lambda assistant: assistant.store.write(lambda store: store.spaces.bring_back(left)), done)

    def _choose_file(self) -> None:
        kinds = self.tr("Archives (*.mneme)")
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export this space"), "space.mneme", kinds)
        if name:
            self.export_to(Path(name if name.endswith(".mneme") else f"{name}.mneme"))

    def _offer(self, offered: bool) -> None:
        for part in (self.keep, self.export, self.remove):
            part.setEnabled(offered)

    def _ask(self, work: Callable[[Assistant], T], done: Callable[[T], None]) -> None:
        if (assistant := self._engine.assistant) is not None:
            self._tasks.run(lambda: work(assistant), done, self._problem)

    def _problem(self, error: MnemeError) -> None:
        self.note.setText(phrases.message(error))


def _real(low: float, high: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox(singleStep=0.05)
    box.setRange(low, high)
    return box


def _whole(low: int, high: int) -> QSpinBox:
    box = QSpinBox(singleStep=32)
    box.setRange(low, high)
    return box
