"""Memory out of the window and into it: write an archive, take one in after a look at it, and restore a backup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QMessageBox, QWidget

from app.core.errors import MnemeError
from app.core.types import ImportReport
from app.ui.engine import Engine
from app.ui.tasks import Tasks

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.archive.load import Loaded, Preview
    from app.bootstrap import Assistant

_FILES = "Archives and exports (*.mneme *.json *.jsonl *.zip *.chat *.md *.txt)"


class Keeping(QObject):
    """`told` says how far it is, `failed` what went wrong, `came` that something came in, `restored` that
    memory is another one now."""

    told = Signal(str)
    failed = Signal(object)
    came = Signal()
    restored = Signal()

    def __init__(self, parent: QWidget, engine: Engine, tasks: Tasks) -> None:
        super().__init__(parent)
        self._window, self._engine, self._tasks = parent, engine, tasks

    def export(self) -> None:
        """Ask where to, and whether it is to be sealed; write all of memory there."""
        name, _ = QFileDialog.getSaveFileName(self._window, "Export memory", "memory.mneme", "Archives (*.mneme)")
        if not name:
            return
        target = Path(name if name.endswith(".mneme") else f"{name}.mneme")
        secret, agreed = self._secret("Export memory", "A passphrase to seal it with, or nothing to leave it readable:")
        if agreed:
            self.write(target, secret)

    def write(self, target: Path, passphrase: str) -> None:
        """Write all of memory to a file."""

        def work(assistant: Assistant) -> str:
            from app.archive.export import export

            export(assistant.data.database, target, assistant.clock, assistant.settings, passphrase=passphrase)
            return f"Your memory is in {target.name}, {target.stat().st_size / 1e6:.1f} MB."

        self._run("Exporting…", work, self.told.emit)

    def choose(self) -> None:
        """Ask for a file, and take it in."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Choose an archive or an export", "", _FILES)
        if name:
            self.bring_in(name)

    def bring_in(self, name: str) -> None:
        """Take in an export at once, and an archive after a look at it."""
        path = Path(name)

        def work(assistant: Assistant) -> ImportReport | None:
            from app.archive.importers import bring_in, detect

            if (kind := detect(path)) == "archive":
                return None
            report = bring_in(assistant.memory, kind, path)
            assistant.runner.soon("embed")
            return report

        def done(report: ImportReport | None) -> None:
            if report is None:
                self._look(path)
                return
            left = f" Left out: {'; '.join(report.problems[:5])}" if report.problems else ""
            self.told.emit(f"{report.messages} new messages, {report.already_known} were already here.{left}")
            self.came.emit()

        self._run("Importing…", work, done)

    def restore(self) -> None:
        """Ask for a backup, and put it in the place of memory."""

        def work(assistant: Assistant) -> list[str]:
            from app.storage.restoring import backups

            return [backup.name for backup in backups(assistant.data)]

        self._run("", work, self._choose_backup)

    def _choose_backup(self, names: list[str]) -> None:
        if not names:
            self.told.emit("There are no backups yet. One is made a day while nobody needs the machine.")
            return
        words = "What is here now is kept as “before-restore”, and can be restored in the same way."
        name, agreed = QInputDialog.getItem(self._window, "Restore a backup", words, names, editable=False)
        if agreed:
            self.put_back(name)

    def put_back(self, name: str) -> None:
        """Close memory, put a backup in its place, and open it again."""

        def work(assistant: Assistant) -> None:
            from app.storage.restoring import restore

            restore(assistant.data, name, assistant.clock.now())

        def done() -> None:
            self.told.emit(f"{name} is your memory now.")
            self.restored.emit()

        self.told.emit("Restoring…")
        self._engine.reopen(work, done)

    def _look(self, path: Path, passphrase: str = "") -> None:
        """Say what an archive would bring, and take it in if that is wanted."""

        def work(assistant: Assistant) -> Preview | None:
            from app.archive.load import Loader
            from app.archive.reader import Archive, PassphraseNeeded

            try:
                with Archive(path, passphrase) as archive:
                    return Loader(assistant.memory, archive).check()
            except PassphraseNeeded:
                return None

        def done(preview: Preview | None) -> None:
            if preview is None:
                secret, agreed = self._secret("A sealed archive", f"The passphrase of {path.name}:")
                if agreed and secret:
                    self._look(path, secret)
                return
            if self._agreed(preview):
                self._load(path, passphrase)

        self._run("Reading…", work, done)

    def _agreed(self, preview: Preview) -> bool:
        words = (
            f"It holds {preview.scope}, written on {preview.made_at[:10]}.\n\n"
            f"New: {preview.messages} messages in {preview.conversations} new conversations or those that are here.\n"
            f"Already here: {preview.known} messages."
        )
        if preview.conflicts:
            words += f"\nHere with other words: {preview.conflicts} messages. Both are kept."
        answer = QMessageBox.question(self._window, "Bring this archive in?", words)
        return answer == QMessageBox.StandardButton.Yes

    def _load(self, path: Path, passphrase: str) -> None:
        def work(assistant: Assistant) -> Loaded:
            from app.archive.load import Loader
            from app.archive.reader import Archive

            with Archive(path, passphrase) as archive:
                loader = Loader(assistant.memory, archive)
                loader.check()
                return loader.load()

        def done(loaded: Loaded) -> None:
            self.told.emit(f"{loaded.added.get('message', 0)} messages came in, {loaded.known} were already here.")
            self.came.emit()

        self._run("Importing…", work, done)

    def _secret(self, title: str, words: str) -> tuple[str, bool]:
        return QInputDialog.getText(self._window, title, words, QLineEdit.EchoMode.Password)

    def _run(self, words: str, work: Callable[[Assistant], Any], done: Callable[[Any], None]) -> None:
        if (assistant := self._engine.assistant) is None:
            return
        self.told.emit(words)

        def failed(error: MnemeError) -> None:
            self.told.emit("")
            self.failed.emit(error)

        self._tasks.run(lambda: work(assistant), done, failed)
