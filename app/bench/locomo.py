"""Read a LoCoMo file: very long conversations between two people, with questions and the turns that answer them.

Maharana et al., "Evaluating Very Long-Term Conversational Memory of LLM Agents", 2024.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.core.errors import InputError
from app.core.types import ForeignConversation, ForeignMessage, Role

_SESSION = re.compile(r"^session_(\d+)$")
_TURN = re.compile(r"D:?\s*(\d+)\s*:\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its category (1 multi-hop, 2 temporal, 3 open-domain, 4 single-hop, 5 unanswerable),
    and the turns that answer it, as "D1:3"."""

    text: str
    category: int
    evidence: frozenset[str]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One long conversation as its sessions, and what is asked about it. Turns are named by `external_id`."""

    name: str
    sessions: tuple[ForeignConversation, ...]
    questions: tuple[Question, ...]


def load_locomo(path: Path) -> list[Sample]:
    """All samples of a file. Raises InputError when it is not of LoCoMo's shape."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, list):
            raise TypeError("not a list of samples")
        return [_sample(item) for item in found]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path} is not a LoCoMo file ({type(error).__name__}: {error}).") from error


def evidence_ids(raw: list[Any], known: set[str]) -> frozenset[str]:
    """Turn ids out of what annotators wrote: "D8:6; D9:17" names two, "D:11:26" and "D30:05" one each;
    ids that point nowhere are dropped."""
    found = {f"D{int(a)}:{int(b)}" for item in raw for a, b in _TURN.findall(str(item))}
    return frozenset(found & known)


def _sample(item: dict[str, Any]) -> Sample:
    name = str(item["sample_id"])
    sessions = tuple(_sessions(name, item["conversation"]))
    known = {message.external_id for session in sessions for message in session.messages}
    questions = tuple(
        Question(
            str(qa["question"]),
            int(qa["category"]),
            evidence_ids(qa.get("evidence") or [], known),
            str(qa.get("answer") or ""),
        )
        for qa in item["qa"]
    )
    return Sample(name, sessions, questions)


def _sessions(name: str, conversation: dict[str, Any]) -> Iterator[ForeignConversation]:
    numbers = sorted(int(match[1]) for key in conversation if (match := _SESSION.match(key)))
    for number in numbers:
        began = _moment(conversation[f"session_{number}_date_time"])
        parent: str | None = None
        messages = []
        for index, turn in enumerate(conversation[f"session_{number}"]):
            said_at = began + timedelta(seconds=index)
            messages.append(ForeignMessage(turn["dia_id"], parent, Role.USER, turn["speaker"], _words(turn), said_at))
            parent = turn["dia_id"]
        yield ForeignConversation(f"locomo:{name}:{number}", f"{name}, session {number}", began, tuple(messages))


def _words(turn: dict[str, Any]) -> str:
    """What was said, with the caption of a photo that was shared: it is part of it."""
    caption = turn.get("blip_caption")
    return f"{turn['text']} [photo: {caption}]" if caption else str(turn["text"])


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
