"""The moments in a running graph: called for every node, before and after it is computed.

An exception in a callback would be swallowed, and the graph would go on with the wrong weights. So everything is
caught, the graph is stopped there and then, and `raise_failure` tells after the decode.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from app.runtime.flash.layout import Layout
from app.runtime.flash.memory import floats_at
from app.runtime.flash.predictor import Predictor
from app.runtime.flash.ring import Ring
from app.runtime.flash.window import Window

_F32 = 0
_ALL_AT = 12  # tokens in a batch from which on all experts of the next layer are expected


class Act(Protocol):
    """What to do at nodes of some names."""

    def wants(self, name: bytes, tensor: int) -> bool:
        """Whether to wait for this node and then be called."""
        ...

    def done(self, tensor: int) -> bool:
        """A wanted node has been computed. True for the first of a pass through the model."""
        ...


class Hook:
    """Passes the nodes of a graph to an act, and keeps what went wrong."""

    def __init__(self, layout: Layout, act: Act) -> None:
        self._name = layout.name
        self._act = act
        self._failure: BaseException | None = None
        self.seconds = 0.0
        self.passes = 0

    def see(self, tensor: int, asked: bool) -> bool:
        """The callback proper."""
        if self._failure is not None:
            return asked  # stop at the next node, whatever it is
        try:
            if asked:
                return self._act.wants(ctypes.string_at(tensor + self._name), tensor)
            begun = time.perf_counter()
            self.passes += self._act.done(tensor)
            self.seconds += time.perf_counter() - begun
        except BaseException as failure:
            self._failure = failure
            return asked
        return True

    def raise_failure(self) -> None:
        """Raise what went wrong since the last call."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure


class ExpertAct:
    """Between the router and the experts of each layer: bring those that were chosen, and say where they are.

    `ffn_moe_weights-N` is the last node that reads the true numbers of the chosen experts.
    """

    def __init__(self, layout: Layout, rows: Sequence[int], window: Window, predictor: Predictor) -> None:
        self._layout = layout
        self._window = window
        self._predictor = predictor
        self._rows = {f"ffn_moe_weights-{layer}".encode(): row for row, layer in enumerate(rows)}
        self._routers = {f"ffn_moe_logits-{layer}".encode(): row for row, layer in enumerate(rows)}
        self._count = len(rows)
        self._row = self._given = 0

    def wants(self, name: bytes, tensor: int) -> bool:
        """The weights of the chosen experts; in passing, what each router is given."""
        if (row := self._rows.get(name)) is not None:
            wanted = ctypes.c_int32.from_address(tensor + self._layout.op).value == self._layout.get_rows
            if wanted:
                self._row = row
            return wanted
        if name in self._routers:
            self._given = ctypes.c_uint64.from_address(tensor + self._layout.sources + 8).value
        return False

    def done(self, tensor: int) -> bool:
        """Bring the experts, replace their numbers by those of their slots, and begin to read for the next layer."""
        at, row = self._layout, self._row
        chosen = ctypes.c_uint64.from_address(tensor + at.sources + 8).value
        used, tokens = (ctypes.c_int64 * 2).from_address(chosen + at.sizes)
        if tokens == 0:
            return False
        stride = ctypes.c_uint64.from_address(chosen + at.strides + 8).value
        data = ctypes.c_uint64.from_address(chosen + at.data).value
        room = memoryview((ctypes.c_char * (stride * (tokens - 1) + 4 * used)).from_address(data))
        ids: npt.NDArray[np.int32] = np.ndarray((tokens, used), np.int32, room, strides=(stride, 4))
        experts, counts = (ids[0], np.ones(used, np.intp)) if tokens == 1 else np.unique(ids, return_counts=True)
        arrival = self._window.bring(row, experts.astype(np.intp), counts, tokens, self._chances(tensor, tokens))
        ids[...] = self._window.slots_of(row)[ids]
        if row + 1 < self._count:  # the drive is busy with guesses when what is waited for has come
            self._window.expect(row + 1, self._expected(row + 1, tokens), tokens)
        arrival.wait()
        return row == 0

    def _chances(self, tensor: int, tokens: int) -> npt.NDArray[np.float32]:
        """What the router gave to every expert, (tokens, experts): probabilities, or what can be made into them."""
        at = self._layout
        given = ctypes.c_uint64.from_address(tensor + at.sources).value
        one, experts, rows = (ctypes.c_int64 * 3).from_address(given + at.sizes)
        if ctypes.c_int32.from_address(given).value != _F32 or (one, rows) != (1, tokens):
            return np.zeros((0, 0), np.float32)
        data = ctypes.c_uint64.from_address(given + at.data).value
        found = floats_at(data, experts * tokens).reshape(tokens, experts)
        if found[0].min() < 0:  # not a probability yet
            found = np.exp(found - found.max(axis=1, keepdims=True))
        shares: npt.NDArray[np.float32] = found / found.sum(axis=1, keepdims=True)
        return shares

    def _expected(self, row: int, tokens: int) -> npt.NDArray[np.intp]:
        if tokens >= _ALL_AT:
            return self._window.missing(row)
        given = ctypes.c_uint64.from_address(self._given + self._layout.data).value
        return self._predictor.guess(row, given, tokens)


class LayerAct:
    """At the end of each layer: its bank is free, and the next layer must be there."""

    def __init__(self, layers: Mapping[int, int], ring: Ring) -> None:
        self._ring = ring
        self._following = layers
        self._names = {f"l_out-{layer}".encode(): layer for layer in layers}
        self._layer = 0

    def wants(self, name: bytes, tensor: int) -> bool:
        """The output of a layer."""
        if (layer := self._names.get(name)) is None:
            return False
        self._layer = layer
        return True

    def done(self, tensor: int) -> bool:
        """Move the ring on."""
        self._ring.after(self._layer, self._following[self._layer])
        return self._layer == 0
