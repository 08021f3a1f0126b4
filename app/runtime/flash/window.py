"""The experts that are in memory: a pool of slots for all layers ("windowing", section 3.2).

Any slot can hold any expert of any layer, because each tensor of experts is pointed at the whole pool and the ids in
the graph are replaced by slot numbers. In a slot gate, up and down of one expert lie together ("bundling").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.runtime.flash.memory import Region, anonymous
from app.runtime.flash.model_map import ExpertPart
from app.runtime.flash.policy import Policy, Use
from app.runtime.flash.reader import Latch, Piece, Reader

Ids = npt.NDArray[np.intp]
Chances = npt.NDArray[np.float32]
_UNTOLD: Chances = np.zeros((0, 0), np.float32)


@dataclass(slots=True)
class Tally:
    """How experts were found, once a token and layer for each: in memory, on their way, or not at all."""

    found: int = 0
    ahead: int = 0
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """Experts on their way."""

    latches: list[Latch]

    def wait(self) -> None:
        """Return when all are in memory. Raises what reading did."""
        for latch in self.latches:
            latch.wait()


class Window:
    """`rows` are the layers with experts, in order. Not thread-safe."""

    def __init__(
        self, rows: Sequence[Sequence[ExpertPart]], experts: int, slots: int, reader: Reader, policy: Policy
    ) -> None:
        self._rows = rows
        self._experts = experts
        self._reader = reader
        self._policy = policy
        self.slots = slots
        self.stride = max(parts[-1].at + parts[-1].room for parts in rows)
        self.pool: Region = anonymous(slots * self.stride, huge=True)
        self._slot_of = np.full(len(rows) * experts, -1, np.int32)
        self._owner = np.full(slots, -1, np.intp)
        self._held = np.zeros(slots, bool)  # must not leave now
        self._filled = 0
        self._coming: dict[int, Latch] = {}  # expert, numbered over all layers
        self.tally = Tally()

    def bring(self, row: int, experts: Ids, counts: Ids, tokens: int, chances: Chances = _UNTOLD) -> Arrival:
        """Give these experts of a layer, each named once, their slots, and begin to read what is not there.

        `counts` is how often the batch of `tokens` chose each; `chances` what the router gave to all, for the policy.

        They stay at least until the next call for another layer.
        """
        wanted = experts + row * self._experts
        self._held[:] = False
        slots = self._slot_of[wanted]
        self._held[slots[slots >= 0]] = True
        missing = wanted[slots < 0]
        if len(wanted) + len(self._coming) > self.slots:
            self._settle()
        latches = self._load(missing, row, tokens)
        coming = [found for expert in wanted.tolist() if (found := self._coming.pop(expert, None)) is not None]
        self._count(len(wanted), len(missing), len(coming))
        self._policy.used(Use(row * self._experts, wanted, counts, tokens, chances))
        if coming:
            self._reader.hasten()
        return Arrival([*coming, *latches])

    def expect(self, row: int, experts: Ids, tokens: int) -> None:
        """Begin to read experts that a layer will probably want, most wanted first; what finds no room is left out."""
        if len(self._coming) > self.slots // 4:  # earlier guesses that nobody came for
            self._coming = {expert: latch for expert, latch in self._coming.items() if not latch.ready}
        wanted = experts + row * self._experts
        slots = self._slot_of[wanted]
        self._held[slots[slots >= 0]] = True
        missing = wanted[slots < 0]
        room = self.slots - int(np.count_nonzero(self._held)) - len(self._coming)
        guessed = missing[: max(room, 0)]
        self._coming.update(zip(guessed.tolist(), self._load(guessed, row, tokens, ahead=True), strict=True))

    def slots_of(self, row: int) -> npt.NDArray[np.int32]:
        """The slot of each expert of a layer, -1 for those that are not in memory."""
        return self._slot_of[row * self._experts : (row + 1) * self._experts]

    def missing(self, row: int) -> Ids:
        """The experts of a layer that are not in memory, those of most worth first."""
        absent = np.flatnonzero(self.slots_of(row) < 0)
        worth = self._policy.worth[absent + row * self._experts]
        found: Ids = absent[np.argsort(-worth, kind="stable")]
        return found

    def _settle(self) -> None:
        """Wait for guesses that are still being read: their slots are needed."""
        for latch in self._coming.values():
            latch.wait()

    def _count(self, wanted: int, missing: int, coming: int) -> None:
        self.tally.missed += missing
        self.tally.ahead += coming
        self.tally.found += wanted - missing - coming

    def _load(self, experts: Ids, row: int, tokens: int, *, ahead: bool = False) -> list[Latch]:
        """Begin to read experts, each with a latch of its own."""
        if not len(experts):
            return []
        slots = self._take(len(experts), row, tokens)
        leaving = self._owner[slots]
        self._slot_of[leaving[leaving >= 0]] = -1
        for expert in leaving.tolist():
            self._coming.pop(expert, None)
        self._owner[slots] = experts
        self._slot_of[experts] = slots
        self._held[slots] = True
        return [
            self._reader.read(self._pieces(row, expert, slot), ahead=ahead)
            for expert, slot in zip((experts - row * self._experts).tolist(), slots.tolist(), strict=True)
        ]

    def _pieces(self, row: int, expert: int, slot: int) -> list[Piece]:
        start = slot * self.stride
        return [
            Piece(part.info.offset + expert * part.size, part.size, self.pool, start + part.at + part.phase)
            for part in self._rows[row]
        ]

    def _take(self, count: int, row: int, tokens: int) -> npt.NDArray[np.intp]:
        """Slots for new experts: empty ones, then those whose experts are worth least."""
        fresh = min(count, self.slots - self._filled)
        taken = np.arange(self._filled, self._filled + fresh)
        self._filled += fresh
        if fresh == count:
            return taken
        worth = self._policy.worth[self._owner]
        if tokens > 1:
            worth = self._by_turn(worth, row)
        worth[self._held] = np.inf
        for expert, latch in self._coming.items():
            if not latch.ready:
                worth[self._slot_of[expert]] = np.inf
        worth[taken] = np.inf
        least = np.argpartition(worth, count - fresh - 1)[: count - fresh]
        return np.concatenate([taken, least])

    def _by_turn(self, worth: npt.NDArray[np.float64], row: int) -> npt.NDArray[np.float64]:
        """A prompt asks nearly every expert of every layer in turn: layers that are past come last, and leave first."""
        turns = (self._owner // self._experts - row) % len(self._rows)
        top = worth.max()
        return (worth / top if top > 0 else worth) - turns
