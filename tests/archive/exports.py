"""Exports made by hand: small trees of nodes in the shape of ChatGPT's `conversations.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.bootstrap import Assistant
from app.core.types import Conversation, Message


def text(words: str, role: str = "user", **fields: Any) -> dict[str, Any]:
    """A message of plain words."""
    return {"author": {"role": role}, "content": {"content_type": "text", "parts": [words]}} | fields


def node(key: str, parent: str | None, message: Any, **fields: Any) -> tuple[str, dict[str, Any]]:
    """A node under its key."""
    return key, {"id": key, "parent": parent, "message": message} | fields


def talk(*nodes: tuple[str, dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """A conversation of nodes; the last one is the open one."""
    mapping = dict(nodes)
    whole = {"title": "Talk", "create_time": 1_700_000_000, "conversation_id": "c1", "mapping": mapping}
    return whole | {"current_node": next(reversed(mapping), None)} | fields


def chain(*words: str, **fields: Any) -> dict[str, Any]:
    """A conversation without branches: "n1", "n2", …"""
    said = [node(f"n{i}", f"n{i - 1}" if i > 1 else None, text(part)) for i, part in enumerate(words, 1)]
    return talk(*said, **fields)


def write(folder: Path, export: Any, name: str = "conversations.json") -> Path:
    """The export as a file."""
    path = folder / name
    path.write_text(json.dumps(export), encoding="utf-8")
    return path


def conversations(assistant: Assistant) -> list[Conversation]:
    """All conversations in the store."""
    return assistant.store.call(lambda store: store.conversations.recent(1000))


def thread(assistant: Assistant, number: int = 0) -> list[Message]:
    """The newest branch of a conversation."""
    key = conversations(assistant)[number].id
    return assistant.store.call(lambda store: store.conversations.thread(key))


def texts(assistant: Assistant) -> list[str]:
    """Every message in the store, in the order in which it came in."""

    def work(store: Any) -> list[str]:
        found = [store.conversations.external_ids(c.id).values() for c in store.conversations.recent(1000)]
        return [store.conversations.message(key).text for key in sorted(key for keys in found for key in keys)]

    return assistant.store.call(work)
