"""The page that lists every network call Mneme ever made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.widgets import WidePage, label, link

if TYPE_CHECKING:
    from app.core.ledger import Call


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
        self.table.setMinimumHeight(360)
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
        self.summary.setText(
            self.tr("{0} calls to {1} hosts").format(len(calls), len(hosts)) if calls else self.tr("None so far.")
        )
        for row, call in enumerate(calls):
            came = self.tr("no answer") if call.received is None else f"{call.received:,} B · {call.outcome}"
            when = f"{call.at.astimezone():%Y-%m-%d %H:%M:%S}"
            for column, words in enumerate((when, call.host, call.purpose, came)):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self.table.setItem(row, column, item)
        for column in (0, 1, 3):
            self.table.resizeColumnToContents(column)
