"""Documents on their way into a message: chosen, dropped or pasted, read off the UI thread, shown as chips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.core.clock import Clock
from app.core.documents import Document
from app.core.errors import InputError, MnemeError
from app.ui import theme
from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.widgets import named

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant

_NAME = 40


class Attachments(QWidget):
    """The chips over the field, hidden while there are none. `failed` carries what was wrong with a file."""

    failed = Signal(object)

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock) -> None:
        super().__init__()
        named(self, "plain")
        self._engine, self._tasks, self._clock = engine, tasks, clock
        self._documents: dict[int, tuple[Document, QWidget]] = {}
        self._reading: dict[str, QWidget] = {}
        self.conversation: int | None = None  # in which the next message will be
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(4)
        self.hide()

    def ids(self) -> tuple[int, ...]:
        """The documents that go with the next message."""
        return tuple(self._documents)

    def documents(self) -> list[Document]:
        """They themselves."""
        return [document for document, _ in self._documents.values()]

    def choose(self) -> None:
        """Ask for files."""
        kinds = self.tr("Text, Markdown, code and PDF (*)")
        names, _ = QFileDialog.getOpenFileNames(self.window(), self.tr("Attach documents"), "", kinds)
        self.take([Path(name) for name in names])

    def take(self, paths: Sequence[Path]) -> None:
        """Read files and keep them; each becomes a chip."""
        for path in paths:
            reading = _Reading(path, self.conversation)
            self._keep(path.name, reading, reading)

    def take_text(self, text: str) -> None:
        """Keep a long text that was pasted."""
        name = self.tr("Pasted text, {when}").format(when=f"{self._clock.now().astimezone():%Y-%m-%d %H.%M}")
        self._keep(name, lambda assistant: assistant.documents.attach_text(name, text, self.conversation))

    def show_documents(self, documents: Sequence[Document]) -> None:
        """These, and no others, go with the next message."""
        self.clear()
        for document in documents:
            self._documents[document.id] = (document, self._chip(_short(document.name), document))
        self.setVisible(bool(self._documents or self._reading))

    def bring(self, ids: Sequence[int]) -> None:
        """The same by their numbers, as soon as they are read; those that were erased are left out."""
        here, assistant = self.conversation, self._engine.assistant
        if assistant is None:
            return

        def show(found: list[Document]) -> None:
            if self.conversation == here:
                self.show_documents(found)

        def work() -> list[Document]:
            read = assistant.store.call(lambda store: [store.documents.get(key) for key in ids])
            return [one for one in read if one is not None]

        self._tasks.run(work, show, self.failed.emit)

    def clear(self) -> None:
        """They went with a message."""
        for key in list(self._documents):
            self._remove(key)

    def _keep(self, name: str, work: Callable[[Assistant], Document], reading: _Reading | None = None) -> None:
        if (assistant := self._engine.assistant) is None:
            return
        words = self.tr("Reading {name}…").format(name=_short(name))
        chip = self._reading[name] = self._chip(words, None, reading, name)

        def done(document: Document) -> None:
            self._drop(name, chip)
            assistant.runner.soon("embed")
            if reading is not None and reading.left_out:
                self.failed.emit(InputError(reading.left_out))
            if document.id not in self._documents:
                self._documents[document.id] = (document, self._chip(_short(document.name), document))
            self.setVisible(True)

        def failed(error: MnemeError) -> None:
            self._drop(name, chip)
            if reading is None or reading.going:
                self.failed.emit(error)

        self._tasks.run(lambda: work(assistant), done, failed)

    def _drop(self, name: str, chip: QWidget) -> None:
        if self._reading.get(name) is chip:
            del self._reading[name]
        self._take_away(chip)

    def _remove(self, key: int) -> None:
        _, chip = self._documents.pop(key)
        self._take_away(chip)

    def _take_away(self, chip: QWidget) -> None:
        self._column.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        self.setVisible(bool(self._documents or self._reading))

    def _chip(self, words: str, document: Document | None, reading: _Reading | None = None, name: str = "") -> QWidget:
        chip = named(QFrame(), "chip")
        icon = QLabel()
        icon.setPixmap(theme.icon("file-text", "muted").pixmap(QSize(14, 14)))
        row = QHBoxLayout(chip)
        row.setContentsMargins(8, 2, 4, 2)
        row.setSpacing(6)
        row.addWidget(icon)
        row.addWidget(QLabel(words))
        if document is not None:
            name, key = document.name, document.id
            hint = self.tr("Do not send it with this message. It stays among your documents.")
            close = _closer(self.tr("Leave out {name}").format(name=name), hint)
            close.clicked.connect(lambda _: self._remove(key))
            row.addWidget(close)
            chip.setToolTip(told(document))
        if reading is not None:
            stop = _closer(self.tr("Stop reading {name}").format(name=name), self.tr("Do not read it"))
            stop.clicked.connect(reading.stop)
            row.addWidget(stop)
        holder = named(QWidget(), "plain")
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(chip)
        line.addStretch(1)
        self._column.addWidget(holder)
        self.show()
        return holder


def _closer(words: str, hint: str) -> QToolButton:
    close = named(QToolButton(), "quiet")
    close.setIcon(theme.icon("x", "muted"))
    close.setIconSize(QSize(12, 12))
    close.setAccessibleName(words)
    close.setToolTip(hint)
    return close


class _Reading:
    """The reading of a file, which can be stopped; what of it was left out, once it is read."""

    def __init__(self, path: Path, conversation: int | None) -> None:
        self._path, self._conversation = path, conversation
        self.going, self.left_out = True, ""

    def __call__(self, assistant: Assistant) -> Document:
        return assistant.documents.attach(self._path, self._conversation, self._tell, lambda: self.going)

    def stop(self) -> None:
        """Read no further."""
        self.going = False

    def _tell(self, words: str) -> None:
        self.left_out = words


def told(document: Document) -> str:
    """What a document is, in a line."""
    translate = QCoreApplication.translate
    parts = [document.name]
    if document.pages is not None:
        parts.append(translate("Attachments", "{count} pages").format(count=document.pages))
    parts.append(translate("Attachments", "{count} passages").format(count=document.passages))
    return " · ".join(parts)


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"
