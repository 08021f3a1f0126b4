"""What of a sequence that is held can stay for the one that is wanted."""

from __future__ import annotations

from collections.abc import Sequence

_SURE = 16  # tokens that must agree where the wanted sequence goes on behind a gap

Range = tuple[int, int]


def kept(held: Sequence[int], wanted: Sequence[int], gaps: int) -> list[Range]:
    """Ranges of `held` that, one behind the other, are a beginning of `wanted`; the first begins at 0 and may be empty.

    Gaps are looked for within the first `gaps` tokens that are held; with 0 it is the common beginning alone.
    """
    end = _agree(held, 0, wanted, 0)
    found, done = [(0, end)], end
    while end < gaps and done < len(wanted):
        start = _find(held[:gaps], end + 1, wanted[done : done + _SURE])
        if start < 0:
            break
        length = _agree(held, start, wanted, done)
        end, done = start + length, done + length
        found.append((start, end))
    return found


def _agree(held: Sequence[int], i: int, wanted: Sequence[int], j: int) -> int:
    length = 0
    for a, b in zip(held[i:], wanted[j:], strict=False):
        if a != b:
            break
        length += 1
    return length


def _find(held: Sequence[int], start: int, run: Sequence[int]) -> int:
    """The first place from `start` on where the run stands, or -1. A run shorter than is sure is not looked for."""
    if len(run) < _SURE:
        return -1
    run = list(run)
    places = (i for i in range(start, len(held) - _SURE + 1) if held[i] == run[0])
    return next((i for i in places if list(held[i : i + _SURE]) == run), -1)
