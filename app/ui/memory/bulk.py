"""A view of memory in which many things are chosen, and something is done with all of them."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from app.core.clock import Clock
from app.ui.engine import Engine
from app.ui.memory.deeds import Deeds
from app.ui.memory.forget_panel import outcome, taken
from app.ui.memory.section import Section
from app.ui.memory.space_choice import SpaceChoice
from app.ui.memory.sure import Sure
from app.ui.tasks import Tasks

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant


class Bulk(Section):
    """Keeps, moves, archives and erases the messages that are chosen; how to merge is its heirs' own affair.

    All but erasing can be taken back at once and in the diary. Erasing shows first what would go.
    """

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, where: SpaceChoice) -> None:
        super().__init__(engine, tasks, clock, where)
        self._doomed: list[int] = []
        self.sure = Sure()
        self.sure.agreed.connect(self._erase)
        self.deeds = Deeds()
        self.deeds.keep_wanted.connect(self._keep)
        self.deeds.merge_wanted.connect(self._merge)
        self.deeds.move_wanted.connect(self._move)
        self.deeds.archive_wanted.connect(self._archive)
        self.deeds.forget_wanted.connect(self._forget)

    @abstractmethod
    def chosen_messages(self) -> list[int]:
        """The messages of what is chosen."""

    @abstractmethod
    def _merge(self) -> None:
        """Make one of what is chosen."""

    def _keep(self, on: bool) -> None:
        ids = self.chosen_messages()
        words = self.tr("Kept: they do not fade.") if on else self.tr("They may fade again.")
        self._ask(lambda assistant: assistant.steward.pin(ids, on=on), lambda change: self._did(words, change))

    def _move(self, space: str) -> None:
        ids = self.chosen_messages()
        words = self.tr("Moved to “{}”.").format(space) if space else self.tr("Moved out of its space.")
        self._ask(lambda assistant: assistant.steward.move(ids, space), lambda change: self._did(words, change))

    def _archive(self, away: bool) -> None:
        ids = self.chosen_messages()
        if away:
            words = self.tr("Archived: they fade from replies, and search still finds them.")
            self._ask(lambda assistant: assistant.steward.archive(ids), lambda change: self._did(words, change))
            return
        words = self.tr("Brought back: they are vivid again.")

        def again(assistant: Assistant) -> int:
            return assistant.steward.archive(ids)

        self._ask(lambda assistant: assistant.steward.revive(ids), lambda _: self._did(words, back=again))

    def _forget(self) -> None:
        """Show what erasing would take along, and ask."""
        if not (ids := self.chosen_messages()):
            return
        self._doomed = ids

        def work(assistant: Assistant) -> tuple[str, list[str]]:
            preview = assistant.eraser.preview(ids)
            return taken(preview), [message.text for message in preview.messages]

        def show(found: tuple[str, list[str]]) -> None:
            words = self.tr("Erasing takes {}. It cannot be undone; archiving can.")
            self.sure.ask(words.format(found[0]), found[1])

        self._ask(work, show)

    def _erase(self) -> None:
        ids = self._doomed
        self.said.tell(self.tr("Erasing, and looking for traces…"))
        self._ask(lambda assistant: assistant.eraser.erase(ids), lambda erased: self._did(outcome(erased)))
