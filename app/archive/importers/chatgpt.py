"""ChatGPT's export: `conversations.json`, alone or in the zip in which it comes.

Each conversation is a tree of nodes `{id, parent, message}`; branches are kept, and the branch that
was open becomes the newest. Exports differ between years: `children`, `content_type` and times may be missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from app.archive.importers.shared import EPOCH, Item, Progress, bring_all, json_in, moment
from app.core.errors import InputError
from app.core.text import storable
from app.core.types import ForeignConversation, ForeignMessage, ImportReport, Role
from app.memory.engine import Memory

ADVICE = "Choose the conversations.json of a ChatGPT export, or its zip."
_TEXT_KEYS = ("text", "result", "content")


def read(path: Path) -> Sequence[Item]:
    """The conversations of an export. Raises InputError when the file is none."""
    found = json_in(path, "conversations.json", ADVICE)
    if not isinstance(found, list):
        raise InputError("{0} is not a list of conversations. {1}", path, ADVICE)
    return [(f"conversation {number}", partial(parse_conversation, raw)) for number, raw in enumerate(found, 1)]


def import_chatgpt(memory: Memory, path: Path, progress: Progress = lambda *_: None) -> ImportReport:
    """Bring an export in. A second import adds nothing; what cannot be read is named in the report.

    Raises InputError when the file is no export at all, StoreError when the store fails; conversations
    brought in before that stay.
    """
    return bring_all(memory, read(path), progress)


def parse_conversation(raw: Any) -> ForeignConversation:
    """One conversation of the export. Raises ValueError or KeyError when it is not one."""
    if not isinstance(raw, dict) or not isinstance(raw.get("mapping"), dict):
        raise ValueError("it has no messages")
    nodes: dict[str, Any] = raw["mapping"]
    created = moment(raw.get("create_time")) or EPOCH
    kept: dict[str, str | None] = {}  # node -> the nearest node at or above it whose message has words
    messages: list[ForeignMessage] = []
    times: dict[str | None, datetime] = {None: created}
    for key in _parents_first(nodes, raw.get("current_node")):
        node = nodes[key]
        parent = kept.get(node.get("parent") or "")
        message = node.get("message")
        text = storable(content_text(message)) if isinstance(message, dict) else ""
        kept[key] = key if text.strip() else parent
        if not text.strip():
            continue
        times[key] = moment(message.get("create_time")) or times[parent]
        role, name = _author(message)
        if str(_kind(message)).endswith("editable_context"):
            role = Role.SYSTEM  # instructions for an assistant are no memory of what was said
        messages.append(ForeignMessage(key, parent, role, name, text, times[key]))
    roots = (key for key, node in nodes.items() if node.get("parent") not in nodes)
    identity = raw.get("conversation_id") or raw.get("id") or min(roots, default="")
    title = str(raw.get("title") or "Untitled")
    return ForeignConversation(f"chatgpt:{identity}", title, created, tuple(messages), "ChatGPT")


def content_text(message: dict[str, Any]) -> str:
    """The words of a message as readable Markdown; code and a tool's output in fences; nothing dropped."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    if not isinstance(content, dict):
        return ""
    kind = content.get("content_type", "code" if "text" in content and "parts" not in content else "text")
    if kind == "code":
        named = (content.get("language"), message.get("recipient"))
        language = next((str(name) for name in named if name not in (None, "", "unknown", "all")), "")
        return _fence(str(content.get("text") or ""), language)
    if kind == "execution_output":
        return _fence(str(content.get("text") or ""), "")
    if "parts" in content:
        return "\n\n".join(filter(None, map(_part, content["parts"] or [])))
    return _part(content)


def _kind(message: dict[str, Any]) -> Any:
    content = message.get("content")
    return content.get("content_type") if isinstance(content, dict) else None


def _part(part: Any) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, dict):
        for key in _TEXT_KEYS:
            if isinstance(part.get(key), str) and part[key].strip():
                return str(part[key])
        return _fence(json.dumps(part, ensure_ascii=False, indent=1), "json")
    return "" if part is None else str(part)


def _fence(text: str, language: str) -> str:
    text = text.replace("\r\n", "\n").strip("\n")
    ticks = "```"
    while ticks in text:
        ticks += "`"
    return f"{ticks}{language}\n{text}\n{ticks}" if text else ""


def _author(message: dict[str, Any]) -> tuple[Role, str]:
    author = message.get("author")
    found = author if isinstance(author, dict) else {"role": author}
    try:
        role = Role(str(found.get("role")))
    except ValueError:
        role = Role.TOOL
    return role, str(found.get("name") or "") if role is Role.TOOL else ""


def _parents_first(nodes: dict[str, Any], current: Any) -> Iterator[str]:
    """Every node after its parent; the branch of `current` last, so that it is the newest. Cycles are cut."""
    children: dict[str, list[str]] = {}
    roots: list[str] = []
    for key, node in nodes.items():
        if not isinstance(node, dict):
            raise ValueError(f"the node {key!r} is not an object")
        parent = node.get("parent")
        (children.setdefault(parent, []) if parent in nodes and parent != key else roots).append(key)
    spine: set[str] = set()
    while isinstance(current, str) and current in nodes and current not in spine:
        spine.add(current)
        current = nodes[current].get("parent")
    waiting = sorted(roots, key=lambda key: key not in spine)
    seen: set[str] = set()
    while waiting or len(seen) < len(nodes):
        key = waiting.pop() if waiting else next(k for k in nodes if k not in seen)
        if key in seen:
            continue
        seen.add(key)
        yield key
        waiting.extend(sorted(children.get(key, []), key=lambda child: child not in spine))
