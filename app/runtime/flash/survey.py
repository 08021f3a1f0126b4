"""What llama.cpp's graph is made of: seen once before anything is moved, without computing it."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import llama_cpp as native

from app.runtime.flash.guard import FlashRefused
from app.runtime.flash.layout import Layout
from app.runtime.flash.memory import mappings
from app.runtime.gguf_check import TensorInfo
from app.runtime.native_log import muted

_SOURCES = 10
_TOKENS = (1, 2)  # a reply, and a prompt: their graphs may differ


@dataclass(slots=True)
class Node:
    """One node of a graph, in the order of computation."""

    address: int
    name: str
    op: int
    sources: list[int]
    view_of: int


@dataclass(slots=True)
class Survey:
    """The weights that graphs read, by name (one may be read through several tensors), and the graphs."""

    weights: dict[str, list[int]] = field(default_factory=dict)
    viewed: set[str] = field(default_factory=set)
    graphs: list[list[Node]] = field(default_factory=list)

    def named(self, address: int) -> str:
        """The name of the weight at an address, or ""."""
        return self._names.get(address, "")

    _names: dict[int, str] = field(default_factory=dict)


class Surveyor:
    """Collects the nodes that a context reports."""

    def __init__(self, layout: Layout, path: Path, tensors: Sequence[TensorInfo]) -> None:
        self._layout = layout
        self._path = path
        self._tensors = {tensor.name: tensor for tensor in tensors}
        self._nodes: list[Node] = []

    def see(self, tensor: int, asked: bool) -> bool:
        """Note a node; want none."""
        if asked:
            self._nodes.append(self._node(tensor))
        return not asked

    def look(self, context: Any) -> Survey:
        """Run the graphs of a reply and of a prompt, stopped before they touch a layer; empties the context's memory.

        Raises FlashRefused when the library's tensors are not those of the file.
        """
        survey = Survey()
        stop = native.ggml_abort_callback(lambda _: True)
        native.llama_set_abort_callback(context, stop, None)
        with muted():
            for count in _TOKENS:
                self._nodes = []
                tokens = (native.llama_token * count)(*[0] * count)
                native.llama_decode(context, native.llama_batch_get_one(tokens, count))
                native.llama_memory_clear(native.llama_get_memory(context), True)
                survey.graphs.append(self._nodes)
        if not all(survey.graphs):
            raise FlashRefused("llama.cpp reports no graph")
        self._find_weights(survey)
        return survey

    def _node(self, tensor: int) -> Node:
        at = self._layout
        sources = (ctypes.c_uint64 * _SOURCES).from_address(tensor + at.sources)
        view_of = ctypes.c_uint64.from_address(tensor + at.view_of).value
        op = ctypes.c_int32.from_address(tensor + at.op).value
        return Node(tensor, self._name(tensor), op, [source for source in sources if source], view_of)

    def _name(self, tensor: int) -> str:
        return ctypes.string_at(tensor + self._layout.name).decode("utf-8", "replace")

    def _find_weights(self, survey: Survey) -> None:
        places = mappings(self._path)
        for node in (node for graph in survey.graphs for node in graph):
            for source in node.sources:
                if source in survey._names or (info := self._tensors.get(self._name(source))) is None:
                    continue
                self._compare(source, info, places)
                survey.weights.setdefault(info.name, []).append(source)
                survey._names[source] = info.name
        for node in (node for graph in survey.graphs for node in graph):
            if name := survey.named(node.view_of):
                survey.viewed.add(name)

    def _compare(self, tensor: int, info: TensorInfo, places: Sequence[Any]) -> None:
        """Type, shape and place in the file, as the library has them and as the file says."""
        at = self._layout
        kind = ctypes.c_int32.from_address(tensor).value
        sizes = tuple((ctypes.c_int64 * 4).from_address(tensor + at.sizes))
        data = ctypes.c_uint64.from_address(tensor + at.data).value
        place = next((p for p in places if p.low <= data < p.high), None)
        offset = data - place.low + place.offset if place else -1
        shape = (*info.shape, *[1] * (4 - len(info.shape)))
        if (kind, sizes, offset) != (info.kind, shape, info.offset):
            raise FlashRefused("llama.cpp holds {0} otherwise than the file does", info.name)
