"""How a memory budget is kept, while a reply is written and below it."""

from __future__ import annotations

from app.bootstrap import Assistant
from app.cli.output import console, errors
from app.runtime.protocols import Running

_told: set[str] = set()


class Live:
    """In the title of the terminal while words come, where it has one; as a quiet line when they have come."""

    def __init__(self) -> None:
        self._last: Running | None = None

    def take(self, running: Running) -> None:
        """Show it now."""
        self._last = running
        console.set_window_title(f"Mneme · {running.line}")

    def end(self, assistant: Assistant) -> None:
        """The line under a reply; and once, why a budget is not kept."""
        if self._last is not None:
            console.print(self._last.line, style="dim", soft_wrap=True)
        note = assistant.model.load().note
        if note and note not in _told:
            _told.add(note)
            errors.print(note, style="yellow", soft_wrap=True)
