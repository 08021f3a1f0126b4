"""Read Book-SORT: whole books, and pairs of their passages in the order they stand there.

Pink et al., "Assessing Episodic Memory in LLMs with Sequence Order Recall Tasks", 2024.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.core.errors import InputError
from app.core.types import ForeignConversation, ForeignMessage, Role

_LENGTH = 1_000  # characters of a message: a few paragraphs
_TOLD = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two passages of one book as they are presented, and whether the first presented came first."""

    book: str
    a: str
    b: str
    a_first: bool


def load_booksort(folder: Path) -> tuple[list[ForeignConversation], list[Pair]]:
    """The books of a folder ("72578.txt") as conversations, and the pairs of its csv files about them.

    Raises InputError when the folder is not of Book-SORT's shape.
    """
    try:
        pairs = [_pair(row) for path in sorted(folder.glob("*.csv")) for row in _rows(path)]
        books = [
            as_conversation(name, (folder / f"{name}.txt").read_text(encoding="utf-8"), _TOLD + timedelta(days=number))
            for number, name in enumerate(dict.fromkeys(pair.book for pair in pairs))
        ]
    except (OSError, KeyError, ValueError, TypeError, AttributeError, csv.Error) as error:
        raise InputError(f"{folder} does not hold Book-SORT ({type(error).__name__}: {error}).") from error
    if not pairs:
        raise InputError(
            f"{folder} holds no pairs of passages: a Book-SORT folder has csv files and a txt file a book."
        )
    return books, pairs


def as_conversation(name: str, text: str, begun: datetime) -> ForeignConversation:
    """A book as a conversation of one speaker: some paragraphs a message, a message a second."""
    messages = tuple(
        ForeignMessage(str(n), str(n - 1) if n else None, Role.USER, "", part, begun + timedelta(seconds=n))
        for n, part in enumerate(_parts(text))
    )
    return ForeignConversation(f"booksort:{name}", f"Book {name}", begun, messages)


def _parts(text: str) -> Iterator[str]:
    """Whole paragraphs together, up to about `_LENGTH` characters."""
    part = ""
    for paragraph in re.split(r"\n\s*\n", text.lstrip("\ufeff")):
        if part and len(part) + len(paragraph) > _LENGTH:
            yield part
            part = ""
        part = f"{part}\n\n{paragraph.strip()}".strip()
    if part:
        yield part


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _pair(row: dict[str, str]) -> Pair:
    """Passages stand between asterisks. The first column is the earlier one, presented second where marked so."""
    one, two = row["segment_1"].strip("* \n"), row["segment_2"].strip("* \n")
    book, first = Path(row["book_idx"]).name, float(row["seg1_pos"]) < float(row["seg2_pos"])
    if row["present_seg1_first"].strip().lower() in ("1", "1.0", "true"):
        return Pair(book, one, two, first)
    return Pair(book, two, one, not first)
