"""Conversations for people and other programs: a folder of Markdown, or one JSON file. Words alone, one way."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from app.archive.export import written
from app.core.clock import from_text, full_date
from app.core.errors import InputError
from app.storage.database import explained
from app.storage.outgoing import Outgoing, Row

_NAMES = {"user": "You", "assistant": "Assistant", "system": "System", "tool": "Tool"}
_LONGEST = 60


def export_json(database: Path, target: Path, ids: Collection[int] | None = None) -> int:
    """Write `[{uid, title, created_at, messages: [{uid, parent, …}]}]`; how many conversations. `parent` is a uid."""
    count = 0
    with Outgoing(database, ids) as outgoing, written(target) as file:
        file.write(b"[\n")
        for talk, messages in _talks(outgoing):
            whole = {**talk, "messages": messages}
            file.write((",\n" if count else "").encode() + json.dumps(whole, ensure_ascii=False, indent=1).encode())
            count += 1
        file.write(b"\n]\n")
    return count


def export_markdown(database: Path, folder: Path, ids: Collection[int] | None = None) -> int:
    """Write a file a conversation and an index into a new or empty folder; how many conversations.

    Raises InputError when the folder has anything in it.
    """
    with explained(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError("{0} is not empty. Choose a new folder, so that nothing in it is overwritten.", folder)
    lines, taken = ["# Conversations", ""], set[str]()
    with Outgoing(database, ids) as outgoing:
        for talk, messages in _talks(outgoing):
            began = from_text(messages[0]["created_at"] if messages else talk["created_at"])
            name = _free(f"{began.astimezone():%Y-%m-%d} {_plain(talk['title'])}", taken)
            _write(folder / name, _markdown(talk, messages))
            lines.append(f"- {full_date(began)}: [{_line(talk['title'])}](<{name}>)")
    _write(folder / "index.md", "\n".join(lines) + "\n")
    return len(taken)


def _talks(outgoing: Outgoing) -> Iterator[tuple[Row, list[dict[str, Any]]]]:
    """Conversations with their messages, which name their parents."""
    parts = {part.table: part for part in outgoing.parts}
    uids: list[str] = []
    groups = groupby(outgoing.rows(parts["message"]), key=lambda row: row["conversation"])
    group = next(groups, None)
    for number, talk in enumerate(outgoing.rows(parts["conversation"])):
        talk.pop("cut_by")
        messages = []
        if group is not None and group[0] == number:
            for row in group[1]:
                uids.append(row["uid"])
                place = dict(zip(("space", "app", "device", "document"), row["place"] or (), strict=False))
                parent = None if row["parent"] is None else uids[row["parent"]]
                messages.append({**row, "parent": parent, "place": place})
                messages[-1].pop("conversation")
            group = next(groups, None)
        yield talk, messages


def _markdown(talk: Row, messages: list[dict[str, Any]]) -> str:
    parts = [f"# {_line(talk['title'])}"]
    before: datetime | None = None
    for message in messages:
        at = from_text(message["created_at"]).astimezone()
        if before is None or at.date() != before.date():
            parts.append(f"## {full_date(at)}")
        before = at
        parts.append(f"**{message['speaker'] or _NAMES[message['role']]}**, {at:%H:%M}")
        parts.append(message["text"].strip())
    return "\n\n".join(parts) + "\n"


def _write(path: Path, text: str) -> None:
    with (
        explained(path),
        open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file,
    ):
        file.write(text)


def _line(text: str) -> str:
    return " ".join(text.split()).replace("[", "(").replace("]", ")") or "Untitled"


def _plain(title: str) -> str:
    """A title as it can be part of a file's name on every system."""
    name = " ".join(re.sub(r"[^\w\s,.'()-]", " ", title).split())[:_LONGEST]
    return name.strip(" .") or "Untitled"


def _free(name: str, taken: set[str]) -> str:
    """The name with a number where it is taken."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name} {number}"
    taken.add(found.casefold())
    return f"{found}.md"
