"""Work off the UI thread, and its results back on it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from app.core.errors import MnemeError

T = TypeVar("T")
_log = logging.getLogger(__name__)


def _ignore(_: Any) -> None:
    return None


class Tasks(QObject):
    """Runs work on threads; callbacks run on the thread that owns this object, in order.

    Work must not touch a widget. After `close` no callback runs any more.
    """

    _arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._closed = False
        self._branches: list[Tasks] = []
        self._arrived.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] = _ignore,
        failed: Callable[[MnemeError], None] = _ignore,
    ) -> None:
        """Do `work` on a thread of its own; then `done(result)` or `failed(error)` here."""

        def body() -> None:
            try:
                result = work()
            except Exception as error:
                known = as_known(error)
                self._post(lambda: failed(known))
            else:
                self._post(lambda: done(result))

        threading.Thread(target=body, name="task", daemon=True).start()

    def stream(
        self,
        work: Callable[[], Iterator[T]],
        each: Callable[[T], None],
        done: Callable[[], None],
        failed: Callable[[MnemeError], None],
    ) -> None:
        """Iterate `work()` on a thread; `each(item)` for every item, then `done()` or `failed(error)`, here."""

        def body() -> None:
            for item in work():
                self._post(lambda item=item: each(item))  # type: ignore[misc]

        self.run(body, lambda _: done(), failed)

    def branch(self) -> Tasks:
        """Tasks of something that may end before these do, and ends with these."""
        self._branches = [one for one in self._branches if not one.closed]
        self._branches.append(branch := Tasks())
        branch._closed = self._closed
        return branch

    @property
    def closed(self) -> bool:
        """Whether no callback runs any more."""
        return self._closed

    def close(self) -> None:
        """Let what still runs end without a word."""
        self._closed = True
        for branch in self._branches:
            branch.close()

    def _post(self, call: Callable[[], None]) -> None:
        if not self._closed:
            self._arrived.emit(call)

    @Slot(object)
    def _call(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()


def as_known(error: Exception) -> MnemeError:
    """The error itself when it is one for people; else a fault of Mneme, logged with its traceback."""
    if isinstance(error, MnemeError):
        return error
    _log.error("a fault in a task", exc_info=error)
    words = QCoreApplication.translate("Tasks", "This is a fault in Mneme, not yours ({0}). The log has the details.")
    return MnemeError(words.format(type(error).__name__))
