"""Jan's data folder, or a zip of it: `threads/ID/thread.json` (`id`, `title`, `created`) beside `messages.jsonl`
(`id`, `role`, `content: [{type, text: {value}}]`, `created_at`, in seconds or milliseconds)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from app.archive.importers.shared import EPOCH, Item, Turn, chain, files_in, lines_of, moment, role_of, words_of
from app.core.errors import InputError
from app.core.types import ForeignConversation

ADVICE = "Choose Jan's data folder, its folder `threads`, or a zip of it."
Read = Callable[[], bytes]


def read(path: Path) -> Sequence[Item]:
    """The threads of a folder."""
    files = dict(files_in(path, ("thread.json", "messages.jsonl"), ADVICE))
    talks = [name for name in files if name.endswith("messages.jsonl")]
    if not talks:
        raise InputError("{0} holds no threads of Jan. {1}", path, ADVICE)
    return [(name, partial(_thread, name, files)) for name in talks]


def _thread(name: str, files: dict[str, Read]) -> ForeignConversation:
    folder = PurePosixPath(name).parent
    about = files.get(str(folder / "thread.json")) or files.get("thread.json")
    thread: dict[str, Any] = json.loads(about()) if about else {}
    began = moment(thread.get("created")) or EPOCH
    turns = [_turn(row) for _, row in lines_of(files[name]())]
    turns.sort(key=lambda turn: turn.at or began)
    key = thread.get("id") or folder.name or name
    return ForeignConversation(f"jan:{key}", str(thread.get("title") or "Untitled"), began, chain(turns, began), "Jan")


def _turn(row: Any) -> Turn:
    if isinstance(row, Exception):
        raise row
    return Turn(role_of(row.get("role")), words_of(row.get("content")), moment(row.get("created_at")), str(row["id"]))
