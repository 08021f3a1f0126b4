"""`mneme bench segment`: do episodes begin where people would say that something new begins?

Sessions of LoCoMo conversations run together (F1 within one turn, level "session"), and topics of dialogue files
(exact F1, level "topic"); Pk and WindowDiff for both, means over the dialogues of a set. Beside ours on the same
dialogues: dips of embedding cohesion (TextTiling), as many boundaries at random places, and EM-LLM's own method, whose
token events are moved to the nearest turn. The chat model reads slowly: it, and what its surprise and keys add to ours
(`read.` beside `unread.`), are measured on the first turns of each set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from statistics import fmean

import numpy as np
import numpy.typing as npt

from app.bench.boundaries import f1, pk, window_diff
from app.bench.dialogues import Dialogue, load_dialogues, load_sessions
from app.bench.report import Report
from app.core.errors import InputError
from app.core.settings import Settings
from app.memory.segmentation.segment import SegmentSettings, Turn, segment
from app.memory.segmentation.surprise import events
from app.memory.segmentation.weights import Level, trained_on
from app.runtime.host import ChatHost, EmbedHost
from app.runtime.messages import ChatConfig, EmbedConfig
from app.runtime.protocols import Embedder, Observation, Observer

Progress = Callable[[int, int], None]
Found = Sequence[int]
_QUICK = 20
_DRAWS = 20


def bench_segment(locomo: Path | None, files: Sequence[Path], observed: int, quick: bool, progress: Progress) -> Report:
    """Boundaries of every set; figures are prefixed by the set's name, and plain as well where there is one set.

    `observed` turns of each set are read by the chat model. `quick` takes every so-manieth dialogue, about 20 a set.
    """
    sets: dict[str, tuple[Level, list[Dialogue]]] = {}
    if locomo is not None:
        sets["locomo"] = "session", load_sessions(locomo)[: 1 if quick else None]
    for path in files:
        found = load_dialogues(path)
        sets[path.stem] = "topic", found[:: max(1, len(found) // _QUICK)] if quick else found
    sets = {name: (level, [d for d in ds if len(d.texts) > 1]) for name, (level, ds) in sets.items()}
    if not any(ds for _, ds in sets.values()):
        raise InputError("There is no dialogue with two turns or more. Name a file with --locomo or --dialogues.")
    embedder, model = EmbedHost(EmbedConfig(str(Settings().embedder))), ChatHost(_chat())
    try:
        figures: dict[str, float] = {}
        read = {name: list(_first(ds, observed // 8 if quick else observed)) for name, (_, ds) in sets.items()}
        done, total = 0, sum(len(ds) + len(read[name]) for name, (_, ds) in sets.items())
        for name, (level, dialogues) in sets.items():
            scores = _Scores(level)
            for dialogue in dialogues:
                scores.measure(dialogue, embedder)
                progress(done := done + 1, total)
            for dialogue in read[name]:
                scores.measure_reading(dialogue, embedder, model)
                progress(done := done + 1, total)
            figures |= {f"{name}.{key}": value for key, value in scores.figures().items()}
            if len(sets) == 1:
                figures |= scores.figures()
    finally:
        embedder.close()
        model.close()
    settings = {"sets": {name: len(ds) for name, (_, ds) in sets.items()}, "observed": observed, "quick": quick}
    return Report("segment", settings | {"trained_on": trained_on()}, figures)


class _Scores:
    """Figures of one set."""

    def __init__(self, level: Level) -> None:
        self._level = level
        self._values: dict[str, list[float]] = defaultdict(list)
        self._random = np.random.default_rng(0)

    def measure(self, dialogue: Dialogue, embedder: Embedder) -> None:
        turns = [Turn(t, v) for t, v in zip(dialogue.texts, embedder.embed(dialogue.texts), strict=True)]
        self._score("", dialogue, self._cut(turns, embedder.identity))
        self._score("embedding_dip.", dialogue, self._cut(turns, ""))
        for _ in range(_DRAWS):
            self._score("random.", dialogue, self._anywhere(dialogue))

    def measure_reading(self, dialogue: Dialogue, embedder: Embedder, model: Observer) -> None:
        """What reading adds: EM-LLM's events, and ours with and without surprise and keys."""
        read = model.observe(dialogue.texts, tokens=True)
        self._score("emllm.", dialogue, token_events(read))
        vectors = embedder.embed(dialogue.texts)
        turns = [Turn(text, vector) for text, vector in zip(dialogue.texts, vectors, strict=True)]
        self._score("unread.", dialogue, self._cut(turns, embedder.identity))
        turns = [replace(t, surprise=float(r.surprise.mean()), key=r.key) for t, r in zip(turns, read, strict=True)]
        self._score("read.", dialogue, self._cut(turns, embedder.identity))

    def _cut(self, turns: Sequence[Turn], embedder: str) -> Found:
        return [part.first for part in segment(turns, embedder, SegmentSettings(self._level, longest=len(turns)))][1:]

    def figures(self) -> dict[str, float]:
        return {name: fmean(values) for name, values in self._values.items()}

    def _anywhere(self, dialogue: Dialogue) -> Found:
        places = np.arange(1, len(dialogue.texts))
        return sorted(self._random.choice(places, len(dialogue.boundaries), replace=False).tolist())

    def _score(self, prefix: str, dialogue: Dialogue, found: Found) -> None:
        true, size = dialogue.boundaries, len(dialogue.texts)
        self._values[f"{prefix}f1"].append(f1(true, found, tolerance=1 if self._level == "session" else 0))
        self._values[f"{prefix}pk"].append(pk(true, found, size))
        self._values[f"{prefix}wd"].append(window_diff(true, found, size))


def token_events(read: Sequence[Observation]) -> Found:
    """EM-LLM's events, each moved to the turn whose first token is nearest."""
    surprise = np.concatenate([one.surprise for one in read])
    keys = [one.keys for one in read if one.keys is not None]
    found = events(surprise, np.concatenate(keys) if len(keys) == len(read) else None)
    starts = np.array([0, *accumulate(len(one.surprise) for one in read)][:-1])
    return sorted({_nearest(starts, token) for token in found} - {0})


def _nearest(starts: npt.NDArray[np.int_], token: int) -> int:
    return int(np.argmin(np.abs(starts - token)))


def _first(dialogues: Sequence[Dialogue], turns: int) -> Iterator[Dialogue]:
    """The first dialogues up to so many turns, the last one cut off there."""
    for dialogue in dialogues:
        if turns < 2:
            return
        kept = tuple(b for b in dialogue.boundaries if b < turns)
        yield replace(dialogue, texts=dialogue.texts[:turns], boundaries=kept)
        turns -= len(dialogue.texts)


def _chat() -> ChatConfig:
    settings = Settings()
    return ChatConfig(str(settings.chat_model), 512)
