"""What other assistants export, each kind in a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from app.archive.importers.chatgpt import import_chatgpt
from app.core.types import ImportReport
from app.memory.engine import Memory

Progress = Callable[[int, int], None]
KINDS: Mapping[str, Callable[[Memory, Path, Progress], ImportReport]] = {"chatgpt": import_chatgpt}


def bring_in(memory: Memory, kind: str, path: Path, progress: Progress) -> ImportReport:
    """Bring an export of a kind in."""
    return KINDS[kind](memory, path, progress)


def detect(path: Path) -> str:
    """The kind of a file."""
    return "archive" if path.suffix.lower() == ".mneme" else "chatgpt"
