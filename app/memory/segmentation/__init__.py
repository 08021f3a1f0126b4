"""How what was said is cut into spans, the units of memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.core.types import Message, NewSpan


class Segmenter(Protocol):
    """Cuts messages of one conversation, in order, into spans. Pure: the same messages give the same spans."""

    def __call__(self, messages: Sequence[Message], /) -> list[NewSpan]:
        """The spans of these messages."""
        ...
