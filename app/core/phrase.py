"""A sentence for people that can be said in another language: its form, and what stands in the gaps of the form."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import Any, Self

from app.core.clock import full_date


class Phrase(str):
    """English text that remembers how it was made. The form is what a translation goes by, never the finished text.

    Gaps are those of `str.format`; a moment among the `data` is told as its day, and a phrase in another stays one.
    """

    form: str
    data: tuple[Any, ...]

    def __new__(cls, form: str, *data: object) -> Self:
        """`form` without data is said as it stands."""
        kept = tuple(str(part) if isinstance(part, Exception | PurePath) else part for part in data)
        said = super().__new__(cls, form.format(*map(_plain, kept)) if kept else form)
        said.form, said.data = form, kept
        return said

    def __reduce__(self) -> tuple[type[Phrase], tuple[Any, ...]]:
        """Goes from process to process whole."""
        return type(self), (self.form, *self.data)


def form(text: str) -> str:
    """Marks the form of a phrase where it stands by itself, so that it is found for translation."""
    return text


def phrase(text: str, *data: object) -> Phrase:
    """A phrase of a form and its data; one that is a phrase already stays as it is."""
    return text if isinstance(text, Phrase) and not data else Phrase(text, *data)


def _plain(part: object) -> object:
    return full_date(part) if isinstance(part, datetime) else part
