"""The layers that do not stay: they pass through a few banks of memory, each read ahead of its turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.runtime.flash.memory import PAGE, Region, anonymous, up
from app.runtime.flash.model_map import held
from app.runtime.flash.reader import Latch, Piece, Reader
from app.runtime.gguf_check import TensorInfo

Point = Callable[[str, int], None]
"""Points the tensors of a name to an address."""


@dataclass(slots=True)
class _Bank:
    region: Region
    latch: Latch


class Ring:
    """Layers in order, each with the tensors that come from flash. Not thread-safe."""

    def __init__(self, layers: Mapping[int, Sequence[TensorInfo]], banks: int, reader: Reader, point: Point) -> None:
        self._layers = {layer: tensors for layer, tensors in layers.items() if tensors}
        self._order = sorted(self._layers)
        self._place = {layer: i for i, layer in enumerate(self._order)}
        self._reader = reader
        self._point = point
        size = max((sum(map(held, tensors)) for tensors in self._layers.values()), default=0)
        self._free = [anonymous(size, huge=True) for _ in range(min(banks, len(self._order)))]
        self.size = size * len(self._free)
        self._banks: dict[int, _Bank] = {}
        self._next = 0
        self._issue()

    def after(self, layer: int, following: int) -> None:
        """A layer has been computed and `following` is next: wait until that is there. Raises what reading did."""
        if (bank := self._banks.pop(layer, None)) is not None:
            self._free.append(bank.region)
        if following not in self._place:
            self._issue()
            return
        if following not in self._banks:
            self._begin_at(following)
        self._issue()
        self._banks[following].latch.wait()

    def _begin_at(self, layer: int) -> None:
        """The last pass was broken off, or a guess was wrong: what was read ahead is not what comes next."""
        for bank in self._banks.values():
            bank.latch.wait()
            self._free.append(bank.region)
        self._banks.clear()
        self._next = self._place[layer]

    def _issue(self) -> None:
        """Read the next layers into the banks that are free."""
        while self._free and len(self._banks) < len(self._order):
            layer = self._order[self._next]
            if layer in self._banks:
                return
            region = self._free.pop()
            self._banks[layer] = _Bank(region, self._reader.read(self._pieces(layer, region)))
            self._next = (self._next + 1) % len(self._order)

    def _pieces(self, layer: int, region: Region) -> list[Piece]:
        pieces, at = [], 0
        for tensor in self._layers[layer]:
            phase = tensor.offset % PAGE
            pieces.append(Piece(tensor.offset, tensor.size, region, at + phase))
            self._point(tensor.name, region.address + at + phase)
            at += up(phase + tensor.size)
        return pieces


def spread(layers: Mapping[int, Sequence[TensorInfo]], share: float) -> dict[int, list[TensorInfo]]:
    """Choose tensors of about `share` of all bytes, evenly, so that the drive is busy all the way through a token.

    The first layer stays whole: nothing comes before it whose end could be waited for.
    """
    chosen: dict[int, list[TensorInfo]] = {}
    order = sorted(layers)
    sizes = sum(tensor.size for layer in order for tensor in layers[layer])
    free = sum(tensor.size for tensor in layers[order[0]]) if order else 0
    rate = min(1.0, share * sizes / max(sizes - free, 1))
    debt = 0.0
    for layer in order[1:]:
        for tensor in layers[layer]:
            debt += rate * tensor.size
            if debt >= tensor.size / 2:
                chosen.setdefault(layer, []).append(tensor)
                debt -= tensor.size
    return chosen
