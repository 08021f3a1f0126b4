"""How far found boundaries agree with known ones. A boundary is the index, 1..n-1, of a turn that begins a segment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def window(truth: Sequence[int], n: int) -> int:
    """k of Pk and WindowDiff: half the mean length of the true segments, at least 1 and less than n."""
    return max(1, min(round(n / (len(truth) + 1) / 2), n - 1))


def pk(truth: Sequence[int], found: Sequence[int], n: int, k: int | None = None) -> float:
    """Share of pairs of turns k apart that one side puts into one segment and the other into two (Beeferman 1999)."""
    k = k or window(truth, n)
    a, b = _between(truth, n, k), _between(found, n, k)
    return float(np.mean((a > 0) != (b > 0)))


def window_diff(truth: Sequence[int], found: Sequence[int], n: int, k: int | None = None) -> float:
    """Share of pairs of turns k apart with unlike numbers of boundaries between them (Pevzner and Hearst 2002)."""
    k = k or window(truth, n)
    return float(np.mean(_between(truth, n, k) != _between(found, n, k)))


def f1(truth: Sequence[int], found: Sequence[int], tolerance: int = 0) -> float:
    """F1 of the boundaries, each matched to at most one within `tolerance` turns; 1 where there are none at all."""
    if not truth and not found:
        return 1.0
    return 2 * matched(truth, found, tolerance) / (len(truth) + len(found))


def matched(truth: Sequence[int], found: Sequence[int], tolerance: int) -> int:
    """The most pairs of a true and a found boundary at most `tolerance` turns apart, each used once."""
    count, i, j, a, b = 0, 0, 0, sorted(truth), sorted(found)
    while i < len(a) and j < len(b):
        if abs(a[i] - b[j]) <= tolerance:
            count, i, j = count + 1, i + 1, j + 1
        elif a[i] < b[j]:
            i += 1
        else:
            j += 1
    return count


def _between(boundaries: Sequence[int], n: int, k: int) -> npt.NDArray[np.int64]:
    """How many boundaries lie between turns i and i+k, for each i."""
    marks = np.zeros(n, dtype=np.int64)
    marks[list(boundaries)] = 1
    sums = np.cumsum(marks)

    return np.asarray(sums[k:] - sums[:-k])
