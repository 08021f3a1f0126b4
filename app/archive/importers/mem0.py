"""Memories of mem0, as `get_all` gives them: `{results: [{id, memory, created_at, user_id}]}`, or the list alone.

They are what a model wrote down, not what the user said, and so come in as words of a tool.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from app.archive.importers.shared import EPOCH, Item, Turn, chain, json_in, moment
from app.core.errors import InputError
from app.core.types import ForeignConversation, Role

ADVICE = "Choose a JSON file of what mem0's get_all gave."


def read(path: Path) -> Sequence[Item]:
    """Each memory as a note of its own."""
    found = json_in(path, "memories.json", ADVICE)
    if isinstance(found, dict):
        found = found.get("results") or found.get("memories")
    if not isinstance(found, list):
        raise InputError("{0} is not a list of memories. {1}", path, ADVICE)
    return [(f"memory {number}", partial(_memory, raw)) for number, raw in enumerate(found, 1)]


def _memory(raw: Any) -> ForeignConversation:
    text = raw.get("memory") or raw["data"]
    if not isinstance(text, str):
        raise ValueError("it has no words")
    at = moment(raw.get("created_at")) or moment(raw.get("updated_at")) or EPOCH
    turn = Turn(Role.TOOL, text, at, str(raw["id"]), "mem0")
    title = " ".join(text.split())[:60] or "Untitled"
    return ForeignConversation(f"mem0:{raw['id']}", title, at, chain([turn], at), "mem0")
