"""The page that lists every network call Mneme ever made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem

from app.ui.engine import Engine
from app.ui.models.words import gigabytes
from app.ui.tasks import Tasks
from app.ui.widgets import WidePage, label, link

if TYPE_CHECKING:
    from app.core.ledger import Call


_ROWS, _APART = 16, 16
_COUNTED = 500_000  # bytes up to which they are told one by one


class NetworkPage(WidePage):
    """Reads the ledger when it is opened. Emits `failed` with an error."""

    failed = Signal(object)

    def __init__(self, engine: Engine, tasks: Tasks) -> None:
        super().__init__("")
        self.set_title(self.tr("Network calls"))
        self._engine, self._tasks = engine, tasks
        self.summary = label(name="value")
        said = label(
            self.tr(
                "Mneme works with the cable pulled. The app uses the network to fetch a model that you asked for, and "
                "for nothing else. Each of these calls is written down here before it is made, with no content, and "
                "nothing removes it."
            )
        )
        before = label(
            self.tr(
                "Not in the list is what set Mneme up: make, or mneme setup, fetches its libraries and the embedded "
                "models once, by pip and in a process of its own. A package that was installed brings them along."
            )
        )
        self.table = QTableWidget(0, 4)
        self.table.setAccessibleName(self.tr("Network calls"))
        self.table.setHorizontalHeaderLabels([self.tr("When"), self.tr("Where"), self.tr("What for"), self.tr("Came")])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        again = link(self.tr("Look again"))
        again.clicked.connect(self.refresh)
        for part in (said, before, self.summary, self.table, again):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Read the list anew."""
        if (assistant := self._engine.assistant) is None:
            return
        path = assistant.data.network

        def work() -> list[Call]:
            from app.core.ledger import Ledger

            return Ledger(path).calls()

        self._tasks.run(work, self._show, self.failed.emit)

    def _show(self, calls: list[Call]) -> None:
        self.table.setVisible(bool(calls))
        self.table.setRowCount(len(calls))
        hosts = {call.host for call in calls}
        words = self.tr("{0} calls to {1} hosts") if len(hosts) > 1 else self.tr("{0} calls to one host")
        one = self.tr("One call") if len(calls) == 1 else words.format(len(calls), len(hosts))
        self.summary.setText(one if calls else self.tr("None so far."))
        for row, call in enumerate(calls):
            came = self.tr("no answer") if call.received is None else f"{_size(call.received)} · {call.outcome}"
            when = f"{call.at.astimezone():%Y-%m-%d %H:%M:%S}"
            for column, words in enumerate((when, call.host, call.purpose, came)):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self.table.setItem(row, column, item)
        for column in (0, 1, 3):
            self.table.resizeColumnToContents(column)
            self.table.setColumnWidth(column, self.table.columnWidth(column) + _APART)
        rows = min(len(calls), _ROWS)
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height() + rows * self.table.rowHeight(0) + 4
        )


def _size(count: int) -> str:
    return gigabytes(count) if count >= _COUNTED else f"{count:,} B"
