"""How fast a drive reads at random places, by the size of the reads and how many are made at once.

The cost model that the planner leans on (section 3.1): measured in two seconds on the model's own file, once a device,
into huge pages as weights are read: into small ones every read falls apart into hundreds, at half the rate.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.runtime.flash.memory import PAGE, anonymous, down
from app.runtime.flash.reader import read_fully

CHUNKS = (1 << 16, 1 << 18, 1 << 20, 1 << 22)
DEPTHS = (1, 4, 8)
STREAM = (1 << 21, 4)  # a huge page at a time: one piece for the drive
_SECONDS_EACH = 0.16
_ENOUGH = 0.85  # of the best rate


@dataclass(frozen=True, slots=True)
class Device:
    """Bytes a second by (size of a read, reads at once) at random places; `stream` is that of a file read in order."""

    rates: dict[tuple[int, int], float]
    stream: float

    def rate(self, size: int, threads: int) -> float:
        """Bytes a second for reads of about `size`, between the sizes that were measured."""
        chunks = sorted({chunk for chunk, depth in self.rates if depth == threads})
        below = [chunk for chunk in chunks if chunk <= size] or chunks[:1]
        above = [chunk for chunk in chunks if chunk >= size] or chunks[-1:]
        low, high = below[-1], above[0]
        if low == high:
            return self.rates[low, threads]
        share = (size - low) / (high - low)
        return self.rates[low, threads] * (1 - share) + self.rates[high, threads] * share

    def best(self, size: int) -> tuple[int, int]:
        """How many threads, and the largest part a read is to be split into, for pieces of `size` bytes.

        Fewer threads and fewer parts where that costs little: measured for a moment, rates waver.
        """
        ways = [(depth, -chunk) for depth in DEPTHS[1:] for chunk in CHUNKS]
        rates = {way: self.rate(min(-way[1], size), way[0]) for way in ways}
        threads, chunk = min(way for way in ways if rates[way] >= _ENOUGH * max(rates.values()))
        return threads, -chunk


def known_device(path: Path, memory: Path | None) -> Device:
    """The device under a file: as remembered in the JSON file `memory`, else measured and remembered there.

    Raises OSError where it does not read directly.
    """
    key = str(path.stat().st_dev)
    known = _recall(memory)
    if key in known:
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            return _from_json(known[key])
    device = measure(path)
    if memory is not None:
        _remember(memory, known | {key: _to_json(device)})
    return device


def measure(path: Path, seconds: float = _SECONDS_EACH) -> Device:
    """Read at random places for about two seconds. Raises OSError where the file does not read directly."""
    file = os.open(path, os.O_RDONLY | os.O_DIRECT)
    room = anonymous(max(CHUNKS) * max(DEPTHS), huge=True)
    try:
        size = os.fstat(file).st_size
        room.view[::PAGE] = bytes(room.size // PAGE)
        rates = {(c, d): _measured(file, size, room.view, c, d, seconds) for c in CHUNKS for d in DEPTHS}
        return Device(rates, _measured(file, size, room.view, *STREAM, 2 * seconds, in_order=True))
    finally:
        os.close(file)


def rate_now(path: Path, size: int, depth: int, *, in_order: bool) -> float:
    """Bytes a second of the drive in this moment, for reads of `size` bytes."""
    file = os.open(path, os.O_RDONLY | os.O_DIRECT)
    room = anonymous(max(CHUNKS) * depth, huge=True)
    try:
        room.view[::PAGE] = bytes(room.size // PAGE)
        return _measured(file, os.fstat(file).st_size, room.view, size, depth, 2 * _SECONDS_EACH, in_order=in_order)
    finally:
        os.close(file)


def _measured(
    file: int, size: int, room: memoryview, chunk: int, depth: int, seconds: float, *, in_order: bool = False
) -> float:
    done = [0] * depth
    following = itertools.count()
    errors: list[OSError] = []
    begun = time.perf_counter()

    def read(number: int) -> None:
        view = room[number * max(CHUNKS) :][:chunk]
        draw = random.Random(number)  # noqa: S311 - places, not secrets
        try:
            while time.perf_counter() - begun < seconds:
                end = max(size - chunk, PAGE)
                place = next(following) * chunk % down(end + chunk) if in_order else down(draw.randrange(end))
                read_fully(file, view, place, min(chunk, size - place))
                done[number] += chunk
        except OSError as error:
            errors.append(error)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(depth)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return sum(done) / (time.perf_counter() - begun)


def _recall(memory: Path | None) -> dict[str, list[Sequence[float]]]:
    try:
        found = json.loads(memory.read_text(encoding="utf-8")) if memory is not None else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(memory: Path, known: dict[str, list[Sequence[float]]]) -> None:
    with contextlib.suppress(OSError):  # it is measured again the next time
        draft = memory.with_suffix(".new")
        draft.write_text(json.dumps(known), encoding="utf-8")
        os.replace(draft, memory)


def _to_json(device: Device) -> list[Sequence[float]]:
    rows = [(chunk, depth, round(rate)) for (chunk, depth), rate in device.rates.items()]
    return [*rows, (0, 0, round(device.stream))]


def _from_json(rows: list[Sequence[float]]) -> Device:
    rates = {(int(chunk), int(depth)): float(rate) for chunk, depth, rate in rows}
    device = Device(rates, rates.pop((0, 0)))
    if set(device.rates) != {(chunk, depth) for chunk in CHUNKS for depth in DEPTHS}:
        raise ValueError("measured otherwise")
    return device
