"""Models that are being fetched: begun by a click, paused by another, told of as they come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from app.core.errors import MnemeError
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from app.runtime.catalogue import Entry
    from app.runtime.download import Downloader

_TELL_EVERY_S = 0.2


class Downloads(QObject):
    """Fetches on threads of its own. `came` has the id of the model, bytes done, bytes in all, and bytes a second;
    `ended` the id and its place, None where it was paused; `failed` the id and the error."""

    came = Signal(str, object, object, float)
    ended = Signal(str, object)
    failed = Signal(str, object)
    _seen = Signal(str, object, object, float)

    def __init__(self, tasks: Tasks, make: Callable[[], Downloader]) -> None:
        super().__init__()
        self._tasks, self._make = tasks, make
        self._going: dict[str, bool] = {}
        self._seen.connect(self.came, Qt.ConnectionType.QueuedConnection)

    def downloader(self) -> Downloader:
        """What fetches, with the folder of the settings in force."""
        return self._make()

    def running(self, key: str) -> bool:
        """Whether a model is being fetched now."""
        return key in self._going

    def start(self, entry: Entry) -> None:
        """Fetch a model, or go on with it."""
        if entry.id in self._going:
            return
        self._going[entry.id] = True

        def done(place: object) -> None:
            del self._going[entry.id]
            self.ended.emit(entry.id, place)

        def failed(error: MnemeError) -> None:
            del self._going[entry.id]
            self.failed.emit(entry.id, error)

        report = _Paced(lambda *seen: self._seen.emit(entry.id, *seen))
        self._tasks.run(
            lambda: self._make().fetch(entry, report, lambda: self._going.get(entry.id, False)), done, failed
        )

    def pause(self, key: str) -> None:
        """Stop for now; what came is kept."""
        if key in self._going:
            self._going[key] = False

    def close(self) -> None:
        """Pause all."""
        for key in self._going:
            self._going[key] = False


class _Paced:
    """Tells of progress some times a second, with the speed since the beginning."""

    def __init__(self, tell: Callable[[int, int, float], None]) -> None:
        self._tell = tell
        self._begun: tuple[float, int] | None = None
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._begun is None:
            self._begun = now, done
        if now - self._told >= _TELL_EVERY_S or done == total:
            self._told = now
            took = now - self._begun[0]
            self._tell(done, total, (done - self._begun[1]) / took if took > 1 else 0.0)
