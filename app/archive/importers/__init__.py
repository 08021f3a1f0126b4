"""What other assistants export, each kind in a module of its own."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.archive.crypto import is_sealed
from app.archive.format import MANIFEST
from app.archive.importers import chatgpt, claude, gpt4all, jan, lm_studio, mem0, open_webui, plain
from app.archive.importers.shared import Item, Progress, bring_all, explained, json_in
from app.core.errors import InputError
from app.core.types import ImportReport
from app.memory.engine import Memory

KINDS: Mapping[str, Callable[[Path], Sequence[Item]]] = {
    "chatgpt": chatgpt.read,
    "claude": claude.read,
    "open-webui": open_webui.read,
    "jan": jan.read,
    "lm-studio": lm_studio.read,
    "gpt4all": gpt4all.read,
    "mem0": mem0.read,
    "markdown": plain.markdown,
    "jsonl": plain.jsonl,
}
_ADVICE = f"Say which kind it is: `mneme import KIND FILE`, with one of archive, {', '.join(KINDS)}."
_ENDINGS = {".mneme": "archive", ".chat": "gpt4all", ".jsonl": "jsonl", ".ndjson": "jsonl", ".md": "markdown"}
_ENDINGS |= {".markdown": "markdown", ".txt": "markdown"}


def bring_in(memory: Memory, kind: str, path: Path, progress: Progress = lambda *_: None) -> ImportReport:
    """Bring an export of a kind in, dated, with origin "imported". A second import adds nothing; what cannot be read is
    named in the report. Raises InputError when the file is no such export at all, and StoreError."""
    return bring_all(memory, KINDS[kind](path), progress)


def detect(path: Path) -> str:
    """The kind of a file or folder, by its name and what is in it. Raises InputError when it cannot be told."""
    with explained(path, _ADVICE):
        if path.is_dir():
            return _of_names([each.name for each in path.rglob("*")][:10_000], path)
        with open(path, "rb") as file:
            sealed = is_sealed(file)
        named = "lm-studio" if path.name.endswith(".conversation.json") else _ENDINGS.get(path.suffix.lower())
        if kind := "archive" if sealed else named:
            return kind
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
            if "conversations.json" not in names:
                return "archive" if MANIFEST in names else _of_names(names, path)
        return _of_json(json_in(path, "conversations.json", _ADVICE), path)


def _of_names(names: Sequence[str], path: Path) -> str:
    endings = {"messages.jsonl": "jan", "conversation.json": "lm-studio", ".chat": "gpt4all", ".md": "markdown"}
    for ending, kind in endings.items():
        if any(name.endswith(ending) for name in names):
            return kind
    raise InputError("What {0} is cannot be told. {1}", path, _ADVICE)


def _of_json(found: Any, path: Path) -> str:
    """The kind by the fields of the first item that has some."""
    if isinstance(found, dict):
        found = found.get("results") or found.get("memories") or [found]
    first = next((item for item in found if isinstance(item, dict)), None) if isinstance(found, list) else None
    fields = {"mapping": "chatgpt", "chat_messages": "claude", "chat": "open-webui", "memory": "mem0"}
    for name, kind in (fields | {"history": "open-webui", "messages": "lm-studio"}).items():
        if first is not None and name in first:
            return kind
    if found == []:
        return "chatgpt"
    raise InputError("What {0} is cannot be told. {1}", path, _ADVICE)
