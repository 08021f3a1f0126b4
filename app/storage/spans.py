"""Spans: the units of memory, with their words indexed for search in the same transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from sqlite_utils import Database

from app.core.clock import from_text
from app.core.documents import Passage
from app.core.text import storable
from app.core.types import Filter, NewSpan, Origin, Role, Span
from app.storage.places import COLUMNS, IN_SPACES, kept, place_in, spans_within

# Scripts written without spaces: FTS5 would take a whole sentence for one word, so each sign is a word of its own.
_UNSPACED = re.compile(r"([\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f])")

_RANKED = 10_000  # matches that are ranked for one question: about 15 ms
_PAIR = 2
_MOST_PAIRS = 64  # of a run that is pasted rather than asked

_READ = f"""
SELECT span.conversation_id, first_message_id, last_message_id, span.start, span."end", span.id,
       CASE WHEN first_message_id = last_message_id
            THEN substr(first.text, span.start + 1, span."end" - span.start) END,
       first.role, first.speaker, first.origin, first.created_at, conversation.title, {COLUMNS},
       passage.page, passage.first_line, passage.last_line
FROM span
JOIN message first ON first.id = span.first_message_id
JOIN conversation ON conversation.id = span.conversation_id
LEFT JOIN place ON place.id = first.place_id
LEFT JOIN passage ON passage.message_id = span.first_message_id
WHERE span.id IN ({{}})
"""

_BESIDE = """
SELECT id,
       (SELECT max(id) FROM span before WHERE before.conversation_id = span.conversation_id AND before.id < span.id),
       (SELECT min(id) FROM span after WHERE after.conversation_id = span.conversation_id AND after.id > span.id)
FROM span WHERE id IN ({})
"""

_NEIGHBOURS = """
SELECT span.id, span.first_message_id, message.speaker, message.role,
       (SELECT max(id) FROM span before WHERE before.conversation_id = span.conversation_id AND before.id < span.id),
       (SELECT min(id) FROM span after WHERE after.conversation_id = span.conversation_id AND after.id > span.id)
FROM span JOIN message ON message.id = span.first_message_id
WHERE span.id IN ({})
"""

# One step in the index a speaker, where DISTINCT would read every message.
_SPEAKERS = """
WITH RECURSIVE spoken (name) AS (
    SELECT min(speaker) FROM message WHERE role = :role AND speaker > ''
    UNION ALL
    SELECT (SELECT min(speaker) FROM message WHERE role = :role AND speaker > name) FROM spoken WHERE name IS NOT NULL
)
SELECT name FROM spoken WHERE name IS NOT NULL
"""

_JOINED = """
WITH RECURSIVE path (id, parent_id) AS (
    SELECT id, parent_id FROM message WHERE id = :last
    UNION ALL
    SELECT m.id, m.parent_id FROM message m JOIN path ON m.id = path.parent_id WHERE path.id != :first
)
SELECT text FROM message JOIN path USING (id) ORDER BY id
"""


def spaced(text: str) -> str:
    """The text with signs of unspaced scripts set apart, as it goes into the word index."""
    return _UNSPACED.sub(r" \1 ", text)


class Neighbours(NamedTuple):
    """Where a span stands: who said it, and the ids of the spans right before and after it."""

    message_id: int
    speaker: str
    role: Role
    beside: tuple[int, ...]


class Spans:
    """The table `span` and its full-text index `span_text`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, span: NewSpan, speaker: str, words: str) -> int:
        """Store a span and index its `words` under its `speaker`; return its id."""
        key = self._db.execute(
            'INSERT INTO span (conversation_id, first_message_id, last_message_id, start, "end") '
            "VALUES (?, ?, ?, ?, ?)",
            [span.conversation_id, span.first_message_id, span.last_message_id, span.start, span.end],
        ).lastrowid
        assert key is not None
        self._db.execute(
            "INSERT INTO span_text (rowid, speaker, words) VALUES (?, ?, ?)", [key, speaker, spaced(words)]
        )
        return key

    def read(self, ids: Sequence[int]) -> dict[int, Span]:
        """The spans of these ids with their words; ids that are gone are left out."""
        found: dict[int, Span] = {}
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            for row in self._db.execute(_READ.format(", ".join("?" * len(part))), part).fetchall():
                span = self._span(row)
                found[span.id] = span
        return found

    def of_messages(self, first: int, last: int) -> list[int]:
        """Ids of the spans that begin in messages first..last."""
        rows = self._db.execute("SELECT id FROM span WHERE first_message_id BETWEEN ? AND ? ORDER BY id", [first, last])
        return [row[0] for row in rows.fetchall()]

    def search(
        self, words: Iterable[str], limit: int, *, unfinished: bool = False, where: Filter | None = None
    ) -> list[tuple[int, float]]:
        """Spans that hold any of `words`, by BM25 (higher is better), best first.

        With `unfinished` all words are wanted and the last one may be the beginning of a word,
        as while typing. Porter stemming applies; words are matched literally, never as a query language.
        The work is bounded: in a large store frequent words are left out beside rare ones, and only the
        newest of very many matches are ranked. `where` keeps to spans of a place and time, before ranking.
        """
        terms = [term for word in words if (term := _term(word, whole=unfinished))]
        if not terms:
            return []
        match = " AND ".join(_completed(terms)) if unfinished else " OR ".join(self._rarest(terms))
        return self._ranked(match, limit, where)

    def conversations_with(self, words: Iterable[str], limit: int = 50) -> list[int]:
        """Conversations in which something was said that holds all these words, best first."""
        best = [key for key, _ in self.search(words, limit * 4, unfinished=True)]
        spans = self.read(best)
        return list(dict.fromkeys(spans[key].conversation_id for key in best if key in spans))[:limit]

    def neighbours(self, ids: Sequence[int]) -> dict[int, Neighbours]:
        """For each span: its message, its speaker and role, and the spans said just before and after it."""
        found: dict[int, Neighbours] = {}
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            for row in self._db.execute(_NEIGHBOURS.format(", ".join("?" * len(part))), part).fetchall():
                found[row[0]] = Neighbours(row[1], row[2], Role(row[3]), tuple(key for key in row[4:] if key))
        return found

    def beside(self, ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """For each span, those said just before and after it, in order; for hundreds at a time."""
        found: dict[int, tuple[int, ...]] = {}
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            for key, before, after in self._db.execute(_BESIDE.format(", ".join("?" * len(part))), part).fetchall():
                found[key] = tuple(other for other in (before, after) if other)
        return found

    def said_between(self, first: date, last: date, limit: int) -> list[int]:
        """Spans said on these days, both included, the newest first."""
        rows = self._db.execute(
            "SELECT span.id FROM message JOIN span ON span.first_message_id = message.id "
            "WHERE message.created_at >= ? AND message.created_at < ? ORDER BY message.created_at DESC LIMIT ?",
            [first.isoformat(), (last + timedelta(days=1)).isoformat() if last < date.max else "9999-12-31Z", limit],
        )
        return [row[0] for row in rows.fetchall()]

    def within(self, where: Filter) -> set[int]:
        """The ids of all spans that a filter keeps."""
        return {row[0] for row in self._db.execute(*spans_within(where)).fetchall()}

    def in_spaces(self) -> set[int]:
        """The ids of the spans of what was said in any space."""
        return {row[0] for row in self._db.execute(IN_SPACES).fetchall()}

    def speakers(self) -> list[str]:
        """The names of all people who ever spoke, tools left out."""
        return [row[0] for row in self._db.execute(_SPEAKERS, {"role": Role.USER}).fetchall()]

    def remove_of(self, message_id: int) -> None:
        """Take back the spans that begin in a message, with their words and vectors."""
        self._db.execute("DELETE FROM span WHERE first_message_id = ?", [message_id])

    def count(self) -> int:
        """How many spans there are."""
        return self._db.table("span").count

    def newest(self) -> int:
        """The highest id of a span; 0 where there is none."""
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM span").fetchone()[0])

    def _rarest(self, terms: Sequence[str]) -> list[str]:
        """The rarest of these terms that have no more than `_RANKED` matches together, and one in any case."""
        if self.newest() <= _RANKED:
            return list(terms)
        frequency = {term: self._frequency(term) for term in terms}
        rarest = sorted(frequency, key=lambda term: frequency[term])
        total = list(accumulate(frequency[term] for term in rarest))
        return [term for term, together in zip(rarest, total, strict=True) if together <= _RANKED] or rarest[:1]

    def _frequency(self, term: str) -> int:
        """In how many spans a term stands, counted up to one more than can be ranked."""
        rows = self._db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM span_text WHERE span_text MATCH ? LIMIT ?)", [term, _RANKED + 1]
        )
        return int(rows.fetchone()[0])

    def _ranked(self, match: str, limit: int, where: Filter | None) -> list[tuple[int, float]]:
        """The best `limit` by BM25 among the newest `_RANKED` matches."""
        inside, values = kept(where, "rowid") if where else ("1", [])
        matches = f"FROM span_text WHERE span_text MATCH ? AND {inside}"
        beyond = self._db.execute(
            f"SELECT rowid {matches} ORDER BY rowid DESC LIMIT 1 OFFSET ?", [match, *values, _RANKED]
        ).fetchone()
        rows = self._db.execute(
            f"SELECT rowid, -bm25(span_text) {matches} AND rowid > ? ORDER BY rank LIMIT ?",
            [match, *values, beyond[0] if beyond else 0, limit],
        )
        return [(row[0], row[1]) for row in rows.fetchall()]

    def _span(self, row: Sequence[Any]) -> Span:
        """A row of `_READ`; a span of several messages has their texts on lines of their own."""
        conversation_id, first, last, start, end, key, text, role, speaker, origin, said_at, title, *place = row
        *place, page, first_line, last_line = place
        if text is None:
            text = "\n".join(part[0] for part in self._db.execute(_JOINED, {"first": first, "last": last}).fetchall())
        return Span(
            conversation_id,
            first,
            last,
            start,
            end,
            key,
            text,
            Role(role),
            speaker,
            Origin(origin),
            from_text(said_at),
            title,
            place_in(place),
            Passage(page, first_line, last_line) if first_line is not None else None,
        )


def _completed(terms: list[str]) -> list[str]:
    """The terms with the last one completed. One letter begins too many words: beside others it is passed over."""
    if len(terms[-1].strip('"')) > 1:
        return [*terms[:-1], terms[-1] + "*"]
    return terms[:-1] or terms


def _term(word: str, *, whole: bool) -> str:
    """A word as FTS5 strings; "" for one without letters, which would match nothing and spoil the rest.

    A run of an unspaced script becomes a phrase of its signs or, unless it is wanted `whole`, any pair of neighbours.
    """
    letters = [part for part in spaced(storable(word)).replace('"', " ").split() if re.search(r"\w", part)]
    if not letters:
        return ""
    if whole or len(letters) < _PAIR + 1:
        return f'"{" ".join(letters)}"'
    pairs = dict.fromkeys(f'"{a} {b}"' for a, b in pairwise(letters))
    return " OR ".join(list(pairs)[:_MOST_PAIRS])
