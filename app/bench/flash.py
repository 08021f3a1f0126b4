"""Weights on flash against plain mmap, within the same memory limit, on models of random weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import mean, median
from typing import Any

from app.bench.limits import Limit, laptop_read_ahead, memory_limit
from app.bench.random_model import Shape, write_model
from app.bench.report import Report
from app.core.errors import ModelError
from app.runtime.flash.device import CHUNKS, Device, measure
from app.runtime.flash.trial import Outcome, Trial

_SHARES = (50, 25)
_SYNC_S = 2.0
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What to run: models of about `size` MB each, kept in `folder`; tokens measured in each of `rounds`."""

    folder: Path
    size: int = 2700
    tokens: int = 24
    rounds: int = 2
    rho: float = 0.9
    quick: bool = False


class FlashBench:
    """One run. Every measurement is a process of its own, ours and the baseline's in turns."""

    def __init__(self, options: Options, limit: Limit, step: Step) -> None:
        self._options = options
        self._limit = limit
        self._step = step
        self._figures: dict[str, float] = {}
        self._exact = True
        self._peaks: list[float] = []
        self._predicted: list[float] = []
        self._threads: dict[str, int] = {}
        self._models = {kind: self._model(kind) for kind in ("moe", "dense")}
        self._devices = options.folder / f"drives-{os.getpid()}.json"
        step("measuring the drive")
        self._device = measure(self._models["dense"])

    def run(self) -> dict[str, float]:
        """All figures."""
        try:
            self._tell_device()
            in_memory = self._in_memory()
            for share in _SHARES:
                self._pair("moe.correlated", "moe", share, in_memory["moe"], rho=self._options.rho)
                self._pair("moe.uniform", "moe", share, in_memory["moe"], rho=0.0, locality=0.0)
                self._pair("dense", "dense", share, in_memory["dense"])
            self._prompts()
            if not self._options.quick:
                self._policies()
        finally:
            self._devices.unlink(missing_ok=True)
        self._figures |= {
            "moe.50.io_share": self._figures["moe.uniform.50.io_share"],
            "predicted_over_measured": max(self._predicted, key=lambda ratio: max(ratio, 1 / ratio)),
            "bit_exact": float(self._exact),
            "peak_over_budget": max(self._peaks),
            "oom_kills": self._limit.kills,
        }
        return self._figures

    def _model(self, kind: str) -> Path:
        shape = _shape(kind, self._options)
        path = self._options.folder / f"random-{kind}-{self._options.size}.gguf"
        if not path.exists():
            self._step(f"making {path.name}")
            self._options.folder.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".new")
            write_model(draft, shape)
            draft.rename(path)
            file = os.open(path, os.O_RDONLY)
            os.fsync(file)  # a drive that is still writing reads slowly
            os.close(file)
        return path

    def _tell_device(self) -> None:
        for chunk in CHUNKS:
            rate = max(self._device.rates[chunk, depth] for chunk_, depth in self._device.rates if chunk_ == chunk)
            self._figures[f"device.{chunk >> 10}k_mb_s"] = rate / 1e6
        self._figures["device.stream_mb_s"] = self._device.stream / 1e6
        self._figures["device.mb_s"] = _bandwidth(self._device) / 1e6

    def _in_memory(self) -> dict[str, float]:
        """Seconds a token without a limit: plain llama.cpp, and what callbacks alone and our own way cost beside it."""
        found = {}
        for kind in ("moe", "dense"):
            trial = replace(self._trial(kind), rho=self._options.rho)
            everything = 64 * 10**9
            plain, ours = [], []
            for _ in range(self._options.rounds):
                plain.append(self._go(trial))
                ours.append(self._go(replace(trial, flash=True, budget=everything)))
            found[kind] = _token_s(plain)
            self._figures[f"{kind}.ram.ratio"] = found[kind] / _token_s(ours)
            self._figures[f"{kind}.ram.tokens_per_second"] = 1 / found[kind]
        trial = self._trial("moe")
        watched = self._go(replace(trial, rho=self._options.rho, watch=True))
        self._figures |= {
            "callback_ms": (_token_s([watched]) - found["moe"]) * 1000,
            "moe.correlated.overlap": watched.overlap,
            "moe.uniform.overlap": self._go(replace(trial, rho=0.0, watch=True)).overlap,
        }
        self._figures["ram.ratio"] = min(self._figures["moe.ram.ratio"], self._figures["dense.ram.ratio"])
        return found

    def _pair(self, name: str, kind: str, share: int, in_memory: float, **changes: Any) -> None:
        """Naive and ours in turns under a limit of `share` percent of the file."""
        trial = replace(self._trial(kind, share), **changes)
        threads = self._threads.get(kind)
        if threads is None:
            threads = self._threads[kind] = self._best_threads(trial)
        naive, ours = [], []
        for _ in range(self._options.rounds):
            naive.append(self._go(replace(trial, threads=threads)))
            ours.append(self._go(replace(trial, flash=True)))
        self._compare(naive, ours)
        prefix, seconds = f"{name}.{share}", _token_s(ours)
        read = mean(outcome.read / len(outcome.token_s) for outcome in ours)
        bandwidth = _bandwidth(self._device)
        self._figures |= {
            f"{prefix}.ratio": _token_s(naive) / seconds,
            f"{prefix}.tokens_per_second": 1 / seconds,
            f"{prefix}.naive_tokens_per_second": 1 / _token_s(naive),
            f"{prefix}.naive_threads": threads or os.cpu_count() or 1,
            f"{prefix}.mb_per_token": read / 1e6,
            f"{prefix}.naive_mb_per_token": mean(o.read / len(o.token_s) for o in naive) / 1e6,
            f"{prefix}.bandwidth_share": read / seconds / bandwidth,
            f"{prefix}.load_s": mean(outcome.load_s for outcome in ours),
        }
        self._tell_plan(prefix, ours, seconds)
        if kind == "moe":
            self._tell_experts(prefix, ours, read, max(in_memory, 0.0), seconds)

    def _tell_plan(self, prefix: str, ours: list[Outcome], seconds: float) -> None:
        plan = ours[-1].plan
        if not plan["slots"] and not plan["banks"]:
            return
        self._peaks += [outcome.peak / plan["budget"] for outcome in ours]
        if speed := plan["tokens_per_second"]:
            self._figures[f"{prefix}.predicted_over_measured"] = speed * seconds
            self._predicted.append(speed * seconds)

    def _tell_experts(self, prefix: str, ours: list[Outcome], read: float, in_memory: float, seconds: float) -> None:
        """The bound: what was read for experts that were used, at the drive's full speed, or computing if that is
        longer. No order of reading and computing could be faster with the same experts in memory."""
        tally = {key: sum(outcome.tally.get(key, 0) for outcome in ours) for key in ("found", "ahead", "missed")}
        if not (asked := sum(tally.values())):
            return
        tokens = sum(len(outcome.token_s) for outcome in ours)
        needed = (tally["ahead"] + tally["missed"]) * ours[0].plan["expert_bytes"] / tokens
        self._figures |= {
            f"{prefix}.hit_rate": tally["found"] / asked,
            f"{prefix}.guessed": tally["ahead"] / max(tally["ahead"] + tally["missed"], 1),
            f"{prefix}.read_in_vain": 1 - needed / max(read, 1),
            f"{prefix}.io_share": max(needed / _bandwidth(self._device), in_memory) / seconds,
        }

    def _best_threads(self, trial: Trial) -> int:
        """0 (every core) or 1, whichever serves the baseline better."""
        if self._options.quick:
            return 0
        short = replace(trial, tokens=max(trial.tokens // 3, 2), warm=2)
        single, every = (_token_s([self._go(replace(short, threads=threads))]) for threads in (1, 0))
        return 1 if single < every else 0

    def _prompts(self) -> None:
        for kind in ("moe", "dense"):
            trial = replace(self._trial(kind, 50), prompt=256, warm=0, tokens=1)
            naive, ours = [], []
            for _ in range(1 if self._options.quick else self._options.rounds):
                naive.append(self._go(trial))
                ours.append(self._go(replace(trial, flash=True)))
            self._compare(naive, ours)
            seconds = median(outcome.prompt_s for outcome in ours)
            self._figures[f"{kind}.prefill.50.ratio"] = median(outcome.prompt_s for outcome in naive) / seconds
            self._figures[f"{kind}.prefill.50.tokens_per_second"] = trial.prompt / seconds
        self._figures["prefill.50.ratio"] = min(self._figures[f"{kind}.prefill.50.ratio"] for kind in ("moe", "dense"))

    def _policies(self) -> None:
        """Which experts should leave, and whether guessing pays."""
        trial = replace(self._trial("moe", 50), flash=True, rho=self._options.rho)
        for name, changed in (
            ("recent", replace(trial, policy="recent")),
            ("frequent", replace(trial, policy="frequent")),
            ("routed", trial),
            ("unguessed", replace(trial, guesses=0)),
        ):
            outcome = self._go(changed)
            self._figures[f"policy.{name}.tokens_per_second"] = 1 / _token_s([outcome])
            self._figures[f"policy.{name}.hit_rate"] = outcome.tally["found"] / max(sum(outcome.tally.values()), 1)

    def _trial(self, kind: str, share: int = 0) -> Trial:
        path = self._models[kind]
        tokens = self._options.tokens if kind == "moe" else max(self._options.tokens // 4, 3)
        return Trial(
            str(path),
            flash=False,
            budget=path.stat().st_size * share // 100,
            warm=max(tokens // 3, 2),
            tokens=tokens,
            devices=str(self._devices),
            context=512,
        )

    def _compare(self, naive: list[Outcome], ours: list[Outcome]) -> None:
        self._exact &= len({outcome.digest for outcome in (*naive, *ours)}) == 1

    def _go(self, trial: Trial) -> Outcome:
        limited = trial.budget and trial.budget < 10**12 and self._limit
        kind = "flash" if trial.flash else "mmap"
        self._step(f"{Path(trial.model).stem}, {kind}, {trial.budget / 1e6:.0f} MB" if limited else "in memory")
        if trial.budget and trial.budget < _memory():
            self._limit.set(trial.budget)
            trial = replace(trial, cgroup=str(self._limit.folder))
        command = [sys.executable, "-m", "app.runtime.flash.trial", json.dumps(asdict(trial))]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        try:
            return Outcome(**json.loads(done.stdout.splitlines()[-1]))
        except (IndexError, ValueError, TypeError):
            told = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            raise ModelError(f"A measurement ended early: {told[0]}") from None


def bench_flash(options: Options, step: Step) -> Report:
    """Make the models or reuse them, and measure. Raises InputError where no memory limit can be set."""
    begun = time.perf_counter()
    options.folder.mkdir(parents=True, exist_ok=True)
    with memory_limit() as limit, laptop_read_ahead(options.folder):
        figures = FlashBench(options, limit, step).run()
    figures["seconds"] = time.perf_counter() - begun
    settings = asdict(options) | {"folder": str(options.folder), "read_ahead_kb": 128, "shares": list(_SHARES)}
    return Report("flash", settings, figures)


def _shape(kind: str, options: Options) -> Shape:
    """Layers as those of models people run, and as many of them as make the size."""
    if kind == "dense":
        shape = Shape("llama", 1, 2560, 8960, heads=20, kv_heads=5, head=128)
        if options.quick:
            shape = Shape("llama", 1, 1536, 4096, heads=12, kv_heads=3, head=128)
    else:
        shape = Shape("qwen3moe", 1, 2048, 768, heads=16, kv_heads=4, head=128, experts=64, used=8)
        if options.quick:
            shape = Shape("qwen3moe", 1, 1024, 384, heads=8, kv_heads=2, head=128, experts=64, used=8)
    return replace(shape, layers=max(options.size * 10**6 // _layer_bytes(shape), 4))


def _layer_bytes(shape: Shape) -> int:
    experts = max(shape.experts, 1)
    attention = shape.width * shape.head * (2 * shape.heads + 2 * shape.kv_heads)
    return (3 * experts * shape.width * shape.hidden + attention) * 18 // 32


def _token_s(outcomes: list[Outcome]) -> float:
    return median(second for outcome in outcomes for second in outcome.token_s)


def _bandwidth(device: Device) -> float:
    """The most that was measured in any way."""
    return max(device.stream, *device.rates.values())


def _memory() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
