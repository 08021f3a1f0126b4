"""One thread owns the database connection and the vector index; everybody else asks it.

Work of a person overtakes background work, which therefore comes in small pieces.
"""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from app.core.errors import StoreError
from app.storage.database import explained
from app.storage.store import Store

T = TypeVar("T")
_PERSON, _BACKGROUND, _END = 0, 1, 2


class StoreOwner:
    """Runs functions of the store on its own thread, one at a time, the person's first.

    A function must not touch a widget or wait for a process. An error of SQLite comes back
    as a StoreError. The store is opened on the first call.
    """

    def __init__(self, opener: Callable[[], Store]) -> None:
        self._opener = opener
        self._store: Store | None = None
        self._jobs: queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._closed = False
        self._door = threading.Lock()  # nothing slips in behind the end
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Store], T], *, background: bool = False) -> Future[T]:
        """Queue `work`; the future brings its result or its error."""
        future: Future[T] = Future()
        level = _BACKGROUND if background else _PERSON
        with self._door:
            if self._closed:
                future.set_exception(StoreError("Mneme is closing, so the memory store is no longer open."))
            else:
                self._jobs.put((level, next(self._order), lambda: self._do(work, future)))
        return future

    def call(self, work: Callable[[Store], T], *, background: bool = False) -> T:
        """Run `work` and wait for it. Not for the thread that draws the window."""
        return self.submit(work, background=background).result()

    def write(self, work: Callable[[Store], T], *, background: bool = False) -> T:
        """Run `work` in one transaction and wait: when this returns, what it wrote is on disk."""

        def inside(store: Store) -> T:
            with store.transaction():
                return work(store)

        return self.call(inside, background=background)

    def close(self) -> None:
        """Finish what is queued, save, and close the store. Idempotent."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._jobs.put((_END, next(self._order), None))
        self._thread.join()

    def _do(self, work: Callable[[Store], Any], future: Future[Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            if self._store is None:
                self._store = self._opener()
            with explained(self._store.path):
                future.set_result(work(self._store))
        except BaseException as error:
            future.set_exception(error)

    def _run(self) -> None:
        while (job := self._jobs.get()[2]) is not None:
            job()
        if self._store is not None:
            self._store.close()
