"""Text as it can be kept."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text without NUL, which ends a string in SQLite's C interface, and with "?" for half characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
