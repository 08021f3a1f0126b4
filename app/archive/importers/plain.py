"""Markdown and JSON Lines that follow no program's form.

Markdown is a conversation where lines name who speaks ("**You**, 09:30", "## Assistant", "User: …"), and else a
document, whose words are data. A line of JSON is a message (`role`, `content` or `text`, `created_at` or `timestamp`,
`speaker`, `id`, `conversation`), or a conversation with `messages`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from app.archive.importers.shared import (
    EPOCH,
    Item,
    Turn,
    chain,
    explained,
    files_in,
    lines_of,
    moment,
    role_of,
    words_of,
)
from app.core.errors import InputError
from app.core.types import ForeignConversation, Role

MARKDOWN = "Choose a Markdown or text file, or a folder of them."
JSONL = "Choose a file of JSON Lines: an object with `role` and `content` a line."
_NAMES = "you|user|human|me|assistant|ai|bot|system|chatgpt|claude|model"
_TURN = re.compile(rf"^\s*(?:#+\s*|\*\*)?({_NAMES})\s*:?\s*(?:\*\*)?\s*(?::|,\s*(\d\d:\d\d))?\s*(.*)$", re.IGNORECASE)
_MARKED = re.compile(rf"^\s*(?:#+\s*(?:{_NAMES})\s*:?\s*$|\*\*(?:{_NAMES})|(?:{_NAMES}):)", re.IGNORECASE)
_DAY = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
_ASSISTANTS = ("chatgpt", "claude")


def markdown(path: Path) -> Sequence[Item]:
    """Each file as a conversation or a document. Its day is that in its name or its first lines, or else the file's."""
    files = files_in(path, (".md", ".markdown", ".txt"), MARKDOWN)
    if not files:
        raise InputError("{0} holds no Markdown. {1}", path, MARKDOWN)
    with explained(path, MARKDOWN):
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return [(name, partial(_file, name, load, written)) for name, load in files]


def _file(name: str, load: Callable[[], bytes], written: datetime) -> ForeignConversation:
    text = load().decode("utf-8-sig", "replace")
    lines = text.splitlines()
    days = _DAY.findall(name) + _DAY.findall("\n".join(lines[:10]))
    began = next(filter(None, map(moment, days)), written)
    turns = _turns(lines) if any(map(_MARKED.match, lines)) else [Turn(Role.TOOL, text, speaker=name)]
    heading = next((line.lstrip("# ") for line in lines if line.startswith("#") and not _MARKED.match(line)), "")
    return ForeignConversation(f"markdown:{name}", heading or name, began, chain(turns, began), "Markdown")


def _turns(lines: list[str]) -> list[Turn]:
    found: list[tuple[Role, list[str]]] = []
    for line in lines:
        if _MARKED.match(line) and (match := _TURN.match(line)):
            name = match[1].casefold()
            role = Role.ASSISTANT if name in _ASSISTANTS else role_of(name)
            found.append((role, [match[3].removesuffix("**")]))
        elif found:
            found[-1][1].append(line)
    return [Turn(role, "\n".join(said).strip()) for role, said in found]


def jsonl(path: Path) -> Sequence[Item]:
    """Each conversation of the lines; those that name none are one together."""
    files = files_in(path, (".jsonl", ".ndjson"), JSONL)
    items: list[Item] = []
    for name, load in files:
        with explained(path, JSONL):
            talks: dict[str, list[Any]] = {}
            for number, row in lines_of(load()):
                if isinstance(row, dict) and isinstance(row.get("messages"), list):
                    items.append((f"{name} line {number}", partial(_talk, f"{name}:{number}", row["messages"], row)))
                elif isinstance(row, dict):
                    key = row.get("conversation") or row.get("conversation_id") or row.get("session_id") or ""
                    talks.setdefault(str(key), []).append(row)
                else:
                    items.append((f"{name} line {number}", partial(_fail, row)))
        for key, rows in talks.items():
            items.append((f"{name} {key}".strip(), partial(_talk, f"{name}:{key}", rows, {})))
    return items


def _talk(key: str, rows: list[Any], about: dict[str, Any]) -> ForeignConversation:
    turns = [_said(row) for row in rows]
    began = moment(about.get("created_at")) or next((turn.at for turn in turns if turn.at), EPOCH)
    title = str(about.get("title") or rows[0].get("title") or "Untitled") if rows else "Untitled"
    return ForeignConversation(f"jsonl:{about.get('id') or key}", title, began, chain(turns, began), "JSON Lines")


def _said(row: dict[str, Any]) -> Turn:
    at = next(filter(None, (moment(row.get(name)) for name in ("created_at", "timestamp", "time", "at"))), None)
    content = row["content"] if "content" in row else row["text"]
    return Turn(
        role_of(row.get("role")), words_of(content), at, str(row.get("id") or ""), str(row.get("speaker") or "")
    )


def _fail(row: Any) -> ForeignConversation:
    raise row if isinstance(row, Exception) else ValueError("it is not an object")
