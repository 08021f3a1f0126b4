"""Memory out of the window and into it: write an archive, take one in after a look at it, and restore a backup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QMessageBox, QWidget
from shiboken6 import isValid

from app.core.errors import MnemeError
from app.core.types import ImportReport, Space
from app.ui.engine import Engine
from app.ui.memory.export_panel import ExportPanel, Wish
from app.ui.tasks import Tasks

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.archive.load import Loaded, Preview
    from app.bootstrap import Assistant

_FILES = "*.mneme *.json *.jsonl *.zip *.chat *.md *.txt"


class Keeping(QObject):
    """`told` says how far it is, `failed` what went wrong, `came` that something came in, `restored` that
    memory is another one now."""

    told = Signal(str)
    failed = Signal(object)
    came = Signal()
    restored = Signal()

    def __init__(
        self, parent: QWidget, engine: Engine, tasks: Tasks, current: Callable[[], int | None] = lambda: None
    ) -> None:
        super().__init__(parent)
        self._window, self._engine, self._tasks, self._current = parent, engine, tasks, current
        self._panel: ExportPanel | None = None

    def make_panel(self) -> ExportPanel:
        """The panel that asks what is to be exported."""
        self._panel = panel = ExportPanel()
        panel.wanted.connect(self._write)
        return panel

    def _write(self, wish: Wish) -> None:
        self.write(wish, self._written)

    def _written(self, words: str) -> None:
        """Say so in the panel that is there by now: another language may have brought another one."""
        if self._panel is not None and isValid(self._panel):
            self._panel.done(words)

    def offer(self, panel: ExportPanel) -> None:
        """Show in the panel what there is to choose from."""
        panel.offer([], self._current())

        def work(assistant: Assistant) -> list[Space]:
            return assistant.store.call(lambda store: store.spaces.all())

        def show(spaces: list[Space]) -> None:
            if isValid(panel):
                panel.offer(spaces, self._current())

        self._run("", work, show)

    def write(self, wish: Wish, done: Callable[[str], None]) -> None:
        """Write what is wished for; `done` gets a sentence about it."""
        written = self.tr("{name} is written, {size:.1f} MB.")
        told = self.tr("{count} conversations are in {name}.")

        def work(assistant: Assistant) -> str:
            from app.archive.export import export
            from app.archive.plain import export_json, export_markdown
            from app.archive.scope import Scope

            scope = Scope(() if wish.conversation is None else (wish.conversation,), wish.where, wish.words)
            ids = assistant.store.call(scope.messages)
            database, target = assistant.data.database, wish.target
            if wish.form != "archive":
                plain = export_json if wish.form == "json" else export_markdown
                return told.format(count=plain(database, target, ids), name=target.name)
            clock, settings = assistant.clock, assistant.settings
            export(database, target, clock, settings, ids=ids, scope=scope.name, passphrase=wish.passphrase)
            return written.format(name=target.name, size=target.stat().st_size / 1e6)

        def tell(words: str) -> None:
            done(words)
            self.told.emit(words)

        self._run(self.tr("Exporting…"), work, tell)

    def choose(self) -> None:
        """Ask for a file, and take it in."""
        title, kinds = self.tr("Choose an archive or an export"), self.tr("Archives and exports")
        name, _ = QFileDialog.getOpenFileName(self._window, title, "", f"{kinds} ({_FILES})")
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
            words = self.tr("{new} new messages, {known} were already here.")
            left = self.tr("Left out: {what}").format(what="; ".join(report.problems[:5]))
            told = words.format(new=report.messages, known=report.already_known)
            self.told.emit(f"{told} {left}" if report.problems else told)
            self.came.emit()

        self._run(self.tr("Importing…"), work, done)

    def restore(self) -> None:
        """Ask for a backup, and put it in the place of memory."""

        def work(assistant: Assistant) -> list[str]:
            from app.storage.restoring import backups

            return [backup.name for backup in backups(assistant.data)]

        self._run("", work, self._choose_backup)

    def _choose_backup(self, names: list[str]) -> None:
        if not names:
            self.told.emit(self.tr("There are no backups yet. One is made a day while nobody needs the machine."))
            return
        words = self.tr("What is here now is kept as “before-restore”, and can be restored in the same way.")
        title = self.tr("Restore a backup")
        name, agreed = QInputDialog.getItem(self._window, title, words, names, editable=False)
        if agreed:
            self.put_back(name)

    def put_back(self, name: str) -> None:
        """Close memory, put a backup in its place, and open it again."""

        def work(assistant: Assistant) -> None:
            from app.storage.restoring import restore

            restore(assistant.data, name, assistant.clock.now())

        def done() -> None:
            self.told.emit(self.tr("{name} is your memory now.").format(name=name))
            self.restored.emit()

        self.told.emit(self.tr("Restoring…"))
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
                words = self.tr("The passphrase of {name}:").format(name=path.name)
                secret, agreed = self._secret(self.tr("A sealed archive"), words)
                if agreed and secret:
                    self._look(path, secret)
                return
            if self._agreed(preview):
                self._load(path, passphrase)

        self._run(self.tr("Reading…"), work, done)

    def _agreed(self, preview: Preview) -> bool:
        said = [
            self.tr("It holds {scope}, written on {day}.").format(scope=preview.scope, day=preview.made_at[:10]),
            "",
            self.tr("New: {count} messages, in new conversations or those that are here.").format(
                count=preview.messages
            ),
            self.tr("Already here: {count} messages.").format(count=preview.known),
        ]
        if preview.conflicts:
            kept = self.tr("Here with other words: {count} messages. Both are kept.")
            said.append(kept.format(count=preview.conflicts))
        words = "\n".join(said)
        answer = QMessageBox.question(self._window, self.tr("Bring this archive in?"), words)
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
            words = self.tr("{new} messages came in, {known} were already here.")
            told = words.format(new=loaded.added.get("message", 0), known=loaded.known)
            left = self.tr("{count} facts were left out: they do not stand in what their person said.")
            self.told.emit(f"{told} {left.format(count=loaded.disbelieved)}" if loaded.disbelieved else told)
            self.came.emit()

        self._run(self.tr("Importing…"), work, done)

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
