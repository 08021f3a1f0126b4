"""The documents that were handed over: a panel that opens each and lets each go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.core.clock import Clock
from app.core.documents import Document
from app.core.errors import MnemeError
from app.ui.chat.attaching import told
from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.widgets import SidePanel, label, link, named
from app.ui.words.dates import friendly_date


class DocumentsPanel(SidePanel):
    """Reads when it is opened. `opened` and `forget_wanted` carry a document."""

    opened = Signal(int)
    forget_wanted = Signal(int)
    failed = Signal(object)

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock) -> None:
        super().__init__("")
        self.title.setText(self.tr("Documents"))
        self._engine, self._tasks, self._clock = engine, tasks, clock
        self._empty = label(self.tr("Attach a file to a message, or drop it on the window, and it will be here."))
        self.body.addWidget(self._empty)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Show what there is now."""
        if (assistant := self._engine.assistant) is not None:
            work = lambda: assistant.store.call(lambda store: store.documents.all())  # noqa: E731 - said once
            self._tasks.run(work, self._show, self._fail)

    def _fail(self, error: MnemeError) -> None:
        self.failed.emit(error)

    def _show(self, documents: Sequence[Document]) -> None:
        while self.body.count() > 2:
            item = self.body.takeAt(1)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        self._empty.setVisible(not documents)
        for place, document in enumerate(documents):
            self.body.insertWidget(place + 1, self._card(document))

    def _card(self, document: Document) -> QFrame:
        card = named(QFrame(), "card")
        card.setAccessibleName(document.name)
        name, _, more = told(document).partition(" · ")
        opens = link(self.tr("Open"))
        opens.setAccessibleName(self.tr("Open {name}").format(name=name))
        opens.clicked.connect(lambda _: self.opened.emit(document.id))
        forget = link(self.tr("Forget…"))
        forget.setAccessibleName(self.tr("Forget {name}").format(name=name))
        forget.clicked.connect(lambda _: self.forget_wanted.emit(document.id))
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(opens)
        below.addWidget(forget)
        below.addStretch(1)
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(label(name, "value"))
        column.addWidget(label(f"{friendly_date(document.added_at, self._clock.now())} · {more}", "date"))
        column.addLayout(below)
        return card
