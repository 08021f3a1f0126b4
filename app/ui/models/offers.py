"""The models that can be fetched, a row each, with what can be done with it now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout

from app.core.errors import MnemeError
from app.core.settings import Settings
from app.ui.engine import Engine
from app.ui.models.downloads import Downloads
from app.ui.models.row import ModelRow
from app.ui.models.words import details, gigabytes, note, verdict

if TYPE_CHECKING:
    from app.runtime.catalogue import Entry


class Offers(QObject):
    """Keeps the rows and has them fetched. `use_wanted` carries a chat model's file and its row, `prepare_wanted` an
    embedder's file, `failed` an error; `changed` says that files came or went."""

    use_wanted = Signal(object, object)
    prepare_wanted = Signal(object)
    failed = Signal(object)
    changed = Signal()

    def __init__(self, parent: QObject, engine: Engine, downloads: Downloads) -> None:
        super().__init__(parent)
        self._engine, self._downloads = engine, downloads
        self.rows: dict[str, ModelRow] = {}
        self.chat, self.meaning = QVBoxLayout(), QVBoxLayout()
        downloads.came.connect(self._came)
        downloads.ended.connect(self._ended)
        downloads.failed.connect(self._failed)

    def refresh(self) -> None:
        """The catalogue, each with what can be done with it."""
        from app.runtime.advice import guess
        from app.runtime.catalogue import Kind, catalogue

        settings = self._settings()
        for entry in catalogue():
            if entry.id not in self.rows:
                self._add(entry, self.chat if entry.kind is Kind.CHAT else self.meaning)
            row = self.rows[entry.id]
            if not self._downloads.running(entry.id):
                row.show_progress(0, 0)
                row.show_verdict(verdict(guess(entry.size, settings)) if entry.kind is Kind.CHAT else "")
            self._offer(entry, row)

    def _add(self, entry: Entry, column: QVBoxLayout) -> None:
        row = self.rows[entry.id] = ModelRow(entry.name, details(entry), note(entry))
        row.wanted.connect(lambda: self._press(entry))
        row.other.connect(lambda: self._discard(entry))
        column.addWidget(row)

    def _settings(self) -> Settings:
        assistant = self._engine.assistant
        return assistant.settings if assistant is not None else Settings()

    def _offer(self, entry: Entry, row: ModelRow) -> None:
        settings = self._settings()
        place = entry.place(settings.own_models)
        if self._downloads.running(entry.id):
            row.offer(self.tr("Pause"))
        elif place.exists():
            used = (settings.chat_model, settings.embedder, Path(settings.next_embedder or "."))
            is_used = place.resolve() in {path.resolve() for path in used}
            row.offer(self.tr("In use") if is_used else self.tr("Use"), enabled=not is_used)
        elif started := self._downloads.downloader().started(entry):
            row.offer(self.tr("Go on"), self.tr("Discard"))
            row.show_progress(started, max(entry.size, started))
        else:
            row.offer(self.tr("Fetch {0}").format(gigabytes(entry.size)))

    def _press(self, entry: Entry) -> None:
        place, row = entry.place(self._settings().own_models), self.rows[entry.id]
        if self._downloads.running(entry.id):
            self._downloads.pause(entry.id)
        elif not place.exists():
            self._downloads.start(entry)
            row.show_progress(0, 1)
        elif entry.kind == "chat":
            self.use_wanted.emit(place, row)
        else:
            self.prepare_wanted.emit(place)
        self._offer(entry, row)

    def _discard(self, entry: Entry) -> None:
        self._downloads.downloader().discard(entry)
        self.rows[entry.id].show_progress(0, 0)
        self.changed.emit()

    def _came(self, key: str, done: int, total: int, speed: float) -> None:
        if key in self.rows:
            self.rows[key].show_progress(done, total, speed)

    def _ended(self, key: str, place: Path | None) -> None:
        self.changed.emit()
        if place is not None and key in self.rows:
            self.rows[key].show_verdict(self.tr("It has come, and its checksum is right."))

    def _failed(self, key: str, error: MnemeError) -> None:
        self.changed.emit()
        self.failed.emit(error)
