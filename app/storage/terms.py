"""How often each asked word occurs where: what BM25 over a turn and over its surroundings is computed from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlite_utils import Database

from app.core.text import storable
from app.storage.spans import spaced

_STEMMER = (
    "CREATE VIRTUAL TABLE asked USING fts5 (words, tokenize = 'porter unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE asked_term USING fts5vocab ('asked', 'instance')",
)
_TABLES = (
    "CREATE VIRTUAL TABLE temp.span_term USING fts5vocab ('main', 'span_text', 'instance')",
    "CREATE VIRTUAL TABLE temp.span_frequency USING fts5vocab ('main', 'span_text', 'col')",
)
_COMMON = 8_000
"""Spans with a word beyond which its places are not listed: it tells nothing apart, and listing takes milliseconds."""


class Terms:
    """Stems as the full-text index knows them, with their places. Read-only.

    Words are stemmed by the tokenizer of the index itself, in a table of one row in memory: no second stemmer that
    could disagree.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        for statement in _TABLES:
            db.execute(statement)
        self._stemmer = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        for statement in _STEMMER:
            self._stemmer.execute(statement)
        self._stem = lru_cache(maxsize=4_096)(self._stem_of)

    def stems(self, words: Sequence[str]) -> list[str]:
        """The stem of each word that has one, each once, in order: "adoption agencies" gives "adopt", "agenc"."""
        return list(dict.fromkeys(stem for word in words for stem in self._stem(word)))

    def count(self) -> int:
        """How many spans there are, near enough to weigh words: those that were erased count as well."""
        return int(self._db.execute("SELECT coalesce(max(rowid), 0) FROM span_text").fetchone()[0])

    def frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """In how many spans each of these stems is said; those that nobody said are left out."""
        marks = ", ".join("?" * len(stems))
        rows = self._db.execute(
            f"SELECT term, doc FROM temp.span_frequency WHERE term IN ({marks}) AND col = 'words'", list(stems)
        )
        return dict(rows.fetchall())

    def places(self, stems: Sequence[str], among: Iterable[int]) -> list[tuple[str, int, int]]:
        """How often each of these stems occurs in each of the spans `among` that hold it: (stem, span, times)."""
        if not stems:
            return []
        rows = self._db.execute(
            f"SELECT term, doc, count(*) FROM temp.span_term WHERE term IN ({', '.join('?' * len(stems))}) "
            "AND col = 'words' AND doc IN (SELECT value FROM json_each(?)) GROUP BY term, doc",
            [*stems, json.dumps(list(among))],
        )
        return rows.fetchall()

    @staticmethod
    def is_common(frequency: int, spans: int) -> bool:
        """Whether a word stands in too many spans to tell them apart."""
        return frequency > _COMMON or frequency > max(spans // 4, 20)

    def _stem_of(self, word: str) -> tuple[str, ...]:
        self._stemmer.execute("INSERT INTO asked (words) VALUES (?)", [spaced(storable(word))])
        rows = self._stemmer.execute('SELECT term FROM asked_term ORDER BY "offset"').fetchall()
        self._stemmer.execute("DELETE FROM asked")
        return tuple(row[0] for row in rows)

    def close(self) -> None:
        """Let the stemmer go."""
        self._stemmer.close()
