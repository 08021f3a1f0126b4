"""Reads past the page cache, several at a time, each straight to where it is needed.

Threads suffice: the interpreter's lock is free while they wait for the drive. Reads that somebody waits for go before
those that are made ahead.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from app.core.errors import ModelUnreachable
from app.runtime.flash.memory import Region, down, up


class Latch:
    """Stands for reads under way."""

    __slots__ = ("_done", "_left", "_lock", "error")

    def __init__(self, count: int) -> None:
        self._left = count
        self._lock = threading.Lock()
        self._done = threading.Event()
        self.error: BaseException | None = None
        if count == 0:
            self._done.set()

    @property
    def ready(self) -> bool:
        """Whether all reads have ended, well or not."""
        return self._done.is_set()

    def wait(self) -> None:
        """Return when all reads have ended. Raises what the first that failed raised."""
        self._done.wait()
        if self.error is not None:
            raise self.error

    def one_ended(self, error: BaseException | None = None) -> None:
        """Called by the reader."""
        with self._lock:
            self.error = self.error or error
            self._left -= 1
            if self._left == 0:
                self._done.set()


@dataclass(frozen=True, slots=True)
class Piece:
    """`size` bytes of the file from `start` on, wanted at byte `at` of a region.

    The region has a page of room around them where they do not begin or end on page boundaries. They come to lie
    at `at` exactly when at and start agree in their place in a page, else they are moved there.
    """

    start: int
    size: int
    region: Region
    at: int

    @property
    def moved(self) -> bool:
        """Whether the bytes must be moved once they are read."""
        return (self.start - self.at) % 4096 != 0


@dataclass(slots=True)
class _Job:
    offset: int
    view: memoryview
    needed: int
    latch: Latch


class Reader:
    """Reads one file with `threads` threads, in parts of at most `chunk` bytes."""

    def __init__(self, path: Path, threads: int, chunk: int) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDONLY | os.O_DIRECT)
        self._size = os.fstat(self._file).st_size
        self._chunk = chunk
        self._urgent: deque[_Job] = deque()
        self._ahead: deque[_Job] = deque()
        self._tokens: SimpleQueue[bool] = SimpleQueue()
        self.bytes_read = 0
        self._threads = [threading.Thread(target=self._run, name="flash", daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def read(self, pieces: Iterable[Piece], *, ahead: bool = False) -> Latch:
        """Begin to read; the latch tells when all have come. `ahead` lets reads that somebody waits for go first."""
        jobs = [part for piece in pieces for part in self._parts(piece)]
        latch = Latch(len(jobs))
        lane = self._ahead if ahead else self._urgent
        for job in jobs:
            job.latch = latch
            lane.append(job)
            self._tokens.put(True)
        return latch

    def hasten(self) -> None:
        """What was read ahead is waited for now."""
        while self._ahead:
            try:
                self._urgent.append(self._ahead.popleft())
            except IndexError:
                return

    def close(self) -> None:
        """End the threads after what they have begun, and close the file."""
        for _ in self._threads:
            self._tokens.put(False)
        for thread in self._threads:
            thread.join()
        os.close(self._file)

    def _parts(self, piece: Piece) -> list[_Job]:
        begin, end = down(piece.start), up(piece.start + piece.size)
        base = piece.at - (piece.start - begin)
        self.bytes_read += end - begin
        if piece.moved:
            return [_Moved(begin, memoryview(b""), 0, _NONE, piece)]
        parts = []
        for offset in range(begin, end, self._chunk):
            size = min(self._chunk, end - offset)
            view = piece.region.view[base + offset - begin : base + offset - begin + size]
            parts.append(_Job(offset, view, min(size, self._size - offset), _NONE))
        return parts

    def _run(self) -> None:
        own = _Bounce()
        while self._tokens.get():
            try:
                job = self._urgent.popleft()
            except IndexError:
                job = self._ahead.popleft()
            try:
                if isinstance(job, _Moved):
                    own.read(self._file, job.piece, self._size)
                else:
                    read_fully(self._file, job.view, job.offset, job.needed)
            except BaseException as error:
                job.latch.one_ended(self._explained(error))
            else:
                job.latch.one_ended()

    def _explained(self, error: BaseException) -> BaseException:
        if isinstance(error, OSError):
            return ModelUnreachable(
                "Reading {0} from its drive failed ({1}). See that the drive is connected and the file is whole; "
                "then ask again, and the model is loaded anew.",
                self._path.name,
                error.strerror or error,
            )
        return error


@dataclass(slots=True)
class _Moved(_Job):
    """Bytes whose place in a page in the file is not the one that they need in memory."""

    piece: Piece


class _Bounce:
    """A thread's own room to read into, for bytes that must be moved."""

    def __init__(self) -> None:
        self._region: Region | None = None

    def read(self, file: int, piece: Piece, file_size: int) -> None:
        from app.runtime.flash.memory import anonymous

        begin, end = down(piece.start), up(piece.start + piece.size)
        if self._region is None or self._region.size < end - begin:
            self._region = anonymous(end - begin)
        read_fully(file, self._region.view[: end - begin], begin, min(end, file_size) - begin)
        ctypes.memmove(piece.region.address + piece.at, self._region.address + piece.start - begin, piece.size)


def read_fully(file: int, view: memoryview, offset: int, needed: int) -> None:
    """Fill the view with at least `needed` bytes. Raises OSError, also for a file that ends too early."""
    got = 0
    while got < needed:
        count = os.preadv(file, [view[got:]], offset + got)
        if count <= 0:
            raise OSError(0, "the file ends too early")
        got += count


_NONE = Latch(0)
