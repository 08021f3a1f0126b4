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

from app.bench.flash_models import KINDS, kept_model
from app.bench.limits import Limit, laptop_read_ahead, memory_limit
from app.bench.report import Report
from app.core.errors import InputError, ModelError
from app.runtime.flash.device import CHUNKS, DEPTHS, STREAM, known_device, rate_now
from app.runtime.flash.trial import Outcome, Trial

_SHARES = (50, 25)
_PAIRS: dict[str, tuple[str, dict[str, float]]] = {
    "moe.correlated": ("moe", {}),
    "moe.uniform": ("moe", {"rho": 0.0, "locality": 0.0}),
    "dense": ("dense", {}),
}
CASES = ("ram", *(f"{name}.{share}" for share in _SHARES for name in _PAIRS), "prefill", "policy")
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What to run: models of about `size` MB each, kept in `folder`; tokens measured in each of `rounds`.

    `only` names cases, or how they begin; all of them where it is empty. `quick` leaves out what compares policies.
    """

    folder: Path
    size: int = 2700
    tokens: int = 24
    rounds: int = 2
    rho: float = 0.9
    quick: bool = False
    only: tuple[str, ...] = ()

    def cases(self) -> list[str]:
        """The cases to run, in order. Raises InputError for a name that is none."""
        for name in self.only:
            if not any(_within(case, name) for case in CASES):
                raise InputError(f"There is no case {name}: choose from {', '.join(CASES)}.")
        if self.only:
            return [case for case in CASES if any(_within(case, name) for name in self.only)]
        return [case for case in CASES if not (self.quick and case == "policy")]


def _within(case: str, name: str) -> bool:
    return case == name or case.startswith(name + ".")


class FlashBench:
    """One run. Every measurement is a process of its own, ours and the baseline's in turns."""

    def __init__(self, options: Options, limit: Limit, step: Step) -> None:
        self._options = options
        self._limit = limit
        self._step = step
        self._cases = options.cases()
        self._figures: dict[str, float] = {}
        self._digests: list[set[str]] = []
        self._peaks: list[float] = []
        self._predicted: list[float] = []
        self._computing: dict[str, float] = {}
        larger = 5 / 4 if options.quick else 1  # else a quarter of a small mixture has no room beside the interpreter
        sizes = {"moe": int(options.size * larger), "dense": options.size}
        self._models = {kind: kept_model(options.folder, kind, sizes[kind], options.quick, step) for kind in KINDS}
        self._devices = options.folder / f"drives-{os.getpid()}.json"

    def run(self) -> dict[str, float]:
        """The figures of all cases."""
        try:
            self._tell_device()
            for case in self._cases:
                self._run(case)
        finally:
            self._devices.unlink(missing_ok=True)
        self._sum_up()
        return self._figures

    def _run(self, case: str) -> None:
        name, _, share = case.rpartition(".")
        if case == "ram":
            self._in_memory()
        elif case == "prefill":
            self._prompts()
        elif case == "policy":
            self._policies()
        else:
            kind, changes = _PAIRS[name]
            self._pair(name, kind, int(share), changes)

    def _sum_up(self) -> None:
        if (bound := self._figures.get("moe.uniform.50.io_share")) is not None:
            self._figures["moe.50.io_share"] = min(bound, self._figures.get("moe.correlated.50.io_share", bound))
        if self._predicted:
            self._figures["predicted_over_measured"] = max(self._predicted, key=lambda ratio: max(ratio, 1 / ratio))
        if self._digests:
            self._figures["bit_exact"] = float(all(len(told) == 1 for told in self._digests))
        if self._peaks:
            self._figures["peak_over_budget"] = max(self._peaks)
        self._figures["oom_kills"] = self._limit.kills

    def _tell_device(self) -> None:
        self._step("measuring the drive")
        device = known_device(self._models["dense"], self._devices)
        for chunk in CHUNKS:
            rate = max(device.rates[chunk, depth] for depth in DEPTHS)
            self._figures[f"device.{chunk >> 10}k_mb_s"] = rate / 1e6
        self._figures["device.stream_mb_s"] = device.stream / 1e6

    def _in_memory(self) -> None:
        """Without a limit: llama.cpp as it is and the app's way with a budget that is large enough, in turns; and what
        asking for the nodes costs that flash asks for."""
        for kind in KINDS:
            trial = replace(self._trial(kind), rho=self._options.rho, free=True, tokens=32)
            plain, ours = [], []
            for _ in range(self._options.rounds):
                plain.append(self._go(trial))
                ours.append(self._go(replace(trial, flash=True)))
            self._compare(plain, ours)
            self._figures[f"{kind}.ram.ratio"] = _token_s(plain) / _token_s(ours)
            self._figures[f"{kind}.ram.tokens_per_second"] = 1 / _token_s(plain)
        self._figures["ram.ratio"] = min(self._figures[f"{kind}.ram.ratio"] for kind in KINDS)
        for kind in KINDS[: 1 if self._options.quick else None]:
            watched = self._go(replace(self._trial(kind), rho=self._options.rho, watch=True))
            self._figures[f"{kind}.callback_ms"] = (_token_s([watched]) - self._computing_s(kind)) * 1000
            if kind == "moe":
                self._figures["moe.correlated.overlap"] = watched.overlap
        if not self._options.quick:
            self._figures["moe.uniform.overlap"] = self._go(replace(self._trial("moe"), rho=0.0, watch=True)).overlap

    def _computing_s(self, kind: str) -> float:
        """Seconds a token where all is in memory, from weights as they lie in the file."""
        if kind not in self._computing:
            self._computing[kind] = _token_s([self._go(replace(self._trial(kind), rho=self._options.rho))])
        return self._computing[kind]

    def _pair(self, name: str, kind: str, share: int, changes: dict[str, Any]) -> None:
        """Naive, by one thread and by all, and ours in turns under a limit of `share` percent of the file."""
        trial = replace(self._trial(kind, share), rho=self._options.rho)
        trial = replace(trial, **changes)
        tried: dict[int, list[Outcome]] = {threads: [] for threads in ((0,) if self._options.quick else (1, 0))}
        ours, rates = [], []
        for _ in range(self._options.rounds):
            for threads, outcomes in tried.items():
                outcomes.append(self._go(replace(trial, threads=threads)))
            ours.append(self._go(replace(trial, flash=True)))
            rates.append(self._rate(kind))
        threads = min(tried, key=lambda threads: _token_s(tried[threads]))  # 0 is every core
        naive = tried[threads]
        self._compare(naive, ours)
        prefix, seconds, rate = f"{name}.{share}", _token_s(ours), mean(rates)
        read = mean(outcome.read / len(outcome.token_s) for outcome in ours)
        self._figures |= {
            f"{prefix}.ratio": _token_s(naive) / seconds,
            f"{prefix}.ms": seconds * 1000,
            f"{prefix}.naive_ms": _token_s(naive) * 1000,
            f"{prefix}.naive_threads": threads or os.cpu_count() or 1,
            f"{prefix}.mb_per_token": read / 1e6,
            f"{prefix}.naive_mb_per_token": mean(o.read / len(o.token_s) for o in naive) / 1e6,
            f"{prefix}.drive_mb_s": rate / 1e6,
            f"{prefix}.bandwidth_share": read / seconds / rate,
            f"{prefix}.load_s": mean(outcome.load_s for outcome in ours),
        }
        self._tell_plan(prefix, ours, seconds)
        if kind == "moe":
            self._tell_experts(prefix, ours, read, rate, seconds)

    def _rate(self, kind: str) -> float:
        """What the drive gives at this moment to reads as ours are: layers in order, or parts of experts anywhere."""
        path = self._models[kind]
        if kind == "dense":
            return rate_now(path, *STREAM, in_order=True)
        return rate_now(path, 1 << 18 if self._options.quick else 1 << 20, max(DEPTHS), in_order=False)

    def _tell_plan(self, prefix: str, ours: list[Outcome], seconds: float) -> None:
        plan = ours[-1].plan
        self._figures[f"{prefix}.mapped"] = float(not plan["slots"] and not plan["banks"])
        if self._figures[f"{prefix}.mapped"]:
            return
        self._peaks += [outcome.peak / plan["budget"] for outcome in ours]
        self._figures[f"{prefix}.peak_over_budget"] = max(self._peaks[-len(ours) :])
        if speed := plan["tokens_per_second"]:
            self._figures[f"{prefix}.predicted_over_measured"] = speed * seconds
            self._predicted.append(speed * seconds)

    def _tell_experts(self, prefix: str, ours: list[Outcome], read: float, rate: float, seconds: float) -> None:
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
            f"{prefix}.io_share": max(needed / rate, self._computing_s("moe")) / seconds,
        }

    def _prompts(self) -> None:
        for kind in KINDS:
            trial = replace(self._trial(kind, 50), prompt=256, warm=0, tokens=1, context=512, batch=256)
            if self._options.quick:
                trial = replace(trial, prompt=64, batch=64)
            naive, ours = [], []
            for _ in range(self._options.rounds):
                naive.append(self._go(trial))
                ours.append(self._go(replace(trial, flash=True)))
            self._compare(naive, ours)
            seconds = median(outcome.prompt_s for outcome in ours)
            self._figures[f"{kind}.prefill.50.ratio"] = median(outcome.prompt_s for outcome in naive) / seconds
            self._figures[f"{kind}.prefill.50.tokens_per_second"] = trial.prompt / seconds
            self._peaks += [outcome.peak / trial.budget for outcome in ours if not outcome.refusal]
        self._figures["prefill.50.ratio"] = min(self._figures[f"{kind}.prefill.50.ratio"] for kind in KINDS)

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
            context=256,
            batch=64,
        )

    def _compare(self, naive: list[Outcome], ours: list[Outcome]) -> None:
        self._digests.append({outcome.digest for outcome in (*naive, *ours)})

    def _go(self, trial: Trial) -> Outcome:
        way, size = "flash" if trial.flash else "mmap", f"{trial.budget / 1e6:.0f} MB" if trial.budget else "in memory"
        self._step(f"{Path(trial.model).stem}, {way}, {size}")
        if trial.budget:
            self._limit.set(trial.budget)
            trial = replace(trial, cgroup=str(self._limit.folder))
        command = [sys.executable, "-m", "app.runtime.flash.trial", json.dumps(asdict(trial))]
        if trial.cgroup:  # before the interpreter starts, so that all of it counts
            command = ["/bin/sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', trial.cgroup, *command]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        try:
            return Outcome(**json.loads(done.stdout.splitlines()[-1]))
        except (IndexError, ValueError, TypeError):
            told = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            raise ModelError(f"A measurement ended early: {told[0]}") from None


def bench_flash(options: Options, step: Step) -> Report:
    """Make the models or reuse them, and measure. Raises InputError where no memory limit can be set."""
    begun = time.perf_counter()
    options.cases()
    options.folder.mkdir(parents=True, exist_ok=True)
    with memory_limit() as limit, laptop_read_ahead(options.folder):
        figures = FlashBench(options, limit, step).run()
    figures["seconds"] = time.perf_counter() - begun
    settings = asdict(options) | {"folder": str(options.folder), "read_ahead_kb": 128, "shares": list(_SHARES)}
    return Report("flash", settings, figures)


def _token_s(outcomes: list[Outcome]) -> float:
    return median(second for outcome in outcomes for second in outcome.token_s)
