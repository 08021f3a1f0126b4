"""One measurement in a process of its own: `python -m app.runtime.flash.trial '{"model": …}'` prints one JSON object.

The model is driven by embeddings rather than by words, so that how much one token's experts have in common with the
next one's can be chosen: each is the last one times `rho`, and noise for the rest.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from app.runtime.worker import CALM_THREADS


@dataclass(slots=True)
class Trial:
    """What to run. `budget` of 0 is none; `cgroup` is the folder of the control group that the process was started in.

    `free` leaves weights to llama.cpp, which may repack them; `watch` has callbacks asked for and notes the chosen
    experts, to tell how much tokens have in common.
    """

    model: str
    flash: bool
    budget: int = 0
    cgroup: str = ""
    rho: float = 0.0
    locality: float = 0.4
    warm: int = 8
    tokens: int = 24
    prompt: int = 0
    threads: int = 0
    devices: str = ""
    policy: str = "routed"
    guesses: int = -1
    free: bool = False
    watch: bool = False
    context: int = 1024
    batch: int = 256


@dataclass(slots=True)
class Outcome:
    """Times in seconds, sizes in bytes."""

    load_s: float
    token_s: list[float]
    prompt_s: float
    read: int
    digest: str
    peak: int = 0
    overlap: float = 0.0
    hook_s: float = 0.0
    plan: dict[str, Any] = field(default_factory=dict)
    tally: dict[str, int] = field(default_factory=dict)
    refusal: str = ""


def run(trial: Trial) -> Outcome:
    """Load, read the prompt if there is one, warm up, and measure token by token."""
    from app.runtime.gguf_check import check_gguf
    from app.runtime.llama import Llama
    from app.runtime.native_log import forward_native_log
    from app.runtime.tuning import Tuning

    forward_native_log(lambda *_: None)
    path = Path(trial.model)
    forget_file(path)
    weights = _weights(trial, check_gguf(path))
    begun = time.perf_counter()
    tuning = Tuning(threads=trial.threads, batch=trial.batch)
    llama = Llama(path, trial.context, trial.threads, lambda: False, weights, tuning)
    stream = _Stream(llama, trial.rho)
    outcome = Outcome(time.perf_counter() - begun, [], 0.0, 0, "")
    if trial.prompt:
        begun = time.perf_counter()
        stream.feed(trial.prompt)
        outcome.prompt_s = time.perf_counter() - begun
    for _ in range(trial.warm):
        stream.feed(1)
    _measure(trial, stream, weights, outcome)
    outcome.digest = stream.digest()
    llama.close()
    return outcome


def forget_file(path: Path) -> None:
    """Take a file out of the page cache: what another process read there would flatter whoever comes next."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(file)


def _measure(trial: Trial, stream: _Stream, weights: Any, outcome: Outcome) -> None:
    _reset_peak(trial.cgroup)
    before, seconds = _read_bytes(), weights.seconds()
    tally = weights.tally()
    for _ in range(trial.tokens):
        begun = time.perf_counter()
        stream.feed(1)
        outcome.token_s.append(time.perf_counter() - begun)
    outcome.read = _read_bytes() - before
    outcome.hook_s = weights.seconds() - seconds
    outcome.tally = {name: count - tally[name] for name, count in weights.tally().items()}
    outcome.plan, outcome.refusal = weights.plan_dict(), weights.refusal
    outcome.overlap = weights.overlap()
    if trial.cgroup:
        outcome.peak = _peak(trial.cgroup)


class _Stream:
    """Feeds embeddings and keeps what the model makes of them."""

    def __init__(self, llama: Any, rho: float) -> None:
        import llama_cpp as native

        self._native = native
        self._llama = llama
        self._rho = rho
        self._width = int(native.llama_model_n_embd(llama._model))
        self._words = int(native.llama_vocab_n_tokens(llama._vocab))
        self._draw = np.random.default_rng(7)
        self._last = self._draw.standard_normal(self._width).astype(np.float32)
        self._position = 0
        self._seen = hashlib.sha256()

    def feed(self, count: int) -> None:
        """Read so many embeddings in one batch."""
        native = self._native
        rows = np.stack([self._next() for _ in range(count)])
        batch = native.llama_batch_init(count, self._width, 1)
        ctypes.memmove(batch.embd, rows.ctypes.data, rows.nbytes)
        batch.n_tokens = count
        for i in range(count):
            batch.pos[i], batch.n_seq_id[i], batch.logits[i] = self._position + i, 1, i == count - 1
            batch.seq_id[i][0] = 0
        status = native.llama_decode(self._llama._context, batch)
        native.llama_batch_free(batch)
        self._llama._weights.check()
        if status != 0:
            raise RuntimeError(f"llama.cpp returned {status}")
        self._position += count
        logits = np.ctypeslib.as_array(native.llama_get_logits_ith(self._llama._context, -1), (self._words,))
        self._seen.update(logits.tobytes())

    def digest(self) -> str:
        """Of all logits so far, to the bit."""
        return self._seen.hexdigest()

    def _next(self) -> Any:
        noise = self._draw.standard_normal(self._width).astype(np.float32)
        self._last = np.float32(self._rho) * self._last + np.float32((1 - self._rho**2) ** 0.5) * noise
        return self._last


def _weights(trial: Trial, header: Any) -> Any:
    from app.runtime.flash.watched import NothingDone, Plain, PlainMapped, flash_for_trial, placed_for_trial

    if trial.free:
        return placed_for_trial(trial, header) if trial.flash else Plain()
    if trial.flash:
        return flash_for_trial(trial, header)
    return NothingDone() if trial.watch else PlainMapped()


def _reset_peak(folder: str) -> None:
    if folder and (file := Path(folder) / "memory.max_usage_in_bytes").exists():
        file.write_text("0")


def _peak(folder: str) -> int:
    for name in ("memory.max_usage_in_bytes", "memory.peak"):
        if (file := Path(folder) / name).exists():
            return int(file.read_text())
    return 0


def _read_bytes() -> int:
    """Bytes that this process had the drive read."""
    with open("/proc/self/io", encoding="utf-8") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("read_bytes"))


def main(argument: str) -> None:
    """Run what is told as JSON."""
    os.environ |= CALM_THREADS
    print(json.dumps(asdict(run(Trial(**json.loads(argument))))), flush=True)  # noqa: T201 - what this process is for
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
