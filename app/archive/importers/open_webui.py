"""Open WebUI's export of chats: `[{id, title, chat: {title, history: {messages: {id: {id, parentId, role, content,
timestamp}}, currentId}}, created_at}]`. A tree, whose branches are kept; older ones have `chat.messages`, a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from app.archive.importers.shared import EPOCH, Item, Turn, chain, json_in, moment, role_of, words_of
from app.core.errors import InputError
from app.core.text import storable
from app.core.types import ForeignConversation, ForeignMessage

ADVICE = "Choose the JSON file that Open WebUI exports chats to."


def read(path: Path) -> Sequence[Item]:
    """The chats of an export."""
    found = json_in(path, "chats.json", ADVICE)
    found = [found] if isinstance(found, dict) else found
    if not isinstance(found, list):
        raise InputError("{0} is not a list of chats. {1}", path, ADVICE)
    return [(f"chat {number}", partial(_conversation, raw)) for number, raw in enumerate(found, 1)]


def _conversation(raw: Any) -> ForeignConversation:
    chat = raw.get("chat") or raw
    began = moment(raw.get("created_at")) or moment(chat.get("timestamp")) or EPOCH
    history = chat.get("history") or {}
    nodes = history.get("messages")
    if isinstance(nodes, dict) and nodes:
        messages = tuple(_tree(nodes, history.get("currentId"), began))
    else:
        messages = chain([_turn(message) for message in chat["messages"]], began)
    title = str(raw.get("title") or chat.get("title") or "Untitled")
    return ForeignConversation(f"open-webui:{raw.get('id') or chat['id']}", title, began, messages, "Open WebUI")


def _turn(message: dict[str, Any]) -> Turn:
    text = words_of(message.get("content"))
    return Turn(role_of(message.get("role")), text, moment(message.get("timestamp")), str(message.get("id") or ""))


def _tree(nodes: Mapping[str, Any], current: Any, began: datetime) -> Iterator[ForeignMessage]:
    """Messages after their parents; the branch that was open last, so that it is the newest. Cycles are cut."""
    spine: set[str] = set()
    while isinstance(current, str) and current in nodes and current not in spine:
        spine.add(current)
        current = nodes[current].get("parentId")
    kept: dict[str, tuple[str | None, datetime]] = {}
    for key in _ordered(nodes, spine):
        turn = _turn(nodes[key])
        parent, at = kept.get(nodes[key].get("parentId") or "", (None, began))
        at = turn.at or at
        said = bool(storable(turn.text).strip())
        kept[key] = (key if said else parent, at)
        if said:
            yield ForeignMessage(key, parent, turn.role, "", storable(turn.text), at)


def _ordered(nodes: Mapping[str, Any], spine: set[str]) -> Iterator[str]:
    children: dict[str, list[str]] = {}
    for key, node in nodes.items():
        parent = node.get("parentId")
        children.setdefault(parent if parent in nodes and parent != key else "", []).append(key)
    waiting, seen = sorted(children.get("", []), key=lambda key: key not in spine), set[str]()
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            yield key
            waiting += sorted(children.get(key, []), key=lambda child: child not in spine)
