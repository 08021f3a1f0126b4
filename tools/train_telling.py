"""Learn the weights by which memory chooses the line that answers, and say how well they do on scripts unseen.

    python -m tools.train_telling SCRIPT.jsonl [SCRIPT.jsonl …] [--write]

Each script is played as `mneme bench knowledge` plays it, in a fresh store with the real embedder. The line that is
chosen is learned by a softmax over the lines of a question; whether it answers at all by logistic regression, for
which the questions that a script cannot answer (`expect` of "") count as not answered, and those of another script,
too, a few of which it can. Figures are those of each script by the weights of the others. The script that comes with
Mneme takes part with less weight. Without --write nothing is changed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from scipy.optimize import minimize

from app.bench.knowledge import Line as ScriptLine
from app.bench.knowledge import Moment, Player, load_script
from app.bootstrap import Assistant, build
from app.core.paths import resources_dir
from app.core.settings import Settings
from app.memory.telling.choose import SIGNALS, best_of, signals
from app.memory.telling.features import FEATURES, answerable, features
from app.memory.telling.lines import Line
from app.memory.telling.teller import is_settled, lines, tells_fact
from app.runtime.host import EmbedHost
from app.runtime.messages import EmbedConfig

TARGET = resources_dir() / "recall" / "telling.json"
SHIPPED = resources_dir() / "bench" / "knowledge.jsonl"
DECAY, TOLD_DECAY = 0.003, 2e-4
SHIPPED_COUNTS = 0.4  # beside a question of another script: its 270 are about few things
LOST = 0.02  # of the right answers that may be kept back as too unlikely
FOREIGN = 2  # scripts further on: whose questions a script is asked, too
Array = Any


@dataclass(frozen=True)
class Case:
    """A question put to a script, its lines, and which of them tell what is expected."""

    line: ScriptLine
    found: Sequence[Line]
    rows: Array
    parts: Any
    right: Array
    settled: bool  # by a fact alone

    @property
    def teaches(self) -> bool:
        return bool(self.right.any() and not self.right.all())


@dataclass(frozen=True)
class Played:
    """What a script asked that can be known, that cannot, and the questions of another script."""

    name: str
    known: Sequence[Case]
    unknown: Sequence[Case]
    foreign: Sequence[Case]


class Remembering:
    """The real embedder, which embeds the same words once."""

    def __init__(self) -> None:
        self._host = EmbedHost(EmbedConfig(str(Settings().embedder)))
        self._known: dict[str, Array] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def embed(self, texts: Sequence[str]) -> Array:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(new, self._host.embed(new) if new else (), strict=True))
        return np.stack([self._known[text] for text in texts])

    def close(self) -> None:
        """Stays for the next script."""

    def end(self) -> None:
        self._host.close()


def main(paths: Sequence[Path], *, write: bool) -> None:
    embedder = Remembering()
    try:
        scripts = {path: load_script(path) for path in (*paths, SHIPPED)}
        names = list(paths)
        played = [
            play(path, scripts[path], _known(scripts[names[(n + FOREIGN) % len(names)]]), embedder)
            for n, path in enumerate(names)
        ]
        played.append(play(SHIPPED, scripts[SHIPPED], [], embedder))
    finally:
        embedder.end()
    least = report(played)
    weights = line_weights(played)
    told = told_weights(played, weights)
    if write:
        found = {"least": round(least, 3), "line": _named(FEATURES, weights), "told": _named(SIGNALS, told)}
        TARGET.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        print(f"wrote {TARGET.name}")


def play(path: Path, script: Sequence[ScriptLine], foreign: Sequence[ScriptLine], embedder: Any) -> Played:
    """Everything said and asked, and at the end what another script asks."""
    known: list[Case] = []
    unknown: list[Case] = []
    player, clock = Player(), Moment(script[0].at)
    with (
        tempfile.TemporaryDirectory() as folder,
        build(Path(folder), background=False, clock=clock, embedder=embedder) as assistant,
    ):
        for line in script:
            clock.moment = line.at
            if line.say:
                player.say(assistant, line)
            else:
                (known if line.expect else unknown).append(case(assistant, line))
        far = [case(assistant, line) for line in foreign]
    print(f"played {path.stem}", flush=True)
    return Played(path.stem, known, unknown, far)


def case(assistant: Assistant, line: ScriptLine) -> Case:
    """A question with its lines, as memory finds them now."""
    asking, _ = assistant.memory.asking(line.ask, line.as_of)
    told = asking.fact.words.casefold() if asking.fact else ""
    found = [] if is_settled(asking) else assistant.memory.store.call(partial(lines, asking=asking))
    given = line.ask, asking.vectors.full if asking.vectors else None, found
    rows, parts = (features(*given), answerable(*given)) if found else (None, None)
    expect = line.expect.casefold()
    right = [not one.later and expect in said(line.ask, one, told) for one in found]
    return Case(line, found, rows, parts, np.array(right or [bool(told) and expect in told]), not found)


def said(question: str, line: Line, fact: str) -> str:
    """What would be told if this line were chosen, in small letters."""
    return fact if tells_fact(question, line) else " ".join(line.words.split()).casefold()


def line_weights(played: Sequence[Played]) -> Array:
    """By which the line is chosen."""
    data = [
        (c.rows[_open(c)], c.right[_open(c)], SHIPPED_COUNTS if one.name == SHIPPED.stem else 1.0)
        for one in played
        for c in one.known
        if not c.settled and c.teaches
    ]
    whole = sum(counts for *_, counts in data)

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros_like(weights)
        for rows, right, counts in data:
            scores = rows @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            mine = chances[right].sum()
            total -= counts * np.log(mine + 1e-12)
            slope -= counts * (rows.T @ (np.where(right, chances / mine, 0.0) - chances))
        return total / whole + DECAY * weights @ weights / 2, slope / whole + DECAY * weights

    return minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B").x


def told_weights(played: Sequence[Played], weights: Array) -> Array:
    """By which it is judged whether the line that these weights choose answers at all."""
    rows, answered = told_rows(played, weights)
    sign = np.where(answered, 1.0, -1.0)
    share = np.where(answered, 0.5 / answered.sum(), 0.5 / (~answered).sum())

    def loss(told: Array) -> tuple[float, Array]:
        margin = sign * (rows @ told)
        slope = -(share * sign / (1 + np.exp(margin))) @ rows
        decay = 2 * TOLD_DECAY * np.array([0.0, *told[1:]])
        return float((share * np.logaddexp(0, -margin)).sum() + TOLD_DECAY * told[1:] @ told[1:]), slope + decay

    return minimize(loss, np.zeros(len(SIGNALS)), jac=True, method="L-BFGS-B").x


def told_rows(played: Sequence[Played], weights: Array) -> tuple[Array, Array]:
    """The signals of each question whose line is right, and of each that cannot be answered; which is which."""
    rows, answered = [], []
    for one in played:
        for c in (*one.known, *one.unknown, *one.foreign):
            if c.settled or (best := best_of(scores := c.rows @ weights, c.found)) is None:
                continue
            known = any(c is k for k in one.known)
            if known and not c.right[best]:
                continue
            rows.append(signals(c.rows, scores, best, c.parts))
            answered.append(known)
    return np.array(rows), np.array(answered)


def report(played: Sequence[Played]) -> float:
    """Print the figures of each script by the weights of the others; the chance below which there is no answer: so few
    of the right ones lie below it as may be lost."""
    judged = []
    for one in played:
        rest = [other for other in played if other is not one]
        weights = line_weights(rest)
        judged.append((one, weights, told_weights(rest, weights)))
    sure = [_chance(c, w, t) for one, w, t in judged for c in one.known if _right(c, w) and one.name != SHIPPED.stem]
    least = float(np.quantile(sure, LOST))
    rows = [_figures(*one, least) for one in judged]
    for (one, *_), row in zip(judged, rows, strict=True):
        _print(one.name, row)
    _print("mean of the others", np.nanmean([row for row in rows if not np.isnan(row[-1])], axis=0))
    print(f"least chance {least:.3f}")
    for share in (0.01, 0.015, 0.03, 0.05):
        other = float(np.quantile(sure, share))
        row = np.nanmean([_figures(*one, other) for one in judged if one[0].name != SHIPPED.stem], axis=0)
        print(f"with {other:.3f}: kept back {row[2]:.3f} unknown {row[3]:.3f} foreign {row[4]:.3f}")
    return least


def _figures(one: Played, weights: Array, told: Array, least: float) -> list[float]:
    """Right now and as of another time, of these kept back, and the share of what cannot be known that gets words."""
    right = {flag: [_right(c, weights) for c in one.known if bool(c.line.as_of) is flag] for flag in (False, True)}
    lost = fmean(_right(c, weights) and _chance(c, weights, told) < least for c in one.known)
    worded = [[_chance(c, weights, told) >= least for c in cases] for cases in (one.unknown, one.foreign)]
    return [fmean(right[False]), fmean(right[True]), lost, *(fmean(w) if w else float("nan") for w in worded)]


def _print(name: str, row: Sequence[float]) -> None:
    labels = ("current", "as of", "kept back", "unknown with words", "foreign with words")
    print(f"{name:20}", *(f"{label} {value:.3f} " for label, value in zip(labels, row, strict=True)), flush=True)


def _right(one: Case, weights: Array) -> bool:
    if one.settled:
        return bool(one.right[0])
    best = best_of(one.rows @ weights, one.found)
    return best is not None and bool(one.right[best])


def _chance(one: Case, weights: Array, told: Array) -> float:
    if one.settled:
        return float(one.right.size > 0)
    best = best_of(scores := one.rows @ weights, one.found)
    return 0.0 if best is None else float(1 / (1 + np.exp(-(signals(one.rows, scores, best, one.parts) @ told))))


def _open(one: Case) -> Array:
    return np.array([not line.later for line in one.found])


def _known(script: Sequence[ScriptLine]) -> list[ScriptLine]:
    return [line for line in script if line.ask and line.expect and line.as_of is None]


def _named(names: Sequence[str], weights: Array) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


if __name__ == "__main__":
    given = [one for one in sys.argv[1:] if one != "--write"]
    main([Path(one) for one in given], write="--write" in sys.argv)
