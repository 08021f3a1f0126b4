"""Private memory at addresses that native code may be pointed to."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

PAGE = 4096
_HUGE_PAGE = 2 << 20
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(slots=True)
class Region:
    """`size` bytes at `address`, on a page boundary; lives as long as this does."""

    view: memoryview
    address: int
    size: int


def anonymous(size: int, *, huge: bool = False) -> Region:
    """Fresh memory of this process alone, untouched until it is written. Raises MemoryError."""
    size = up(size)
    room = size + (_HUGE_PAGE if huge else 0)
    try:
        mapped = mmap.mmap(-1, max(room, PAGE), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as error:
        raise MemoryError(str(error)) from error
    address = ctypes.addressof(ctypes.c_char.from_buffer(mapped))
    skip = -address % _HUGE_PAGE if huge else 0
    if huge and hasattr(mmap, "MADV_HUGEPAGE"):
        with contextlib.suppress(OSError):
            mapped.madvise(mmap.MADV_HUGEPAGE)
    return Region(memoryview(mapped)[skip : skip + size], address + skip, size)


def down(position: int) -> int:
    """The page boundary at or before it."""
    return position & ~(PAGE - 1)


def up(position: int) -> int:
    """The page boundary at or after it."""
    return (position + PAGE - 1) & ~(PAGE - 1)


def floats_at(address: int, count: int) -> npt.NDArray[np.float32]:
    """Floats that lie at an address, not copied."""
    return np.frombuffer(memoryview((ctypes.c_float * count).from_address(address)), np.float32)


@dataclass(frozen=True, slots=True)
class Mapping:
    """One range of a file in this process: addresses low..high hold the file from `offset` on."""

    low: int
    high: int
    offset: int


def mappings(path: Path) -> list[Mapping]:
    """Where a file is mapped in this process."""
    status = path.stat()
    device = f"{status.st_dev >> 8 & 0xFFF:02x}:{status.st_dev & 0xFF | status.st_dev >> 12 & 0xFFF00:02x}"
    found = []
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            parts = line.split(maxsplit=5)
            if len(parts) == 6 and parts[4] == str(status.st_ino) and parts[3] == device:
                low, high = (int(part, 16) for part in parts[0].split("-"))
                found.append(Mapping(low, high, int(parts[2], 16)))
    return found


def drop(mapping: Mapping) -> None:
    """Take the pages of a mapped file out of this process; they come back from the file when touched."""
    _libc.madvise(ctypes.c_void_p(mapping.low), ctypes.c_size_t(mapping.high - mapping.low), mmap.MADV_DONTNEED)


def status_bytes(*fields: str) -> int:
    """The sum of fields of /proc/self/status, such as RssAnon or VmData."""
    total = 0
    with open("/proc/self/status", encoding="utf-8") as lines:
        for line in lines:
            name, _, rest = line.partition(":")
            if name in fields:
                total += int(rest.split()[0]) * 1024
    return total
