"""Searches the bytes of files for what should not be there any more.

A trace is a run of at least `LEAST` bytes of something erased. Files are read as they lie on the disk, free pages and
logs of SQLite included; what the file system keeps beyond them is out of reach.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

LEAST = 16
_BLOCK = 8
_SPARE_BITS = 6  # so that one slot in 64 of the table is taken at most, and the table stays in the cache
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_AT_ONCE = 1 << 20
_MOST = 2_000  # traces that are told; more say nothing else
_WEIGHTS = ("models", "weights")

Words = npt.NDArray[np.uint64]


class Probe:
    """Looks for needles. One that is shorter than `LEAST` bytes must be there whole; below 8 bytes none is looked for.

    Built once and used for many files. All needles are searched in one pass, however many they are.
    """

    def __init__(self, needles: Iterable[bytes]) -> None:
        self._needles = sorted({needle for needle in needles if len(needle) >= _BLOCK})
        self._places: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, needle in enumerate(self._needles):
            for place in range(0, len(needle) - _BLOCK + 1, _BLOCK if len(needle) >= LEAST else 1):
                block = needle[place : place + _BLOCK]
                if len(set(block)) > 1:
                    self._places[int.from_bytes(block, "little")].append((number, place))
        self._blocks = np.array(sorted(self._places), dtype=np.uint64)
        self._bits = len(self._places).bit_length() + _SPARE_BITS
        self._table = np.zeros(1 << self._bits, dtype=bool)
        self._table[self._slots(self._blocks)] = True

    def traces(self, data: bytes) -> set[bytes]:
        """The longest runs of needles in `data`."""
        found: set[bytes] = set()
        if not self._places:
            return found
        for offset in range(min(_BLOCK, len(data) - _BLOCK + 1)):
            words = np.frombuffer(data, dtype="<u8", offset=offset, count=(len(data) - offset) // _BLOCK)
            likely = np.flatnonzero(self._table[self._slots(words)])
            known = likely[np.isin(words[likely], self._blocks)]
            for index in known.tolist():
                found |= self._runs(data, offset + index * _BLOCK, int(words[index]))
                if len(found) >= _MOST:
                    return found
        return found

    def in_file(self, path: Path) -> set[bytes]:
        """The longest runs of needles in a file; none where it is gone."""
        overlap = min(max(map(len, self._needles), default=0), 1 << 16)
        found: set[bytes] = set()
        try:
            with open(path, "rb") as file:
                before = b""
                while part := file.read(_AT_ONCE):
                    found |= self.traces(before + part)
                    before = (before + part)[-overlap:] if overlap else b""
        except FileNotFoundError:
            pass
        return found

    def _slots(self, words: Words) -> npt.NDArray[np.int64]:
        return np.asarray((words * _SPREAD) >> np.uint64(64 - self._bits), dtype=np.int64)

    def _runs(self, data: bytes, place: int, block: int) -> set[bytes]:
        runs = set()
        for number, start in self._places[block]:
            needle = self._needles[number]
            left = _alike(data[max(place - start, 0) : place][::-1], needle[:start][::-1])
            right = _alike(data[place : place + len(needle) - start], needle[start:])
            if left + right >= min(LEAST, len(needle)):
                runs.add(data[place - left : place + right])
        return runs


def files_of(folder: Path) -> list[Path]:
    """All files under a data folder, but for the weights of models, which nothing that is said goes into."""
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] not in _WEIGHTS
    )


def _alike(one: bytes, other: bytes) -> int:
    """With how many same bytes both begin."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
