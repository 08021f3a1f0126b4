"""Which part of memory leaves, as what, and under which passphrase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.core.types import Filter, Space, is_private
from app.ui.widgets import SidePanel, label, named


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be written where: `form` is archive, json or markdown; "" of a passphrase seals nothing."""

    target: Path
    form: str
    conversation: int | None = None
    where: Filter | None = None
    words: str = ""
    passphrase: str = ""


class ExportPanel(SidePanel):
    """Emits `wanted` with a Wish."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__("")
        self.title.setText(self.tr("Export memory"))
        self._current: int | None = None
        self.form, self.space = QComboBox(), QComboBox()
        self.form.setAccessibleName(self.tr("What to write"))
        for key, words in self._forms().items():
            self.form.addItem(words, key)
        self.form.currentIndexChanged.connect(lambda _: self._check())
        self.space.setAccessibleName(self.tr("Space"))
        self.here = QCheckBox(self.tr("Only the conversation that is open"))
        self.words = QLineEdit()
        self.words.setAccessibleName(self.tr("Only where these words were said"))
        self.since, self.until = _Day(self.tr("Since")), _Day(self.tr("Until the end of"))
        self.passphrase, self.again = QLineEdit(), QLineEdit()
        for field, name in ((self.passphrase, self.tr("Passphrase")), (self.again, self.tr("Passphrase again"))):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setAccessibleName(name)
            field.textChanged.connect(lambda _: self._check())
        self.note = label()
        self.export = named(QPushButton(self.tr("Export…")), "primary")
        self.export.clicked.connect(self._export)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(12)
        form.addRow(self.tr("As"), self.form)
        form.addRow(self.tr("What was said in"), self.space)
        form.addRow(self.here)
        form.addRow(self.since)
        form.addRow(self.until)
        form.addRow(self.tr("Only where these words were said"), self.words)
        form.addRow(self.tr("Passphrase to seal it with"), self.passphrase)
        form.addRow(self.tr("The same again"), self.again)
        form.addRow(self.note)
        form.addRow(self.export)
        self.body.addLayout(form)
        self.body.addStretch(1)
        self.offer([], None)

    def offer(self, spaces: Sequence[Space], current: int | None) -> None:
        """Show the choices that there are: these spaces, and the conversation that is open."""
        chosen = self.space.currentText()
        self.space.clear()
        self.space.addItem(self.tr("All spaces"), None)
        for space in spaces:
            self.space.addItem(space.name, space.name)
        self.space.setCurrentIndex(max(0, self.space.findText(chosen)))
        self._current = current if current is not None and not is_private(current) else None
        self.here.setEnabled(self._current is not None)
        if self._current is None:
            self.here.setChecked(False)
        self._check()

    def done(self, words: str) -> None:
        """Say what was written, and forget the passphrase."""
        self.passphrase.clear()
        self.again.clear()
        self.note.setText(words)

    def wish(self, target: Path) -> Wish:
        """What is chosen."""
        space = self.space.currentData()
        since, until = self.since.start(), self.until.start(days=1)
        where = Filter(space=space, since=since, until=until)
        sealed = self.passphrase.text() if self.form.currentData() == "archive" else ""
        return Wish(
            target,
            self.form.currentData(),
            self._current if self.here.isChecked() else None,
            None if where == Filter() else where,
            self.words.text().strip(),
            sealed,
        )

    def _forms(self) -> dict[str, str]:
        return {
            "archive": self.tr("An archive, which Mneme reads again"),
            "markdown": self.tr("Markdown, a folder to read"),
            "json": self.tr("JSON, for other programs"),
        }

    def _check(self) -> None:
        """Only an archive can be sealed, and only by a passphrase that was written twice."""
        archive = self.form.currentData() == "archive"
        for field in (self.passphrase, self.again):
            field.setEnabled(archive)
        same = not archive or self.passphrase.text() == self.again.text()
        self.export.setEnabled(same)
        told = self.tr(
            "Without a passphrase, anyone who has the file can read it. A passphrase that is lost cannot be had back."
        )
        self.note.setText(told if same else self.tr("The two passphrases differ."))

    def _export(self) -> None:
        form = self.form.currentData()
        names = {"archive": "memory.mneme", "json": "memory.json", "markdown": "memory"}
        kinds = {"archive": self.tr("Archives (*.mneme)"), "json": self.tr("JSON (*.json)"), "markdown": ""}
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export memory"), names[form], kinds[form])
        if name:
            ending = Path(names[form]).suffix
            self.wanted.emit(self.wish(Path(name if name.endswith(ending) else f"{name}{ending}")))


class _Day(QWidget):
    """A day that counts when its box is checked."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.box, self.day = QCheckBox(words), QDateEdit(QDate.currentDate())
        self.day.setCalendarPopup(True)
        self.day.setAccessibleName(words)
        self.day.setEnabled(False)
        self.box.toggled.connect(self.day.setEnabled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box, 1)
        row.addWidget(self.day)

    def start(self, days: int = 0) -> datetime | None:
        """When the day begins here, so many days on; None where it does not count."""
        if not self.box.isChecked():
            return None
        day = self.day.date()
        return datetime.combine(datetime(day.year(), day.month(), day.day()) + timedelta(days), time()).astimezone()
