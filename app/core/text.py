"""Text as it can be kept."""

from __future__ import annotations

import unicodedata

_ENDS = (".", "?", "!", "。", "？", "！", "؟")


def storable(text: str) -> str:
    """The text without NUL, which ends a string in SQLite's C interface, and with "?" for half characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def ends_sentence(text: str) -> bool:
    """Whether a text ends where a sentence does."""
    return text.endswith(_ENDS)


def right_to_left(text: str) -> bool:
    """Whether a line is written from right to left: as its first letter is."""
    strong = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind in ("R", "AL") for kind in strong if kind in ("L", "R", "AL")), False)
