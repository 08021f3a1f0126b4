"""Days as people call them, in the language that is spoken."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from app.core import clock
from app.ui.language import spoken


def friendly_date(moment: datetime, now: datetime) -> str:
    """A short local date: "today", "yesterday", "12 March", "12 March 2023"."""
    if spoken() == "en":
        return clock.friendly_date(moment, now)
    day, today = moment.astimezone().date(), now.astimezone().date()
    gap = (today - day).days
    if gap == 0:
        return QCoreApplication.translate("Dates", "today")
    if gap == 1:
        return QCoreApplication.translate("Dates", "yesterday")
    return _told(day, "d. MMMM" if day.year == today.year else "d. MMMM yyyy")


def full_date(moment: datetime) -> str:
    """A local date that never changes: "12 March 2023"."""
    if spoken() == "en":
        return clock.full_date(moment)
    return _told(moment.astimezone().date(), "d. MMMM yyyy")


def weekday(day: date) -> str:
    """A day of the coming week: "Monday, 12 March"."""
    return _told(day, "dddd, d MMMM" if spoken() == "en" else "dddd, d. MMMM")


def _told(day: date, how: str) -> str:
    return QLocale(spoken()).toString(QDate(day.year, day.month, day.day), how)
