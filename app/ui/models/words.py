"""What is said of models in the window, in one place so that it is the same everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from app.runtime.advice import Advice
    from app.runtime.catalogue import Entry


def gigabytes(size: float) -> str:
    """A size for people: "2.5 GB", "390 MB"."""
    if size >= 1e9:
        return QCoreApplication.translate("Models", "{0} GB").format(f"{size / 1e9:.1f}")
    return QCoreApplication.translate("Models", "{0} MB").format(f"{size / 1e6:.0f}")


def verdict(advice: Advice) -> str:
    """How a model would run here."""
    if advice.verdict == "fits":
        return QCoreApplication.translate("Models", "fits")
    if advice.verdict == "streams":
        speed = f"{advice.tokens_per_second:.1f}"
        return QCoreApplication.translate("Models", "streams from flash at about {0} tokens/s").format(speed)
    needed, room = gigabytes(advice.needed), gigabytes(advice.room)
    return QCoreApplication.translate("Models", "will not fit: needs {0}, and {1} are free").format(needed, room)


def how_far(done: int, total: int, speed: float) -> str:
    """How far a download is, with its speed in bytes a second where that is known."""
    parts = f"{done / 1e6:,.0f}", f"{total / 1e6:,.0f}"
    if not speed:
        return QCoreApplication.translate("Models", "{0} of {1} MB").format(*parts)
    rate = f"{speed / 1e6:.1f}"
    return QCoreApplication.translate("Models", "{0} of {1} MB · {2} MB/s").format(*parts, rate)


def details(entry: Entry) -> str:
    """Size, licence and parameters of a model on offer."""
    size = entry.parameters
    if entry.active:
        size = QCoreApplication.translate("Models", "{0}, {1} active").format(entry.parameters, entry.active)
    return f"{size} · {gigabytes(entry.size)} · {entry.licence}"


def note(entry: Entry) -> str:
    """What is said of a model on offer."""
    parts = [QCoreApplication.translate("Models", "Recommended.")] if entry.recommended else []
    parts.append(QCoreApplication.translate("Phrases", entry.note))
    if entry.thinks:
        parts.append(QCoreApplication.translate("Models", "Thinks before it answers."))
    return " ".join(parts)
