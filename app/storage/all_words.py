"""Reads every word and vector that a store holds, in whatever table: what a probe for traces is measured against.

It goes by the schema, so that a table of tomorrow is looked at, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlite_utils import Database

from app.storage.spans import spaced

_TELLING = re.compile(r"[^\W\d_]{2,}\W+[^\W\d_]{2,}")
_GIVEN = "SELECT value FROM json_each(?)"

_TOLD = (
    ("message", "text"),
    ("message", "speaker"),
    ("conversation", "title"),
    ("entity", "name"),
    ("space", "name"),
    ("space", "persona"),
)
_VECTORS = (
    ("span_vector", "vector", "SELECT id FROM span WHERE first_message_id IN ({})", "span_id"),
    ("span_key", "vectors", "SELECT id FROM span WHERE first_message_id IN ({})", "span_id"),
    ("observation", '"key"', "{}", "message_id"),
)


class AllWords:
    """Read-only operations over all tables."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def said(self, ids: Collection[int]) -> list[str]:
        """The texts of messages."""
        rows = self._db.execute(f"SELECT text FROM message WHERE id IN ({_GIVEN})", [json.dumps(list(ids))])
        return [row[0] for row in rows.fetchall()]

    def derived(self) -> set[str]:
        """Every text of two words or more that is in the store, but for what was said itself."""
        return {text for table, column in self._columns() if table != "message" for text in self._texts(table, column)}

    def kept(self) -> str:
        """All that was said and is kept, and the names that people gave: what may be in a file, come what may."""
        told = [text for table, column in _TOLD for text in self._texts(table, column, whole=True)]
        apart = [words for text in told if (words := spaced(text)) != text]
        schema = self._db.execute("SELECT sql FROM sqlite_master WHERE sql > ''").fetchall()
        return "\0".join([*told, *apart, *(row[0] for row in schema)])

    def columns(self) -> list[tuple[str, str]]:
        """Every column of an ordinary table that holds text."""
        return list(self._columns())

    def vectors(self, ids: Collection[int], stale: Collection[int]) -> set[bytes]:
        """The vectors made of messages, and the first key of `stale` spans, that nothing else in the store shares."""
        given = json.dumps(list(ids))
        found: set[bytes] = set()
        for table, column, which, key in _VECTORS:
            rows = self._db.execute(
                f"SELECT {column} FROM {table} WHERE {key} IN ({which.format(_GIVEN)}) AND length({column}) > 0",
                [given],
            )
            found |= {bytes(row[0]) for row in rows.fetchall()}
        return found | self._first_keys(stale)

    def has_vector(self, part: bytes) -> bool:
        """Whether some vector in the store has these bytes in it."""
        return any(
            self._db.execute(f"SELECT 1 FROM {table} WHERE instr({column}, ?) LIMIT 1", [part]).fetchone()
            for table, column, _, _ in _VECTORS
        )

    def ghosts(self) -> int:
        """Places in the index of words that point to spans which are gone."""
        rows = self._db.execute("SELECT count(*) FROM temp.span_term WHERE doc NOT IN (SELECT id FROM span)")
        return int(rows.fetchone()[0])

    def _first_keys(self, spans: Iterable[int]) -> set[bytes]:
        rows = self._db.execute(
            "SELECT vectors, dimension FROM span_key JOIN embedder ON embedder.id = embedder_id "
            f"WHERE span_id IN ({_GIVEN}) AND length(vectors) > 0",
            [json.dumps(list(spans))],
        )
        return {bytes(blob[: 2 * dimension]) for blob, dimension in rows.fetchall()}

    def _columns(self) -> Iterator[tuple[str, str]]:
        for table in self._db.table_names():
            if table.startswith(("sqlite_", "_sqlite", "span_text_")):
                continue
            for row in self._db.execute(f'PRAGMA table_info("{table}")').fetchall():
                column: Mapping[str, Any] = {"name": row[1], "type": str(row[2]).upper()}
                if column["type"] in ("TEXT", "") and not column["name"].endswith(("_at", "uid")):
                    yield table, column["name"]

    def _texts(self, table: str, column: str, *, whole: bool = False) -> Iterator[str]:
        for (text,) in self._db.execute(f'SELECT DISTINCT "{column}" FROM "{table}"').fetchall():
            if isinstance(text, str) and (whole or (text[:1] not in "{[" and _TELLING.search(text))):
                yield text


def wordings(text: str) -> set[str]:
    """A text as it may lie in a file: as it is, on one line, apart in signs, and escaped."""
    return {text, " ".join(text.split()), spaced(text), json.dumps(text)[1:-1], text.casefold()}
