"""The view of models: the one in use, those on this machine, those on offer, and how replies are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from app.core.errors import ModelTooLarge
from app.core.settings import Settings
from app.ui.engine import Engine
from app.ui.models.downloads import Downloads
from app.ui.models.in_use import InUse
from app.ui.models.offers import Offers
from app.ui.models.row import ModelRow
from app.ui.models.words import gigabytes, verdict
from app.ui.tasks import Tasks
from app.ui.widgets import WidePage, label, link
from app.ui.words.phrases import message, told

if TYPE_CHECKING:
    from app.runtime.advice import Advice
    from app.runtime.found import Found


class ModelsPage(WidePage):
    """Emits `changed` with new settings, and `failed` with an error. Reads the machine, never the network."""

    changed = Signal(object)
    failed = Signal(object)
    network_wanted = Signal()

    def __init__(self, engine: Engine, tasks: Tasks, downloads: Downloads) -> None:
        super().__init__("")
        self.set_title(self.tr("Models"))
        self._engine, self._tasks = engine, tasks
        self.downloads = downloads
        self.offers = Offers(self, engine, downloads)
        self.offers.use_wanted.connect(self._use)
        self.offers.prepare_wanted.connect(self._prepare)
        self.offers.failed.connect(self.failed)
        self.offers.changed.connect(self.refresh)
        self.in_use = InUse(engine)
        self.in_use.changed.connect(self.changed)
        self._too_large: set[Path] = set()
        self._listed: dict[Path, ModelRow] = {}
        self._preparing = False
        self._timer = QTimer(self, interval=1_000)
        self._timer.timeout.connect(self._show_meaning_progress)
        self._timer.start()
        self._here = QVBoxLayout()
        self._build()
        engine.changed.connect(self._show_meaning_progress)
        engine.opened.connect(self.refresh)

    @property
    def rows(self) -> dict[str, ModelRow]:
        """What is on offer, by its name in the catalogue."""
        return self.offers.rows

    def refresh(self) -> None:
        """Look again at what is here."""
        self.in_use.refresh()
        if self._settings() is None:
            return
        self.offers.refresh()
        self._show_meaning_progress()
        own = [self._own()]

        def work() -> list[Found]:
            from app.runtime.found import find_models

            return find_models(own)

        self._tasks.run(work, self._show_found, self.failed.emit)

    def _build(self) -> None:
        choose = QPushButton(self.tr("Choose a GGUF file…"))
        choose.clicked.connect(self._choose)
        folder = link(self.tr("Keep models in another folder…"))
        folder.clicked.connect(self._choose_folder)
        again = link(self.tr("Look again"))
        again.clicked.connect(self.refresh)
        buttons = QHBoxLayout()
        for part in (choose, again, folder):
            buttons.addWidget(part)
        buttons.addStretch(1)
        self.where = label()
        words = self.tr("Nothing is fetched before you press a button. See every network call that the app made")
        network = link(words)
        network.clicked.connect(self.network_wanted)
        body = self.body
        body.addWidget(self.in_use)
        body.addWidget(_heading(self.tr("On this machine")))
        body.addLayout(self._here)
        body.addLayout(buttons)
        body.addWidget(self.where)
        body.addWidget(_heading(self.tr("To fetch")))
        body.addWidget(network)
        body.addLayout(self.offers.chat)
        body.addWidget(_heading(self.tr("For recall by meaning")))
        self.meaning = label(name="value")
        body.addWidget(self.meaning)
        self.meaning_bar = QProgressBar(textVisible=False)
        self.meaning_bar.setAccessibleName(self.tr("How far the next one is"))
        self.meaning_bar.hide()
        body.addWidget(self.meaning_bar)
        body.addLayout(self.offers.meaning)
        body.addStretch(1)
        for rows in (self._here, self.offers.chat, self.offers.meaning):
            rows.setSpacing(8)

    def _settings(self) -> Settings | None:
        assistant = self._engine.assistant
        return assistant.settings if assistant is not None else None

    def _own(self) -> Path:
        return (self._settings() or Settings()).own_models

    def _show_found(self, found: list[Found]) -> None:
        settings = self._settings()
        if settings is None:
            return
        _clear(self._here)
        self._listed.clear()
        self.where.setText(self.tr("Fetched models go to {0}").format(settings.own_models))
        used = settings.chat_model.resolve()
        for item in found:
            row = ModelRow(item.name, self.tr("{0} · kept by {1}").format(gigabytes(item.size), item.owner))
            row.setToolTip(str(item.path))
            if item.path.resolve() == used:
                row.offer(self.tr("In use"), enabled=False)
            else:
                row.offer(self.tr("Load anyway") if item.path in self._too_large else self.tr("Use"))
                row.wanted.connect(lambda path=item.path: self._use(path))
                self._listed[item.path] = row
            self._here.addWidget(row)
            self._weigh(item.path, row.show_verdict)
        if not found:
            self._here.addWidget(label(self.tr("No models were found here. Fetch one below, or choose a file.")))

    def _weigh(self, path: Path, show: Callable[[str], None]) -> None:
        """Say how a model would run, as soon as that is known."""
        assistant = self._engine.assistant
        if assistant is None:
            return
        settings, devices = assistant.settings, assistant.data.drives

        def work() -> Advice:
            from app.runtime.advice import advise

            return advise(path, settings, devices)

        self._tasks.run(work, lambda advice: _if_alive(show, verdict(advice)), lambda e: _if_alive(show, message(e)))

    def _use(self, path: Path, offer: ModelRow | None = None) -> None:
        """Use a model: at once where it fits, and where it doesn't after a second press that says so."""
        assistant = self._engine.assistant
        if assistant is None:
            return
        settings, devices = assistant.settings, assistant.data.drives
        if path in self._too_large:
            self._take(replace(settings, model_path=str(path), load_anyway=True))
            return

        def work() -> Advice:
            from app.runtime.advice import advise, check_import

            check_import(path)
            return advise(path, settings, devices)

        def done(advice: Advice) -> None:
            if advice.verdict != "too large":
                self._take(replace(settings, model_path=str(path)))
                return
            self._too_large.add(path)
            if (row := offer or self._listed.get(path)) is not None:  # the list may have been made anew meanwhile
                row.offer(self.tr("Load anyway"))
                row.show_verdict(f"{verdict(advice)}. {told(advice.reason)}".rstrip(". ") + ".")
            else:
                self.failed.emit(
                    ModelTooLarge(self.tr("It {0}. Choose it once more to load it anyway.").format(verdict(advice)))
                )

        self._tasks.run(work, done, self.failed.emit)

    def _take(self, settings: Settings) -> None:
        self.changed.emit(settings)
        self.refresh()

    def _prepare(self, place: Path) -> None:
        """Have an embedder take over from the one in use."""
        if (settings := self._settings()) is not None:
            self._take(replace(settings, next_embedder=str(place)))
            if (assistant := self._engine.assistant) is not None:
                assistant.runner.soon("re-embed")

    def _show_meaning_progress(self) -> None:
        """Which embedder serves, and how far the next one is."""
        assistant = self._engine.assistant
        if assistant is None:
            return
        coming, name = assistant.settings.next_embedder, assistant.settings.embedder.name
        done, total = assistant.reembedding.progress
        self.meaning_bar.setVisible(bool(coming))
        self.meaning_bar.setRange(0, max(total, 1))
        self.meaning_bar.setValue(done)
        if not coming:
            self.meaning.setText(self.tr("{0} finds what you mean.").format(name))
            if self._preparing:
                self._preparing = False
                self.refresh()
            return
        self._preparing = True
        words = self.tr("{0} is being prepared, {1} of {2}. Until it is complete, {3} finds what you mean.")
        self.meaning.setText(words.format(Path(coming).name, done, total, name))

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a model"), "", self.tr("GGUF models (*.gguf)"))
        if name:
            self._use(Path(name))

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder for models"), str(self._own()))
        if name and (settings := self._settings()) is not None:
            self.changed.emit(replace(settings, models_folder=name))
            self.refresh()


def _heading(words: str) -> QLabel:
    found = label(words, "heading")
    found.setContentsMargins(0, 16, 0, 0)
    return found


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.deleteLater()


def _if_alive(show: Callable[[str], None], words: str) -> None:
    """A row may have gone while its model was weighed."""
    try:
        show(words)
    except RuntimeError:
        return
