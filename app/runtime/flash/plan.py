"""What stays in memory, what comes from flash, and how fast that will be. Pure: measured numbers in, a plan out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from app.core.phrase import Phrase, form
from app.core.types import WeightsStatus
from app.runtime.flash.device import STREAM, Device
from app.runtime.flash.guard import cannot_be_kept
from app.runtime.flash.model_map import ModelMap, held
from app.runtime.flash.ring import spread

BANKS = 2
_STEPS = 400  # in which more and more of the layers is left to pass
_GUESSED = 0.65  # of the experts that are not in memory, the share that the guess names in time
_IN_VAIN = 1.2  # what is read, wrong guesses included, for each byte that is needed
_LEAST_SLOTS = 1.25  # of the experts of one layer: below, a prompt's layer finds no room
_PER_LAYER_S = 1e-3  # seconds for choosing what to read, and for the many small steps around experts
_PER_DENSE_LAYER_S = 3e-4
_AT_LEAST = form("it would take at least {0:.0f} MB")
_PER_ID = 8  # bytes that llama.cpp needs for each slot and chosen expert of a batch


class Mode(StrEnum):
    """How the weights are kept."""

    RAM = form("in memory")
    EXPERTS = form("experts from flash")
    LAYERS = form("layers from flash")
    MAPPED = form("mapped by the system")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a plan has to reckon with, in bytes: the budget for the whole process, and what of it is not for weights.

    `batch` is the number of tokens that are read at once.
    """

    budget: int
    taken: int
    batch: int = 256

    @property
    def room(self) -> int:
        """Bytes for weights."""
        return max(self.budget - self.taken, 0)


@dataclass(frozen=True, slots=True)
class Machine:
    """Measured: the drive, and the bytes of weights that the processor goes through in a second."""

    device: Device
    processor: float


@dataclass(slots=True)
class Plan:
    """`streamed` names the tensors of each layer that pass through the ring; the others stay.

    `hit_rate` is the share of experts expected in memory, `token_bytes` what a token reads from flash.
    """

    mode: Mode
    reason: str
    budget: int
    taken: int
    weights: int = 0
    slots: int = 0
    guesses: int = 0
    streamed: dict[int, list[str]] = field(default_factory=dict)
    banks: int = 0
    threads: int = 0
    chunk: int = 0
    hit_rate: float = 1.0
    token_bytes: int = 0
    tokens_per_second: float = 0.0

    def status(self) -> WeightsStatus:
        """What is planned, as if it were so."""
        used = self.weights + self.taken
        return WeightsStatus(self.mode, self.budget, used, self.hit_rate, self.token_bytes, self.tokens_per_second)


def make_plan(model: ModelMap, around: Surroundings, machine: Machine | None, locality: float = 0.4) -> Plan:
    """The fastest plan that keeps the budget. `locality` is the share of a token's experts that the next uses again.

    Without a measured machine only what is sure can be planned: all in memory, or mapped.
    """
    total = model.always_bytes + model.layer_bytes + model.expert_bytes
    speed = machine.processor if machine else 0.0
    if total <= around.room:
        found = Plan(Mode.RAM, Phrase("All of it fits."), around.budget, around.taken, total)
        found.tokens_per_second = speed / max(model.token_bytes, 1)
        return found
    if machine is None:
        return _mapped(around, "the drive could not be measured")
    return _experts(model, around, machine, locality) if model.experts else _layers(model, around, machine)


def _experts(model: ModelMap, around: Surroundings, machine: Machine, locality: float) -> Plan:
    fixed = model.always_bytes + model.layer_bytes
    cost = model.slot_bytes + _PER_ID * model.used_count * around.batch
    slots = min((around.room - fixed) // cost, model.expert_count * len(model.experts))
    needed = int(model.expert_count * _LEAST_SLOTS)
    if slots < needed:
        short = fixed + needed * cost + around.taken
        return _mapped(around, Phrase(_AT_LEAST, short / 1e6))
    part = min(part.size for parts in model.experts.values() for part in parts if part.info.name.endswith("weight"))
    threads, chunk = machine.device.best(part)
    share = slots / (model.expert_count * len(model.experts))
    found = Plan(Mode.EXPERTS, "", around.budget, around.taken, fixed + slots * model.slot_bytes, slots)
    found.threads, found.chunk = threads, chunk
    found.hit_rate = hit_rate(share, model.used_count / model.expert_count, locality)
    used = model.expert_bytes * model.used_count // model.expert_count
    found.token_bytes = round(used * (1 - found.hit_rate) * _IN_VAIN)
    reading = found.token_bytes / machine.device.rate(min(part, chunk), threads)
    computing = model.token_bytes / machine.processor
    computing += _PER_LAYER_S * len(model.experts)
    spare = 2 * reading < computing  # reads in vain then take no time from others
    found.guesses = min(model.used_count * 3 // 2 if spare else model.used_count, model.expert_count)
    exposed = reading * (1 - _GUESSED) + max(reading * _GUESSED - computing, 0)
    found.tokens_per_second = 1 / (computing + exposed)
    found.reason = Phrase(
        "{0:.0%} of the experts fit beside what every token needs; about {1:.0%} of those asked for will be there, "
        "the others are read {2} at a time.",
        *(share, found.hit_rate, threads),
    )
    return found


def _layers(model: ModelMap, around: Surroundings, machine: Machine) -> Plan:
    chunk, threads = STREAM
    for part in range(1, _STEPS + 1):
        streamed = spread(model.layers, part / _STEPS)
        moving = sum(held(t) for tensors in streamed.values() for t in tensors)
        bank = max((sum(map(held, tensors)) for tensors in streamed.values()), default=0)
        weights = model.always_bytes + model.layer_bytes - moving + bank * min(BANKS, len(streamed))
        if streamed and weights <= around.room:
            break
    else:
        return _mapped(around, Phrase(_AT_LEAST, (weights + around.taken) / 1e6))
    found = Plan(Mode.LAYERS, "", around.budget, around.taken, weights, banks=BANKS, threads=threads, chunk=chunk)
    found.streamed = {layer: [tensor.name for tensor in tensors] for layer, tensors in streamed.items()}
    found.token_bytes = moving
    reading = moving / machine.device.stream
    computing = model.token_bytes / machine.processor + _PER_DENSE_LAYER_S * len(model.layers)
    found.tokens_per_second = 1 / max(reading, computing)
    share = 1 - moving / (model.layer_bytes + model.always_bytes)
    found.hit_rate = share
    found.reason = Phrase(
        "{0:.0%} of the weights stay; {1:.0f} MB pass through memory for each token, read ahead {2} at a time.",
        *(share, moving / 1e6, threads),
    )
    return found


def _mapped(around: Surroundings, why: str) -> Plan:
    return Plan(Mode.MAPPED, cannot_be_kept(why), around.budget, around.taken)


def hit_rate(share: float, used: float, locality: float) -> float:
    """Of the experts asked for, the share found in memory, where `share` of all are there.

    Without locality it is the share itself. With it, what the last tokens used comes again more often than chance.
    """
    extra = max(locality - used, 0.0) / max(1 - used, 1e-9)
    return min(share + extra * min(1.0, share / max(used, 1e-9)) * (1 - share**3), 1.0)


def main_kind(model: ModelMap) -> int:
    """The tensor type that most bytes are of."""
    sizes: Counter[int] = Counter()
    for tensor in (*model.always, *(t for ts in model.layers.values() for t in ts)):
        sizes[tensor.kind] += tensor.size
    for parts in model.experts.values():
        for part in parts:
            sizes[part.info.kind] += part.info.size
    return sizes.most_common(1)[0][0] if sizes else 0
