"""The worker's side of the pipe: requests in, replies out, and a flag for "stop".

A worker prints nothing, ignores Ctrl+C (its app decides), and ends when its app does.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from app.core.errors import MnemeError
from app.runtime.messages import End, LogLine, Problem, Reply, Request, Stop

_START = 0

CALM_THREADS = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "1000"}
"""Threads that wait for each other look again for some microseconds, as long as most products take to end together, and
then sleep. Spinning on, they starve whatever else runs, and each other most of all; asleep at once, they take half as
long again to wake for every product."""


class Channel:
    """One worker's connection. `serve` runs on the main thread; another one listens."""

    def __init__(self, pipe: Connection[Any, Any]) -> None:
        self._pipe = pipe
        self._sending = threading.Lock()
        self._requests: queue.SimpleQueue[Request | End] = queue.SimpleQueue()
        self._stopped: set[int] = set()
        self._current = _START
        _be_quiet()

    def send(self, message: Reply | LogLine) -> None:
        """Send towards the app; a broken pipe means the app is gone, and so is this process."""
        with self._sending:
            try:
                self._pipe.send(message)
            except OSError:
                os._exit(0)

    def log(self, level: int, text: str) -> None:
        """Put a line into the app's log."""
        self.send(LogLine(level, text))

    def stopping(self) -> bool:
        """Whether the request being served has been told to stop."""
        return self._current in self._stopped

    def serve(self, start: Callable[[], Any], handle: Callable[[Any], Iterator[Any]]) -> None:
        """Report `start()`, then answer requests until told to end. An error in either becomes a Problem."""
        if not self._attempt(_START, lambda: iter([start()])):
            return
        threading.Thread(target=self._listen, name="listen", daemon=True).start()
        while isinstance(request := self._requests.get(), Request):
            self._current = request.number
            self._attempt(request.number, partial(handle, request.body))

    def _attempt(self, number: int, work: Callable[[], Iterator[Any]]) -> bool:
        try:
            for item in work():
                self.send(Reply(number, item))
            self.send(Reply(number, None, last=True))
        except MnemeError as error:
            self.send(Reply(number, Problem(type(error).__name__, error.message), last=True))
            return False
        except MemoryError:
            problem = Problem("ModelTooLarge", "Memory ran out. Close other programs and try again.")
            self.send(Reply(number, problem, last=True))
            return False
        except Exception as error:
            self.log(logging.ERROR, traceback.format_exc())
            self.send(Reply(number, Problem("", f"{type(error).__name__}: {error}"), last=True))
            return False
        return True

    def _listen(self) -> None:
        while True:
            try:
                message = self._pipe.recv()
            except Exception:  # the app is gone, or what comes is no message: there is nothing left to do here
                os._exit(0)
            if isinstance(message, Stop):
                self._stopped.add(message.number)
            else:
                if isinstance(message, End):
                    self._stopped.add(self._current)
                self._requests.put(message)


def _be_quiet() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the life of the process
