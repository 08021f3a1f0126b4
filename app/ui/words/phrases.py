"""Phrases of other rooms: errors, lines of the diary, reasons of recall."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.core.errors import MnemeError
from app.core.phrase import Phrase
from app.core.reasons import again
from app.ui.words.dates import full_date

_CONTEXT = "Phrases"


def told(text: str) -> str:
    """A phrase in the language that is spoken; other text as it is."""
    if not isinstance(text, Phrase):
        return text
    form = QCoreApplication.translate(_CONTEXT, text.form)
    return form.format(*map(_part, text.data)) if text.data else form


def reason(text: str) -> str:
    """Why a memory came back."""
    return told(again(text))


def title(error: MnemeError) -> str:
    """What kind of error it is."""
    return QCoreApplication.translate(_CONTEXT, error.title)


def message(error: MnemeError) -> str:
    """What happened, and what to do."""
    return told(error.message)


def _part(part: object) -> object:
    if isinstance(part, datetime):
        return full_date(part)
    return told(part) if isinstance(part, str) else part
