"""Options that say where and when: the space to speak in, and what recall is to keep to."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer

from app.core.errors import InputError
from app.core.types import Filter
from app.memory.recall.times import TimeSpan, local_day, times_in

Space = Annotated[str, typer.Option("--space", "--project", help="The space that this is in.", show_default=False)]
InSpace = Annotated[str, typer.Option("--space", "--project", help="Only from this space.", show_default=False)]
Everywhere = Annotated[bool, typer.Option("--everywhere", help="Recall from all spaces, not from this one alone.")]
InApp = Annotated[str, typer.Option("--app", help="Only from this app, such as ChatGPT.", show_default=False)]
OnDevice = Annotated[str, typer.Option("--device", help="Only what was said on this device.", show_default=False)]
Since = Annotated[str, typer.Option("--since", help='From this day on: 2024-05-01, "last spring".', show_default=False)]
Until = Annotated[str, typer.Option("--until", help="To the end of this day.", show_default=False)]


def as_filter(space: str, app: str, device: str, since: str, until: str, now: datetime) -> Filter | None:
    """The options as a filter, None when none was given. Raises InputError for a day that cannot be read."""
    if not any((space, app, device, since, until)):
        return None
    return Filter(
        space=space or None,
        app=app,
        device=device,
        since=_midnight(_time(since, now).first) if since else None,
        until=_midnight(_time(until, now).last + timedelta(days=1)) if until else None,
    )


def _time(text: str, now: datetime) -> TimeSpan:
    found = times_in(f"in {text}" if text.isdigit() else text, local_day(now))
    if len(found) != 1:
        raise InputError(f'{text!r} is not a time that can be told. Write a day as 2024-05-01, or "last spring".')
    return found[0]


def _midnight(day: date) -> datetime:
    """The beginning of a day here."""
    return datetime.combine(day, time()).astimezone()
