"""`mneme bench model`: how this machine runs a model fastest, found once and remembered.

One choice after the other, each beside the best so far, by the time of a typical turn. A cache type, or another format
of the weights, is only taken where the model's first choices hardly change by it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt

from app.bench.report import Report
from app.bench.talk import talks
from app.chat.paging import LEAST_TOP1, MOST_KL
from app.core.errors import MnemeError
from app.core.paths import DataDir
from app.runtime.kv_file import fingerprint
from app.runtime.llama import Llama
from app.runtime.native_log import forward_native_log
from app.runtime.pages import compare, scores
from app.runtime.requantize import FORMATS, requantize
from app.runtime.tuning import KV_TYPES, Tuning, remember, this_machine
from app.runtime.worker import CALM_THREADS

_CONTEXT = 2_048
_TURN = (128, 128)  # tokens that a typical turn reads and writes
_JUDGED = 96  # tokens that the quality of a choice is judged by


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


def bench_model(path: Path, data: DataDir, quick: bool, step: Callable[[int, int], None]) -> Report:
    """Measure each choice for the model at `path`, and remember the best ones in the data folder."""
    os.environ |= CALM_THREADS
    forward_native_log(lambda *_: None)
    data.create()
    search = _Search(path, data, quick)
    choices = list(search.choices())
    for number, (_, options) in enumerate(choices):
        search.choose(options)
        step(number + 1, len(choices))
    remember(data.tuning, fingerprint(path), this_machine(), search.best)
    search.tidy()
    best = asdict(search.best) | {
        "weights": Path(search.best.weights).suffixes[-2][1:] if search.best.weights else "as is"
    }
    figures = search.figures | {
        "best.prefill_tps": search.speed.prefill,
        "best.generate_tps": search.speed.generate,
        "best.turn.ratio": search.first.turn_s / search.speed.turn_s,
        "best.kl": compare(search.first.scores, search.speed.scores)[0],
        **{f"best.{name}": float(value) for name, value in best.items() if isinstance(value, int)},
    }
    return Report("model", {"model": path.name, "quick": quick, "best": best}, figures)


class _Search:
    def __init__(self, path: Path, data: DataDir, quick: bool) -> None:
        self._path = path
        self._data = data
        self._rounds = 1 if quick else 3
        self._text = " ".join(text for talk in talks(400) for text in talk.texts)
        self.figures: dict[str, float] = {}
        self.best = Tuning()
        self.first = self.speed = self._measure(self.best)
        self._note("default", self.speed)

    def choices(self) -> Iterator[tuple[str, Sequence[tuple[str, dict[str, object]]]]]:
        """What can be chosen, by name: each option as its name and what it changes."""
        cores = os.cpu_count() or 1
        counts = sorted({1, max(1, cores // 2), cores})
        yield "flash", [("flash.off", {"flash": False})]
        yield "batch", [(f"batch.{size}", {"batch": size}) for size in (128, 512)]
        yield "threads", [(f"threads.{count}", {"threads": count}) for count in counts[:-1]]
        yield "prefill threads", [(f"prefill_threads.{n}", {"prefill_threads": n}) for n in counts[:-1]]
        yield "cache", [(f"kv.{kind}", {"kv": kind}) for kind in KV_TYPES[1:]]
        yield "weights", [(f"weights.{form}", {"weights": form}) for form in FORMATS]

    def choose(self, options: Sequence[tuple[str, dict[str, object]]]) -> None:
        """Measure options beside the best so far, and take the one that is better, if any is."""
        for name, change in options:
            try:
                tuning = replace(self.best, **self._written(change))  # type: ignore[arg-type]
                found = self._measure(tuning)
            except MnemeError:  # no room for it, or not for this model
                continue
            self._note(name, found)
            kl, top1 = compare(self.first.scores, found.scores)
            self.figures[f"{name}.kl"], self.figures[f"{name}.top1"] = kl, top1
            if found.turn_s < self.speed.turn_s * 0.98 and kl < MOST_KL and top1 > LEAST_TOP1:
                self.best, self.speed = tuning, found

    def tidy(self) -> None:
        """Keep no weights but those chosen."""
        for file in self._data.weights.glob(f"{self._path.stem}.*.gguf"):
            if str(file) != self.best.weights:
                file.unlink()

    def _written(self, change: dict[str, object]) -> dict[str, object]:
        """A change with the file of its weights, which is written if need be."""
        if "weights" not in change:
            return change
        form = str(change["weights"])
        target = self._data.weights / f"{self._path.stem}.{fingerprint(self._path)[:8]}.{form}.gguf"
        return {"weights": str(requantize(self._path, target, form))}

    def _measure(self, tuning: Tuning) -> Speed:
        path = Path(tuning.weights) if tuning.weights else self._path
        with closing(Llama(path, _CONTEXT, 0, lambda: False, tuning=tuning)) as llama:
            tokens = llama.tokens(self._text)[: _TURN[0] * 4 + _JUDGED]
            read, rest = tokens[:-_JUDGED], tokens[-_JUDGED:]
            list(llama.read(read[:32]))  # the first time, weights come from the disk
            prefill = generate = 0.0
            for _ in range(self._rounds):
                llama.forget()
                prefill = max(prefill, len(read) / _seconds(lambda: list(llama.read(read))))
                generate = max(generate, 1 / median(self._token(llama, rest[0], len(read) + i) for i in range(16)))
                llama.cache.drop_from(len(read))
            found = scores(llama.cache, rest, len(read))
            assert found is not None
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
