"""A key with what is held beside it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QKeyCombination
from PySide6.QtGui import QKeySequence


def combination(keys: QKeySequence) -> QKeyCombination:
    """The first of a sequence of keys, which must not be empty."""
    sequence: Any = keys  # the stubs do not know that it can be indexed
    found: QKeyCombination = sequence[0]
    return found
