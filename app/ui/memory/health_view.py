"""How memory is, in a page that anybody can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.core.clock import Clock
from app.core.errors import MnemeError
from app.storage.overview import Seen
from app.ui.engine import Engine
from app.ui.memory.section import Section
from app.ui.memory.space_choice import SpaceChoice
from app.ui.tasks import Tasks
from app.ui.widgets import empty, label, link, named, scrolled

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant
    from app.memory.health import Health, RecallCheck

_MISSED = 5
_LETTERS = 100


class HealthView(Section):
    """What is there twice, what hangs in the air, the indexes, sizes; and on demand whether things come back."""

    _progressed = Signal(int, int)

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, where: SpaceChoice) -> None:
        super().__init__(engine, tasks, clock, where)
        self.verdict = label(name="heading")
        self.verdict.setAccessibleName(self.tr("Verdict"))
        inside = named(QWidget(), "plain")
        self.page = QVBoxLayout(inside)
        self.page.setContentsMargins(0, 0, 8, 0)
        self.page.setSpacing(16)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(24)
        self.form.setVerticalSpacing(12)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.ask = QPushButton(self.tr("Ask for what was said"))
        self.ask.setToolTip(self.tr("Makes questions of your own words, and sees whether they come back"))
        self.ask.clicked.connect(self._check)
        self.progress = QProgressBar(textVisible=False)
        self.progress.setAccessibleName(self.tr("How far it has asked"))
        self.progress.hide()
        self.share = label(name="value")
        self.share.setAccessibleName(self.tr("How much came back"))
        self.missed = QVBoxLayout()
        self._progressed.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.ask)
        row.addWidget(self.share, 1)
        self.page.addLayout(self.form)
        self.page.addSpacing(8)
        self.page.addWidget(label(self.tr("Recall on your own words"), "role"))
        self.page.addLayout(row)
        self.page.addWidget(self.progress)
        self.page.addLayout(self.missed)
        self.page.addStretch(1)
        self.column.addWidget(self.verdict)
        self.column.addWidget(scrolled(inside), 1)

    def refresh(self) -> None:
        """Look."""

        def work(assistant: Assistant) -> Health:
            from app.memory.health import examine

            return examine(assistant.memory, assistant.data)

        self._ask_newest(work, self._show)

    def _show(self, found: Health) -> None:
        while self.form.rowCount():
            self.form.removeRow(0)
        well = self.tr("Your memory is whole.")
        ill = self.tr("Something needs mending. “mneme restore” puts a backup in its place.")
        self.verdict.setText(well if found.whole else ill)
        rows = [
            (self.tr("What there is"), self._amount(found)),
            (self.tr("Episodes"), self._episodes(found)),
            (self.tr("Said again"), self._twice(found)),
            (self.tr("Left over"), self._orphans(found)),
            (self.tr("Found by meaning"), self._index(found)),
            (self.tr("On disk"), self._sizes(found)),
        ]
        for name, words in rows:
            value = label(words, "value")
            value.setAccessibleName(name)
            self.form.addRow(label(name), value)

    def _amount(self, found: Health) -> str:
        words = self.tr("{} conversations, {} messages, {} statements read as facts")
        return words.format(found.conversations, found.messages, found.facts)

    def _episodes(self, found: Health) -> str:
        words = self.tr("{} vivid, {} fading, {} archived")
        return words.format(*(found.episodes.get(state, 0) for state in ("vivid", "fading", "archived")))

    def _twice(self, found: Health) -> str:
        words = self.tr("{} memories are kept under one that they repeat; {} say the same to the letter")
        return words.format(found.repeats, found.twice)

    def _orphans(self, found: Health) -> str:
        names = {
            "entity": self.tr("names"),
            "place": self.tr("places"),
            "span": self.tr("index entries"),
            "vector": self.tr("vectors"),
            "fact": self.tr("statements"),
            "strength": self.tr("curves"),
            "theme": self.tr("summaries"),
        }
        left = ", ".join(f"{count} {names.get(name, name)}" for name, count in found.orphans.items() if count)
        return left or self.tr("Nothing that belongs to nothing")

    def _index(self, found: Health) -> str:
        words = self.tr("{} of {} memories")
        waiting = self.tr(" (the others wait until the machine is idle)") if found.waiting else ""
        return words.format(found.indexed, found.memories) + waiting

    def _sizes(self, found: Health) -> str:
        names = {
            "memory": self.tr("memory"),
            "backups": self.tr("backups"),
            "saved states": self.tr("saved states"),
            "weights": self.tr("models made for this machine"),
            "log": self.tr("log"),
        }
        return ", ".join(f"{names[name]} {size / 1e6:.1f} MB" for name, size in found.sizes.items() if size)

    def _check(self) -> None:
        if (assistant := self._engine.assistant) is None:
            return
        self.ask.setEnabled(False)
        self.share.setText(self.tr("Asking…"))
        self.progress.setRange(0, 0)
        self.progress.show()

        def work() -> tuple[RecallCheck, list[Seen]]:
            from app.memory.health import check_recall

            found = check_recall(assistant.memory, self._progressed.emit)
            missed = found.missed[:_MISSED]
            return found, assistant.store.call(lambda store: store.overview.read(missed))

        self._tasks.run(work, self._checked, self._problem)

    def _show_progress(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setToolTip(self.tr("{} of {}").format(done, total))

    def _checked(self, result: tuple[RecallCheck, list[Seen]]) -> None:
        found, missed = result
        self._over()
        if not found.asked:
            self.share.setText(self.tr("There is nothing to ask for yet. Say something in a chat first."))
            return
        words = self.tr("{} of {} came back among the first five ({} %).")
        how = "" if found.by_meaning else self.tr(" By words alone: the embedder was not to be had.")
        self.share.setText(words.format(found.found, found.asked, round(100 * found.share)) + how)
        empty(self.missed)
        if missed:
            self.missed.addWidget(label(self.tr("These did not:")))
        for one in missed:
            text = " ".join(one.text.split())
            show = link(text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…")
            show.setAccessibleName(self.tr("Open where it was said: {}").format(text[:80]))
            show.clicked.connect(lambda _=False, one=one: self.opened.emit(one.conversation, one.id))
            self.missed.addWidget(show)

    def _problem(self, error: MnemeError) -> None:
        self._over()
        self.share.setText("")
        self.failed.emit(error)

    def _over(self) -> None:
        self.ask.setEnabled(True)
        self.progress.hide()
