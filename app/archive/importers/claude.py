"""Claude's export: `conversations.json`, alone or in its zip: `[{uuid, name, created_at, chat_messages: [{uuid, sender,
text, content: [{type, text}], created_at, attachments: [{file_name, extracted_content}]}]}]`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from app.archive.importers.shared import EPOCH, Item, Turn, chain, json_in, moment, role_of
from app.core.errors import InputError
from app.core.types import ForeignConversation, Role

ADVICE = "Choose the conversations.json of a Claude export, or its zip."


def read(path: Path) -> Sequence[Item]:
    """The conversations of an export."""
    found = json_in(path, "conversations.json", ADVICE)
    if not isinstance(found, list):
        raise InputError("{0} is not a list of conversations. {1}", path, ADVICE)
    return [(f"conversation {number}", partial(_conversation, raw)) for number, raw in enumerate(found, 1)]


def _conversation(raw: Any) -> ForeignConversation:
    if not isinstance(raw, dict) or not isinstance(raw.get("chat_messages"), list):
        raise ValueError("it has no messages")
    began = moment(raw.get("created_at")) or EPOCH
    turns = [turn for message in raw["chat_messages"] for turn in _turns(message)]
    title = str(raw.get("name") or "Untitled")
    return ForeignConversation(f"claude:{raw['uuid']}", title, began, chain(turns, began), "Claude")


def _turns(message: dict[str, Any]) -> list[Turn]:
    """What was attached, as data, and the message itself."""
    at, key = moment(message.get("created_at")), str(message.get("uuid") or "")
    attached = [
        Turn(Role.TOOL, str(part["extracted_content"]), at, f"{key}/{number}", str(part.get("file_name") or ""))
        for number, part in enumerate(message.get("attachments") or [])
        if part.get("extracted_content")
    ]
    return [*attached, Turn(role_of(message.get("sender")), _text(message), at, key)]


def _text(message: dict[str, Any]) -> str:
    """What was said: the blocks of text where there are some, which leave out how tools were called."""
    blocks = [block for block in message.get("content") or [] if isinstance(block, dict)]
    said = [str(block.get("text") or "") for block in blocks if block.get("type") == "text"]
    return "\n\n".join(filter(None, said)) or str(message.get("text") or "")
