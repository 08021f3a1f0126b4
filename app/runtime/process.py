"""The app's side of a worker: start it, talk to it, notice its death, start it again.

A crash or an out-of-memory kill in native code costs the request that was running and nothing else.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import multiprocessing
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from app.core import errors
from app.core.errors import MnemeError
from app.runtime.messages import End, LogLine, Problem, Reply, Request, Stop

_log = logging.getLogger("mneme.worker")
_START = 0
_PATIENCE_S = 2.0
_ASK_EVERY_S = 0.2


class WorkerDied(Exception):
    """The process ended while a request was running. `exit_code` is negative for a signal, None when we ended it."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__("closed" if exit_code is None else f"exit code {exit_code}")
        self.exit_code = exit_code


class WorkerProcess:
    """One worker process, started on demand. Thread-safe; requests are answered one after the other."""

    def __init__(self, name: str, main: Callable[..., None], config: object) -> None:
        self._name = name
        self._main = main
        self.config = config
        """What the process is given when it starts; another takes effect at its next start."""
        self._starting = threading.Lock()
        self._launching = threading.Lock()  # a process that is half begun cannot be ended
        self._sending = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, _Waiter] = {}
        self._process: BaseProcess | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._greeting: Any = None
        self.last_used = time.monotonic()

    @property
    def pid(self) -> int | None:
        """The process id, or None when it is not running."""
        process = self._process
        return process.pid if process is not None and process.is_alive() else None

    @property
    def greeting(self) -> Any:
        """What the process said of itself once it was ready; None when it is not running."""
        return self._greeting if self.pid is not None else None

    @property
    def busy(self) -> bool:
        """Whether a request is waiting for its answer."""
        return bool(self._waiting)

    def start(self) -> Any:
        """Start the process if it is not running; return what it said of itself once it was ready.

        Raises the MnemeError that its start met, or WorkerDied.
        """
        with self._starting:
            if self.pid is None or self._greeting is None:
                self._greeting = None
                self._greeting = self._spawn()
            self.last_used = time.monotonic()
            return self._greeting

    def request(
        self, body: Any, on_number: Callable[[int], None] = lambda _: None, going: Callable[[], bool] | None = None
    ) -> Iterator[Any]:
        """Send a request and yield its answers. Raises MnemeError or WorkerDied.

        `on_number` learns the number under which the request can be stopped. Where `going` is given it is asked
        a few times a second, and the request is stopped as soon as it says no.
        """
        self.start()
        with self._launching:
            process, pipe = self._process, self._pipe
        if process is None:
            raise WorkerDied(None)  # closed this very moment
        number = next(self._numbers)
        waiter = self._waiting[number] = _Waiter(process)
        try:
            on_number(number)
            self._send(pipe, Request(number, body))
            yield from waiter.answers(going, lambda: self.stop(number))
        finally:
            self._waiting.pop(number, None)
            self.last_used = time.monotonic()

    def stop(self, number: int) -> None:
        """Ask the worker to end a request early."""
        with contextlib.suppress(WorkerDied):
            self._send(self._pipe, Stop(number))

    def close(self) -> None:
        """End the process and give its memory back. It starts again when asked anything."""
        with self._launching:
            process, ready = self._process, self._greeting is not None
            self._process = self._greeting = None
        if process is None:
            return
        if ready:
            with contextlib.suppress(WorkerDied):
                self._send(self._pipe, End())
            process.join(_PATIENCE_S)
        process.kill()
        process.join()

    def _spawn(self) -> Any:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=self._main, args=(theirs, self.config), name=self._name, daemon=True)
        waiter = self._waiting[_START] = _Waiter(process)
        try:
            with self._launching, _no_interrupt():
                process.start()
                self._process, self._pipe = process, ours
            theirs.close()
            threading.Thread(target=self._listen, args=(process, ours), name=f"{self._name} pipe", daemon=True).start()
            return list(waiter.answers())[-1]
        finally:
            self._waiting.pop(_START, None)

    def _send(self, pipe: Connection[Any, Any] | None, message: Request | Stop | End) -> None:
        with self._sending:
            try:
                if pipe is not None:
                    pipe.send(message)
            except OSError:
                raise WorkerDied(None) from None

    def _listen(self, process: BaseProcess, pipe: Connection[Any, Any]) -> None:
        while True:
            try:
                message = pipe.recv()
            except (EOFError, OSError):
                break
            if isinstance(message, LogLine):
                _log.log(message.level, "%s: %s", self._name, message.text)
            elif isinstance(message, Reply) and (waiter := self._waiting.get(message.number)):
                waiter.inbox.put(message)
        process.join()
        _log.info("%s ended with %s", self._name, process.exitcode)
        for waiter in list(self._waiting.values()):
            if waiter.process is process:  # a request of the process that came after it goes on
                waiter.inbox.put(WorkerDied(process.exitcode if process is self._process else None))


@contextlib.contextmanager
def _no_interrupt() -> Iterator[None]:
    """A process begun here never sees Ctrl+C, which the terminal sends to all: not even before it can ignore it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # the first start would do it, and unblock the signal again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Waiter:
    """A request waiting for the answers of one process."""

    def __init__(self, process: BaseProcess) -> None:
        self.process = process
        self.inbox: queue.SimpleQueue[Reply | WorkerDied] = queue.SimpleQueue()

    def answers(
        self, going: Callable[[], bool] | None = None, stop: Callable[[], None] = lambda: None
    ) -> Iterator[Any]:
        """What comes, to the end of the request; `stop` is called when `going()` says no."""
        while isinstance(reply := self._next(going, stop), Reply):
            if isinstance(reply.body, Problem):
                raise _error(reply.body)
            if reply.last:
                return
            yield reply.body
        raise reply

    def _next(self, going: Callable[[], bool] | None, stop: Callable[[], None]) -> Reply | WorkerDied:
        while True:
            try:
                return self.inbox.get(timeout=None if going is None else _ASK_EVERY_S)
            except queue.Empty:
                if going is not None and not going():
                    stop()


def _error(problem: Problem) -> MnemeError:
    kind = getattr(errors, problem.kind, None) if problem.kind else None
    if isinstance(kind, type) and issubclass(kind, MnemeError):
        return kind(problem.message)
    return MnemeError("This is a fault in Mneme, not yours: {0}. The log has the details.", problem.message)
