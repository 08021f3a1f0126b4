"""The text of a PDF, read in a process of its own: no page, however it was made, can hold the app.

A page that takes too long is left out, and so is what follows when the time for the whole document is over.
Nothing heavy is imported above: the process starts with this module.
"""

from __future__ import annotations

import io
import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from app.core.errors import InputError
from app.core.text import storable

PAGE_S, WHOLE_S = 10.0, 60.0
_ASK_EVERY_S = 0.1
_START_S = 20.0  # for the process to begin, however busy the machine is
_MEMORY = 3 << 30
LOCKED, DAMAGED = "locked", "damaged"
_PAGE, _SKIPPED, _OVER = "page", "skipped", ""


class Stopped(InputError):
    """Nobody wants it read any more."""


@dataclass(slots=True)
class Pages:
    """The text of each page, "" for one that was left out; `left_out` are their numbers, from 1, of `count` pages.
    `problem` is LOCKED or DAMAGED, and then there are no pages; `why` names what went wrong last."""

    texts: list[str] = field(default_factory=list)
    count: int = 0
    left_out: list[int] = field(default_factory=list)
    problem: str = ""
    why: str = ""

    def leave_out(self) -> None:
        """Go on without the page that would be next."""
        self.texts.append("")
        self.left_out.append(len(self.texts))


def pages_of(content: bytes, most: int, going: Callable[[], bool] = lambda: True) -> Pages:
    """Read a PDF up to so many characters. Raises Stopped as soon as `going` says no."""
    found, ends = Pages(), time.monotonic() + WHOLE_S + _START_S
    while not _read(found, content, most, going, ends):
        found.leave_out()  # the page that held it up
        if not found.count or time.monotonic() > ends:
            found.left_out += range(len(found.texts) + 1, found.count + 1)
            break
    return found


def _read(found: Pages, content: bytes, most: int, going: Callable[[], bool], ends: float) -> bool:
    """Read on with a fresh process, from the first page that is missing; False when a page held it up."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(theirs,), name="pdf", daemon=True)
    process.start()
    theirs.close()
    try:
        with suppress(OSError, EOFError):  # it ended, most often because memory ran out
            ours.send((content, len(found.texts), most))
            return _take(found, ours, going, ends)
        return False
    finally:
        process.kill()
        process.join()
        ours.close()


def _take(found: Pages, ours: Connection[Any, Any], going: Callable[[], bool], ends: float) -> bool:
    patience = time.monotonic() + _START_S + PAGE_S
    while True:
        if not going():
            raise Stopped("The reading was stopped.")
        if not ours.poll(_ASK_EVERY_S):
            if time.monotonic() > min(patience, ends):
                return False
            continue
        kind, words, found.count = ours.recv()
        if kind == _PAGE:
            found.texts.append(words)
        elif kind == _SKIPPED:
            found.leave_out()
            found.why = words
        else:
            found.problem, found.why = kind, words or found.why
            return True
        if time.monotonic() > ends:
            return False
        patience = time.monotonic() + PAGE_S


def _work(pipe: Connection[Any, Any]) -> None:
    """In the process: tell each page as it comes, with how many there are, and when it is over."""
    content, first, most = pipe.recv()
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
    _keep_small()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings may repeat what the file says
    try:
        from pypdf import PdfReader

        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            pipe.send((LOCKED, "", 0))
            return
        count, size = len(reader.pages), 0
        for number in range(first, count):
            kind, text = _page(reader, number)
            pipe.send((kind, text, count))
            if (size := size + len(text)) > most:
                break
        pipe.send((_OVER, "", count))
    except Exception as error:  # whatever a broken file makes of it
        pipe.send((DAMAGED, type(error).__name__, 0))


def _page(reader: Any, number: int) -> tuple[str, str]:
    """The text of a page; or that it is skipped, and the name of what is wrong with it."""
    try:
        return _PAGE, storable(reader.pages[number].extract_text() or "")
    except Exception as error:  # whatever a broken page makes of it
        return _SKIPPED, type(error).__name__


def _end_with(pipe: Connection[Any, Any]) -> None:
    """End when the app does: nothing else ever comes."""
    with suppress(OSError, EOFError):
        pipe.recv()
    os._exit(1)


def _keep_small() -> None:
    """A page that asks for more memory than any needs costs the page, not the machine."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
