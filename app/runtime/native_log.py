"""The native library's own log, line by line, into the app's log and nowhere else."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import llama_cpp as native

_LEVELS = {1: logging.DEBUG, 2: logging.DEBUG, 3: logging.WARNING, 4: logging.ERROR}
_CONTINUED = 5
_kept: list[Any] = []  # native code calls it until the process ends
_muted = False
_buffers = 0.0
_BUFFER = re.compile(r"CPU\S* compute buffer size = +([\d.]+) MiB")


def forward_native_log(log: Callable[[int, str], None]) -> None:
    """Send warnings and errors of llama.cpp to `log` as whole lines. Call once a process."""
    parts: list[str] = []
    level = logging.DEBUG

    @native.llama_log_callback  # type: ignore[untyped-decorator]
    def receive(native_level: int, text: bytes, _: object) -> None:
        nonlocal level
        if native_level != _CONTINUED:
            level = _LEVELS.get(native_level, logging.DEBUG)
        parts.append(text.decode("utf-8", "replace"))
        if parts[-1].endswith("\n"):
            line = "".join(parts).rstrip()
            parts.clear()
            _note_buffer(line)
            if line and level >= logging.WARNING and not _muted:
                log(level, line)

    _kept.append(receive)
    native.llama_log_set(receive, None)


def _note_buffer(line: str) -> None:
    global _buffers
    if found := _BUFFER.search(line):
        _buffers = float(found[1])


def compute_buffer_bytes() -> int:
    """What the context that was opened last works in; 0 if it has not said so."""
    return int(_buffers * (1 << 20))


@contextmanager
def muted() -> Iterator[None]:
    """Errors of llama.cpp are no news meanwhile: they are asked for."""
    global _muted
    _muted = True
    try:
        yield
    finally:
        _muted = False
