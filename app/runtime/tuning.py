"""The choices that make a model run well on a machine: plain values, measured by `mneme bench model` and kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a model is run. Threads of 0 mean as many as there are cores; `weights` is a file to load in its place.

    `batch` is the most tokens that are evaluated at once; a stop waits for one of them at most.
    """

    flash: bool = True
    kv: str = "f16"
    batch: int = 256
    threads: int = 0
    prefill_threads: int = 0
    weights: str = ""
