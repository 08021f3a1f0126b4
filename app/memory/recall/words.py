"""BM25 over each candidate, and over it and its surroundings as if they were one text; and how much of the question it
holds. Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.storage.store import Store

_SATURATION, _LENGTH = 1.2, 0.75  # BM25's k1 and b as everybody sets them
_TURNS = 5

Array = npt.NDArray[np.float64]


class Words(NamedTuple):
    """For each candidate, in order: BM25 of its own words, of two turns to each side with it, and the share of the
    question's words, by weight, that it holds (one right beside it counts half). Shape (candidates,) each."""

    own: Array
    around: Array
    coverage: Array


def judged(
    store: Store, words: Sequence[str], lengths: Mapping[int, int], beside: Mapping[int, Sequence[int]]
) -> Words:
    """Judge the spans of `lengths` (characters by id) by the asked `words`. Read-only.

    `beside` has the neighbours of each of them, in order, and, for the surroundings, of those as well.
    """
    rows = {key: row for row, key in enumerate(dict.fromkeys([*lengths, *beside]))}
    mean = sum(lengths.values()) / max(len(lengths), 1)
    length = np.array([lengths.get(key, mean) for key in rows] + [mean])  # the last stands for turns that are not there
    count = store.terms.count()
    stems = store.terms.stems(words)
    frequency = store.terms.frequencies(stems) if stems else {}
    telling = [stem for stem, n in frequency.items() if not store.terms.is_common(n, count)]
    weight = np.array([_weight(frequency[stem], count) for stem in telling])
    times = np.zeros((len(telling), len(rows) + 1))
    at = {stem: row for row, stem in enumerate(telling)}
    for stem, key, n in store.terms.places(telling, rows):
        times[at[stem], rows[key]] = n
    windows = np.array([_window(key, beside, rows) for key in lengths], dtype=np.int64).reshape(-1, _TURNS)
    total = sum(_weight(frequency.get(stem, 0), count) for stem in stems)
    held = weight @ (times > 0)
    near = held[windows[:, 1:3]].max(axis=1) / 2 if len(windows) else np.zeros(0)
    return Words(
        own=_bm25(times[:, windows[:, 0]], length[windows[:, 0]] / max(mean, 1), weight),
        around=_bm25(times[:, windows].sum(axis=2), length[windows].mean(axis=1) / max(mean, 1), weight),
        coverage=np.maximum(held[windows[:, 0]], near) / max(total, 1e-9),
    )


def _weight(frequency: int, count: int) -> float:
    return math.log(1 + max(count - frequency + 0.5, 0.5) / (frequency + 0.5))


def _bm25(times: Array, length: Array, weight: Array) -> Array:
    """`times` has shape (stems, texts), `length` is against the mean."""
    norm = _SATURATION * (1 - _LENGTH + _LENGTH * length)
    return weight @ (times * (_SATURATION + 1) / (times + norm))


def _window(key: int, beside: Mapping[int, Sequence[int]], rows: Mapping[int, int]) -> list[int]:
    """The rows of a span, of its neighbours before and after, and of theirs further out; the last row for none."""
    before, after = _before(key, beside), _after(key, beside)
    window = (key, before, after, _before(before, beside), _after(after, beside))
    return [rows.get(other, len(rows)) for other in window]


def _before(key: int, beside: Mapping[int, Sequence[int]]) -> int:
    others = beside.get(key)
    return others[0] if others and others[0] < key else 0


def _after(key: int, beside: Mapping[int, Sequence[int]]) -> int:
    others = beside.get(key)
    return others[-1] if others and others[-1] > key else 0
