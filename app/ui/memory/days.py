"""Episodes by the days on which they began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from app.storage.overview import Stretch


@dataclass(frozen=True, slots=True)
class Day:
    """A day's episodes in order of time, where each lies (from the left of the band, and how wide), and the curve."""

    day: date
    episodes: tuple[Stretch, ...]
    curve: tuple[tuple[datetime, float], ...]


def days_of(stretches: Sequence[Stretch], curve: Sequence[tuple[datetime, float]]) -> list[Day]:
    """Rows, the newest day first. Days are local."""
    by_day: dict[date, list[tuple[datetime, float]]] = {}
    for at, nats in curve:
        by_day.setdefault(at.astimezone().date(), []).append((at, nats))
    groups = groupby(stretches, key=lambda one: one.begun.astimezone().date())
    rows = [Day(day, tuple(group), tuple(by_day.get(day, ()))) for day, group in groups]
    return rows[::-1]
