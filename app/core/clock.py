"""Time as an argument. Every moment in Mneme is an aware UTC datetime; only the surface shows local time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where "now" comes from; tests pass their own."""

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current moment in UTC."""
        return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds: text that sorts as time does.

    Raises ValueError for a naive moment, whose time zone nobody knows.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """The inverse of `to_text`."""
    return datetime.fromisoformat(text)


def friendly_date(moment: datetime, now: datetime) -> str:
    """A short local date for people: "today", "yesterday", "12 March", "12 March 2023"."""
    day, today = moment.astimezone().date(), now.astimezone().date()
    gap = (today - day).days
    if gap in (0, 1):
        return ("today", "yesterday")[gap]
    return f"{day.day} {day:%B}" if day.year == today.year else full_date(moment)


def full_date(moment: datetime) -> str:
    """A local date that never changes: "12 March 2023"."""
    day = moment.astimezone().date()
    return f"{day.day} {day:%B} {day.year}"
