"""How a machine runs a model fastest: one choice after the other, each beside the best so far.

What counts is the time of a typical turn. A cache type, or another format of the weights, is only taken where the
model's first choices hardly change by it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt

from app.core.errors import MnemeError, ModelError
from app.runtime.kv_file import fingerprint
from app.runtime.llama import Llama
from app.runtime.pages import compare, held_text, scores
from app.runtime.requantize import FORMATS, requantize
from app.runtime.tuning import KV_TYPES, LEAST_TOP1, MOST_KL, Tuning

_CONTEXT = 2_048
_TURN = (128, 128)  # tokens that a typical turn reads and writes
_READ = 512  # tokens that the speed of reading is measured by
_JUDGED = 256  # tokens that the quality of a choice is judged by
_BETTER = 0.98  # of the time of a turn: less is no noise

Options = Sequence[tuple[str, dict[str, object]]]


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second, and what the model made of a text."""

    prefill: float
    generate: float
    scores: npt.NDArray[np.float64]

    @property
    def turn_s(self) -> float:
        """Seconds that a typical turn takes."""
        return _TURN[0] / self.prefill + _TURN[1] / self.generate


class Search:
    """Measures one model. `stopping` is asked as by `Llama`; once it says so, nothing measured counts."""

    def __init__(
        self, path: Path, weights: Path, rounds: int, stopping: Callable[[], bool], largest: int = 1 << 62
    ) -> None:
        """`weights` is where formats are written; none is of a model of more than `largest` bytes."""
        self._path = path
        self._folder = weights
        self._rounds = rounds
        self._stopping = stopping
        self._largest = largest
        self.figures: dict[str, float] = {}
        self.best = Tuning()
        self.first = self.speed = self._measure(self.best)
        self._note("default", self.speed)

    def choices(self) -> Iterator[tuple[str, Options]]:
        """What can be chosen, by name: each option as its name and what it changes.

        Weights come first: how many threads and tokens at once are best hangs on them.
        """
        cores = os.cpu_count() or 1
        counts = sorted({1, max(1, cores // 2), cores})
        if self._path.stat().st_size <= self._largest:
            yield "weights", [(f"weights.{form}", {"weights": form}) for form in FORMATS]
        yield "flash", [("flash.off", {"flash": False})]
        yield "batch", [(f"batch.{size}", {"batch": size}) for size in (128, 512)]
        yield "threads", [(f"threads.{count}", {"threads": count}) for count in counts[:-1]]
        yield "prefill threads", [(f"prefill_threads.{n}", {"prefill_threads": n}) for n in counts[:-1]]
        yield "cache", [(f"kv.{kind}", {"kv": kind}) for kind in KV_TYPES[1:]]

    def choose(self, options: Options) -> None:
        """Measure options beside the best so far, and take the one that is better, if any is."""
        for name, change in options:
            if self._stopping():
                return
            try:
                tuning = replace(self.best, **self._written(change))  # type: ignore[arg-type]
                found = self._measure(tuning)
            except MnemeError:  # no room for it, or not for this model
                continue
            self._note(name, found)
            kl, top1 = compare(self.first.scores, found.scores)
            self.figures[f"{name}.kl"], self.figures[f"{name}.top1"] = kl, top1
            if found.turn_s < self.speed.turn_s * _BETTER and kl < MOST_KL and top1 > LEAST_TOP1:
                self.best, self.speed = tuning, found

    def tidy(self) -> None:
        """Keep no weights but those chosen."""
        for file in self._folder.glob(f"{self._path.stem}.*.gguf"):
            if str(file) != self.best.weights:
                file.unlink()

    def _written(self, change: dict[str, object]) -> dict[str, object]:
        """A change with the file of its weights, which is written if need be."""
        if "weights" not in change:
            return change
        form = str(change["weights"])
        target = self._folder / f"{self._path.stem}.{fingerprint(self._path)[:8]}.{form}.gguf"
        return {"weights": str(requantize(self._path, target, form))}

    def _measure(self, tuning: Tuning) -> Speed:
        path = Path(tuning.weights) if tuning.weights else self._path
        with closing(Llama(path, _CONTEXT, 0, self._stopping, tuning=tuning)) as llama:
            tokens = llama.tokens(held_text())
            tokens = (tokens * ((_READ + _JUDGED) // len(tokens) + 1))[: _READ + _JUDGED]
            read, rest = tokens[:_READ], tokens[_READ:]
            list(llama.read(read[:32]))  # the first time, weights come from the disk
            prefill = generate = 0.0
            for _ in range(self._rounds):
                llama.forget()
                prefill = max(prefill, len(read) / _seconds(lambda: list(llama.read(read))))
                generate = max(generate, 1 / median(self._token(llama, rest[0], len(read) + i) for i in range(16)))
                llama.cache.drop_from(len(read))
            found = scores(llama.cache, rest, len(read))
            if found is None:
                raise ModelError("The measurement was stopped.")
            return Speed(prefill, generate, found)

    @staticmethod
    def _token(llama: Llama, token: int, at: int) -> float:
        return _seconds(lambda: llama.cache.decode([token], at))

    def _note(self, name: str, speed: Speed) -> None:
        self.figures[f"{name}.prefill_tps"], self.figures[f"{name}.generate_tps"] = speed.prefill, speed.generate


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
