"""Search over memories, and what can be done with those that are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from app.core.clock import Clock
from app.storage.overview import Seen, Show
from app.ui.engine import Engine
from app.ui.memory.bulk import Bulk
from app.ui.memory.memory_list import MemoryModel, MemoryView
from app.ui.memory.rewording import Rewording
from app.ui.memory.space_choice import SpaceChoice
from app.ui.tasks import Tasks
from app.ui.widgets import choices, label, search_field

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant
    from app.storage.store import Store

_AT_ONCE = 200
_FOUND = 100
_MEANING_AFTER_MS = 250


class Browser(Bulk):
    """Lists memories, the newest first or the best found first."""

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, where: SpaceChoice) -> None:
        super().__init__(engine, tasks, clock, where)
        self.search = search_field(self.tr("Search memories"))
        self.search.textChanged.connect(lambda _: self._typed())
        self.which = choices(self.tr("Which memories"))
        for show, words in self._kinds():
            self.which.addItem(words, show)
        self.which.currentIndexChanged.connect(lambda _: self.refresh())
        self.model = MemoryModel()
        self.view = MemoryView(self.model)
        self.view.activated.connect(lambda index: self._open(self.model.at(index.row())))
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._chosen())
        self.view.verticalScrollBar().valueChanged.connect(lambda _: self._more())
        self.empty = label()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.wording = Rewording()
        self.wording.worded.connect(self._reword)
        self._more_there = False
        self._later = QTimer(self, singleShot=True, interval=_MEANING_AFTER_MS)
        self._later.timeout.connect(self._by_meaning)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.which)
        self.column.addLayout(top)
        self.column.addWidget(self.empty)
        self.column.addWidget(self.view, 1)
        for part in (self.sure, self.wording, self.said):
            self.column.addWidget(part)
        self.column.addWidget(self.deeds)
        self._own_deeds()
        for keys, act in ((QKeySequence.StandardKey.Delete, self._forget), (Qt.Key.Key_F2, self._edit)):
            QShortcut(QKeySequence(keys), self.view, act, context=Qt.ShortcutContext.WidgetShortcut)
        self._chosen()

    def refresh(self) -> None:
        """List what is searched for, or the newest."""
        show, space, words = self._wanted()

        def read(store: Store) -> list[Seen]:
            if not words:
                return store.overview.memories(show, _AT_ONCE, space=space)
            spans = [key for key, _ in store.spans.search(words.split(), _FOUND, unfinished=True)]
            ids = dict.fromkeys(one.first_message_id for one in store.spans.read(spans).values())
            return store.overview.read(list(ids), show, space)

        def work(assistant: Assistant) -> list[Seen]:
            return assistant.store.call(read)

        self._ask_newest(work, self._show)

    def chosen(self) -> list[Seen]:
        """The memories that are chosen, in the order of the list."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedIndexes())
        return [self.model.at(row) for row in rows]

    def chosen_messages(self) -> list[int]:
        return [one.id for one in self.chosen()]

    def _kinds(self) -> list[tuple[Show, str]]:
        return [
            (Show.MINE, self.tr("What you said")),
            (Show.ALL, self.tr("All that was said")),
            (Show.EPISODES, self.tr("Episodes")),
            (Show.PINNED, self.tr("Kept always")),
            (Show.FADING, self.tr("Fading")),
            (Show.ARCHIVED, self.tr("Archived")),
        ]

    def _own_deeds(self) -> None:
        """Open and edit go before what can be done with many."""
        self.open, self.edit = QPushButton(self.tr("Open")), QPushButton(self.tr("Edit…"))
        self.open.clicked.connect(lambda _: self._open(self.chosen()[0]))
        self.edit.clicked.connect(lambda _: self._edit())
        for button in (self.open, self.edit):
            self.deeds.put_first(button)

    def _wanted(self) -> tuple[Show, str | None, str]:
        return self.which.currentData(), self.where.space, self.search.text().strip()

    def _typed(self) -> None:
        self.refresh()
        self._later.start()

    def _by_meaning(self) -> None:
        """What is meant by the words comes below what has them; only where the embedder is there already."""
        show, space, words = self._wanted()
        assistant = self._engine.assistant
        if not words or assistant is None or not assistant.embedder.running:
            return
        known = {self.model.at(row).id for row in range(self.model.rowCount())}

        def work(assistant: Assistant) -> list[Seen]:
            hits = assistant.memory.recall(words, _FOUND // 3, wait_s=0, strict=True).hits
            ids = [hit.span.first_message_id for hit in hits if hit.span.first_message_id not in known]
            return assistant.store.call(lambda store: store.overview.read(ids, show, space))

        self._ask_newest(work, self._add)

    def _show(self, items: list[Seen]) -> None:
        kept = {one.id for one in self.chosen()}
        self.model.show_items(items, self._clock.now())
        self._more_there = len(items) == _AT_ONCE and not self.search.text().strip()
        self._choose(kept)
        self._say_empty()
        self._chosen()

    def _add(self, items: list[Seen]) -> None:
        self.model.add_items(items)
        self._say_empty()

    def _say_empty(self) -> None:
        empty = self.model.rowCount() == 0
        searching = bool(self.search.text().strip())
        usual = self.tr("What you say in a chat is remembered, and will be here.")
        nothing = self.tr("Nothing here yet. Choose “What you said” to see everything.")
        words = self.tr("Nothing found. Try another word, or “All that was said”.") if searching else nothing
        self.empty.setText(usual if not searching and self.which.currentIndex() == 0 else words)
        self.empty.setVisible(empty)
        self.view.setVisible(not empty)

    def _more(self) -> None:
        bar = self.view.verticalScrollBar()
        if not self._more_there or bar.value() < bar.maximum() - bar.pageStep():
            return
        self._more_there = False
        show, space, _ = self._wanted()
        last = self.model.at(self.model.rowCount() - 1).id

        def add(items: list[Seen]) -> None:
            self.model.add_items(items)
            self._more_there = len(items) == _AT_ONCE

        self._ask_newest(
            lambda assistant: assistant.store.call(
                lambda store: store.overview.memories(show, _AT_ONCE, space=space, before=last)
            ),
            add,
        )

    def _choose(self, ids: set[int]) -> None:
        selection = self.view.selectionModel()
        for row in range(self.model.rowCount()):
            if self.model.at(row).id in ids:
                selection.select(self.model.index(row), selection.SelectionFlag.Select)

    def _chosen(self) -> None:
        """Offer what can be done with what is chosen."""
        items = self.chosen()
        for button in (self.open, self.edit):
            button.setEnabled(len(items) == 1)
        pinned = bool(items) and all(one.curve is not None and one.curve.pinned for one in items)
        archived = bool(items) and all(one.state == "archived" for one in items)
        self.deeds.show_chosen(len(items), pinned=pinned, archived=archived)
        self.sure.hide()
        if len(items) != 1:
            self.wording.hide()

    def _open(self, item: Seen) -> None:
        self.opened.emit(item.conversation, item.id)

    def _merge(self) -> None:
        ids, words = self.chosen_messages(), self.tr("Merged: recall brings them as one.")
        self._ask(lambda assistant: assistant.steward.merge(ids), lambda change: self._did(words, change))

    def _edit(self) -> None:
        if len(items := self.chosen()) == 1:
            self.wording.begin(items[0].id, items[0].text)

    def _reword(self, message_id: int, text: str) -> None:
        words = self.tr("Kept in your words, which stand above the old ones. Forgetting them brings the old ones back.")
        self._ask(lambda assistant: assistant.steward.edit(message_id, text), lambda _: self._did(words))
