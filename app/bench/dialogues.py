"""Dialogues with known boundaries: topics of a dialogue file, or the sessions of a LoCoMo file run together.

A dialogue file is a JSON list of `{dial_id, utterances, segments, set}`, segments being lengths that add up to the
number of utterances. A LoCoMo conversation becomes one dialogue without its dates, and without what would give a
session away: in every turn, greetings, farewells and words on how long ago one last talked are taken out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from app.bench.locomo import Sample, load_locomo
from app.core.errors import InputError

_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_OPENING = re.compile(
    r"^\s*(?i:hey there|hey|hi there|hi|hello there|hello|hiya|yo|good (?:morning|evening|afternoon))\b"
    r"(?:[ ,]+(?!I\b)[A-Z]\w+)?[\s,!.]*"
)
_SALUTE = re.compile(
    r"""^\W*(?:(?:so|oh|and|well|btw|wow),?\s+)?(?:
      (?:it(?:'s|\ is|\ was)\ )?(?:so\ |really\ )?(?:good|great|nice|lovely|awesome|glad|happy)\ (?:to\ )?
        (?:see|seeing|hear|hearing|chat|chatting|talk|talking|catch|catching)\b[^.!?]*
    | (?:long\ time\ no|missed\ you)\b[^.!?]*
    | how(?:'s|\ is|'ve|\ have|\ are|'re)\ (?:it|things|everything|life|you|ya|u)\b
        (?:\ been|\ going|\ doing|\ holding\ up|\ lately|\ with\ you|\ today)*
    | what(?:'s|\ is)\ (?:up|new|happening|going\ on)(?:\ with\ you|\ in\ your\ life|\ lately)?
    | anything\ new(?:\ with\ you)?
    | (?:(?:good)?bye|good\ ?night|take\ care|see\ (?:you|ya)|catch\ (?:you|ya))\b[^.!?]*
    | (?:talk|speak|chat|catch\ up)\ (?:to\ you\ |with\ you\ |again\ )?(?:soon|later)\b[^.!?]*
    | have\ (?:a\ )?(?:great|good|nice|lovely|wonderful|fun)\b[^.!?]*
    | enjoy\ your\ (?:day|evening|weekend|night)\b[^.!?]*
    | cheers | later | ttyl
    )(?:,?\ [A-Z]\w+)?\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
_SINCE = re.compile(
    r",?\s*\b(?:(?:it's |it has )?been (?:a while|ages|so long|too long|a few \w+|a \w+|some time)\b[^.!?,]*?\s)?"
    r"(?:since|last time) (?:we|I|you)(?:'ve)?(?: last)? (?:\w+ )?"
    r"(?:talked|chatted|spoke|met|saw|caught up|talk|chat|spoken)\b(?: to you| with you| you)?,?"
    r"|\b(?:I )?haven't (?:talked|chatted|spoken|seen)\b[^.!?,]*,?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Turns in order, their speakers where they are known, and the indices of the turns that begin a new segment."""

    name: str
    group: str
    texts: tuple[str, ...]
    speakers: tuple[str, ...]
    boundaries: tuple[int, ...]


def load_dialogues(path: Path) -> list[Dialogue]:
    """All dialogues of a file; `group` is the file's name. Raises InputError when it is not of that shape."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, list):
            raise TypeError("not a list of dialogues")
        return [_dialogue(item, path.stem) for item in found]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{path} is not a file of dialogues ({type(error).__name__}: {error}).") from error


def load_sessions(path: Path) -> list[Dialogue]:
    """The conversations of a LoCoMo file as dialogues whose segments are its sessions."""
    return [_joined(sample) for sample in load_locomo(path)]


def without_greetings(text: str) -> str:
    """The text without greetings, farewells and words on when one last talked; "" when nothing else was said."""
    kept = (part for part in _SENTENCES.split(_OPENING.sub("", text)) if not _SALUTE.match(part))
    left = _SINCE.sub("", " ".join(kept)).strip(" ,-–").lstrip(".!?, ")
    return left[:1].upper() + left[1:] if any(c.isalnum() for c in left) else ""


def _dialogue(item: dict[str, Any], group: str) -> Dialogue:
    texts = tuple(str(text) for text in item["utterances"])
    ends = list(accumulate(int(length) for length in item["segments"]))
    if not ends or ends[-1] != len(texts) or min(item["segments"]) < 1:
        raise ValueError(f"segments of {item['dial_id']} do not add up to its utterances")
    speakers = tuple("AB"[i % 2] for i in range(len(texts)))
    return Dialogue(str(item["dial_id"]), group, texts, speakers, tuple(ends[:-1]))


def _joined(sample: Sample) -> Dialogue:
    turns = [list(_turns(session.messages)) for session in sample.sessions]
    starts = list(accumulate(len(session) for session in turns))[:-1]
    flat = [turn for session in turns for turn in session]
    boundaries = tuple(sorted({start for start in starts if 0 < start < len(flat)}))
    return Dialogue(sample.name, "locomo", tuple(t for _, t in flat), tuple(s for s, _ in flat), boundaries)


def _turns(messages: Any) -> Iterator[tuple[str, str]]:
    for message in messages:
        if text := without_greetings(message.text):
            yield message.speaker, text
