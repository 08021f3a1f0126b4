"""Options that say where and when: the project to speak in, and what recall is to keep to."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer

from app.core.errors import InputError
from app.core.types import Filter
from app.memory.recall.times import TimeSpan, local_day, times_in

Project = Annotated[str, typer.Option("--project", help="The project that this belongs to.", show_default=False)]
InProject = Annotated[str, typer.Option("--project", help="Only from this project.", show_default=False)]
InApp = Annotated[str, typer.Option("--app", help="Only from this app, such as ChatGPT.", show_default=False)]
OnDevice = Annotated[str, typer.Option("--device", help="Only what was said on this device.", show_default=False)]
Since = Annotated[str, typer.Option("--since", help='From this day on: 2024-05-01, "last spring".', show_default=False)]
Until = Annotated[str, typer.Option("--until", help="To the end of this day.", show_default=False)]


def as_filter(project: str, app: str, device: str, since: str, until: str, now: datetime) -> Filter | None:
    """The options as a filter, None when none was given. Raises InputError for a day that cannot be read."""
    if not any((project, app, device, since, until)):
        return None
    return Filter(
        project=project,
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
