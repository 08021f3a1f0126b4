"""A model as the planner sees it: which bytes every token needs, and which only some."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.runtime.flash.memory import PAGE, up
from app.runtime.gguf_check import GgufHeader, TensorInfo

_BLOCK = re.compile(r"blk\.(\d+)\.")
_EXPERTS = re.compile(r"blk\.\d+\.ffn_(?:gate|up|down|gate_up)_exps\.(?:weight|bias)$")
_TO_STREAM = 1 << 16  # bytes; what is smaller stays


@dataclass(frozen=True, slots=True)
class ExpertPart:
    """One tensor that holds a part of every expert of a layer, expert after expert; `at` is its place in a slot."""

    info: TensorInfo
    experts: int
    at: int

    @property
    def size(self) -> int:
        """Bytes of one expert."""
        return self.info.size // self.experts

    @property
    def phase(self) -> int:
        """Where in a page the part of each expert begins in memory: as in the file, if that is one place for all."""
        return self.info.offset % PAGE if self.size % PAGE == 0 else 0

    @property
    def room(self) -> int:
        """Bytes of a slot that it takes, in whole pages."""
        return up(self.phase + self.size)


@dataclass(slots=True)
class ModelMap:
    """The tensors of a file by their use. Layers are numbered as in the file."""

    experts: dict[int, list[ExpertPart]] = field(default_factory=dict)
    layers: dict[int, list[TensorInfo]] = field(default_factory=dict)  # large tensors that every token needs
    always: list[TensorInfo] = field(default_factory=list)  # small tensors, and those of no layer
    expert_count: int = 0
    used_count: int = 0

    @property
    def slot_bytes(self) -> int:
        """What one expert takes in memory: as much as the largest of any layer."""
        return max((parts[-1].at + parts[-1].room for parts in self.experts.values()), default=0)

    @property
    def always_bytes(self) -> int:
        """Bytes of the tensors that are in no layer or small."""
        return sum(held(tensor) for tensor in self.always)

    @property
    def layer_bytes(self) -> int:
        """Bytes of the large tensors of all layers that every token needs."""
        return sum(held(tensor) for tensors in self.layers.values() for tensor in tensors)

    @property
    def expert_bytes(self) -> int:
        """Bytes of all experts of all layers."""
        return sum(part.info.size for parts in self.experts.values() for part in parts)

    @property
    def token_bytes(self) -> int:
        """Bytes of weights that one token is multiplied with."""
        read = sum(t.size for t in self.always if not t.name.startswith("token_embd"))
        tied = not any(t.name == "output.weight" for t in self.always)
        read += sum(t.size for t in self.always if t.name == "token_embd.weight" and tied)
        used = self.expert_bytes * self.used_count // max(self.expert_count, 1)
        return read + used + sum(t.size for tensors in self.layers.values() for t in tensors)


def held(tensor: TensorInfo) -> int:
    """What a tensor takes in memory that is read into by pages."""
    return up(tensor.size + tensor.offset % PAGE)


def map_model(header: GgufHeader) -> ModelMap:
    """Sort the tensors of a file."""
    found = ModelMap(expert_count=header.number("expert_count"), used_count=header.number("expert_used_count"))
    for tensor in header.tensors:
        block = _BLOCK.match(tensor.name)
        layer = int(block[1]) if block else -1
        if found.expert_count and _EXPERTS.match(tensor.name) and tensor.shape[-1] == found.expert_count:
            parts = found.experts.setdefault(layer, [])
            at = parts[-1].at + parts[-1].room if parts else 0
            parts.append(ExpertPart(tensor, found.expert_count, at))
        elif block and tensor.size >= _TO_STREAM:
            found.layers.setdefault(layer, []).append(tensor)
        else:
            found.always.append(tensor)
    return found
