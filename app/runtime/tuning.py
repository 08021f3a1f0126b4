"""The choices that make a model run well on a machine: plain values, measured by `mneme bench model` and remembered."""

from __future__ import annotations

import json
import os
import platform
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

MOST_KL, LEAST_TOP1 = 0.05, 0.94
"""How far a model may stray from itself to be faster: in nats, and in first choices that are the same."""

KV_TYPES = ("f16", "q8_0", "q4_0")


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


def remembered(path: Path, model: str, machine: str) -> Tuning | None:
    """What was found for a model (its fingerprint) on a machine; None where nothing was, or the file makes no sense."""
    found = _read(path).get(f"{machine} {model}")
    known = {field.name: type(field.default) for field in fields(Tuning)}
    if not isinstance(found, dict) or any(type(found.get(name)) is not kind for name, kind in known.items()):
        return None
    tuning = Tuning(**{name: found[name] for name in known})
    sound = tuning.kv in KV_TYPES and tuning.batch > 0 and min(tuning.threads, tuning.prefill_threads) >= 0
    return tuning if sound else None


def remember(path: Path, model: str, machine: str, tuning: Tuning) -> None:
    """Keep what was found for a model on a machine, in place of what was found before."""
    known = _read(path) | {f"{machine} {model}": asdict(tuning)}
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(known, indent=2), encoding="utf-8")
    os.replace(draft, path)


def this_machine() -> str:
    """What choices are remembered for: another processor, or other cores, are another machine."""
    return f"{processor()} x{os.cpu_count() or 1} {platform.system()}"


def processor() -> str:
    """The processor, by its maker's name for it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _read(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}
