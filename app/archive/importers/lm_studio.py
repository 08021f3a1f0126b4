"""LM Studio's `*.conversation.json`, a file, a folder or a zip: `{name, createdAt, messages: [{versions,
currentlySelected}]}`, where a version is `singleStep` with
`content`, or `multiStep` with `steps` that have it. Messages bear no time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from app.archive.importers.shared import EPOCH, Item, Turn, chain, files_in, moment, role_of, words_of
from app.core.errors import InputError
from app.core.types import ForeignConversation

ADVICE = "Choose a .conversation.json of LM Studio, or the folder `conversations`."


def read(path: Path) -> Sequence[Item]:
    """The conversations of a folder."""
    files = files_in(path, ("conversation.json",), ADVICE)
    if not files:
        raise InputError("{0} holds no conversations of LM Studio. {1}", path, ADVICE)
    return [(name, partial(_conversation, name, load)) for name, load in files]


def _conversation(name: str, load: Callable[[], bytes]) -> ForeignConversation:
    raw = json.loads(load())
    began = moment(raw.get("createdAt")) or EPOCH
    turns = [_turn(message) for message in raw["messages"]]
    key = name.rsplit("/", 1)[-1].removesuffix(".conversation.json")
    return ForeignConversation(
        f"lm-studio:{key}", str(raw.get("name") or "Untitled"), began, chain(turns, began), "LM Studio"
    )


def _turn(message: dict[str, Any]) -> Turn:
    versions = message["versions"]
    chosen = message.get("currentlySelected", 0)
    version = versions[chosen if isinstance(chosen, int) and 0 <= chosen < len(versions) else 0]
    steps = version.get("steps") or []
    said = [words_of(step.get("content")) for step in steps if step.get("type") == "contentBlock"]
    text = "\n\n".join(filter(None, said)) or words_of(version.get("content"))
    return Turn(role_of(version.get("role")), text)
