"""Has a process of its own find out how this machine runs a model fastest, while nobody is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.core.errors import ModelError
from app.runtime.process import WorkerDied, WorkerProcess
from app.runtime.tuning import Tuning
from app.runtime.worker import CALM_THREADS, Channel

_LARGEST = 600_000_000
"""Bytes of a model that is written anew in another format unasked; a larger one would fill the disk."""
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class ChoiceConfig:
    """Which model to measure, and where formats of its weights are written."""

    path: str
    weights: str


def main(pipe: Connection[Any, Any], config: ChoiceConfig) -> None:
    """Measure when asked to, until the app ends."""
    os.environ |= CALM_THREADS
    channel = Channel(pipe)
    channel.serve(lambda: True, lambda _: _choose(config, channel.stopping))


def _choose(config: ChoiceConfig, stopping: Callable[[], bool]) -> Iterator[Tuning]:
    from app.runtime.choosing import Search
    from app.runtime.gguf_check import check_gguf
    from app.runtime.native_log import forward_native_log

    check_gguf(Path(config.path))
    forward_native_log(lambda *_: None)
    try:
        search = Search(Path(config.path), Path(config.weights), _ROUNDS, stopping, _LARGEST)
        for _, options in search.choices():
            search.choose(options)
    except ModelError:
        if stopping():
            return  # somebody is back, and what was half measured counts for nothing
        raise
    if not stopping():
        search.tidy()
        yield search.best


def find_best(model: Path, weights: Path, going: Callable[[], bool]) -> Tuning | None:
    """The fastest way to run a model here; None when `going()` said no meanwhile. Some minutes. Raises ModelError."""
    worker = WorkerProcess("measuring", main, ChoiceConfig(str(model), str(weights)))
    try:
        found: list[Tuning] = list(worker.request(None, going=going))
        return found[-1] if found else None
    except WorkerDied:
        return None
    finally:
        worker.close()
