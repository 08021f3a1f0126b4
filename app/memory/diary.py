"""The diary: what changed in memory, told in sentences, with the way back.

The log holds no words, so a line is told from its subjects as they are now. Each room that changes memory names its
kinds of change here, with how to tell one and how to undo it (`Kind`); `bootstrap` puts them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.core.clock import Clock
from app.core.errors import InputError
from app.core.phrase import Phrase, form
from app.storage.changes import Change
from app.storage.owner import StoreOwner
from app.storage.store import Store

_ERASED = Phrase("What this was about has been erased.")
_UNKNOWN = Phrase("Something changed that this Mneme cannot tell.")
_NO_WAY_BACK = form("What this was about has been erased. There is nothing left to undo.")


class Kind(NamedTuple):
    """How a kind of change is told, in one sentence, and undone. Both run on the store's thread, `undo` inside a
    transaction; it must cope with subjects that changed since, and raise InputError where there is no way back."""

    tell: Callable[[Store, Change], str]
    undo: Callable[[Store, Change], None] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the diary."""

    id: int
    at: datetime
    text: str
    kind: str
    by_night: bool
    job_run_id: int | None
    undoable: bool
    undone_at: datetime | None


class Diary:
    """Reads the change log aloud. Thread-safe and blocking: not for the UI thread. Errors are MnemeErrors."""

    def __init__(self, store: StoreOwner, clock: Clock, kinds: Mapping[str, Kind]) -> None:
        self._store = store
        self._clock = clock
        self._kinds = kinds

    def lines(self, limit: int = 100, before: int = 1 << 62) -> list[Line]:
        """The lines with ids below `before`, the newest first. Read-only."""
        return self._store.call(lambda store: [self._line(store, c) for c in store.changes.read(limit, before)])

    def undo(self, change_id: int) -> bool:
        """Take a change back, in one transaction; False when it had been already. Raises InputError."""

        def work(store: Store) -> bool:
            change = store.changes.get(change_id)
            if change is None:
                raise InputError("The diary has no line {0}. `mneme diary` lists them.", change_id)
            if change.undone_at is not None:
                return False
            if (kind := self._kinds.get(change.kind)) is None or kind.undo is None:
                raise InputError("This change cannot be undone.")
            if not change.subjects:
                raise InputError(_NO_WAY_BACK)
            kind.undo(store, change)
            return store.changes.mark_undone(change_id, self._clock.now())

        return self._store.write(work)

    def _line(self, store: Store, change: Change) -> Line:
        kind = self._kinds.get(change.kind)
        told = kind.tell(store, change) if kind and change.subjects else _ERASED
        text = told if kind else _UNKNOWN
        undoable = bool(change.undone_at is None and change.subjects and kind and kind.undo)
        by_night = change.actor == "night"
        return Line(change.id, change.at, text, change.kind, by_night, change.job_run_id, undoable, change.undone_at)
