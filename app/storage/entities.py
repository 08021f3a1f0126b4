"""Who and what is named where: the graph over which recall goes from one memory to the next."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from app.core.text import storable

_LONGEST = 10  # words of a name that is looked for in a text
_READ = 60  # words of such a text


class Mention(NamedTuple):
    """A span names an entity that `spans` spans name in all, or is `about` it."""

    span_id: int
    entity_id: int
    spans: int
    about: bool = False


class Entities:
    """The tables `entity` and `mention`. Names are the same whatever their case, accents and punctuation."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, span_id: int, names: Iterable[str], about: str = "") -> None:
        """Record that a span names these, and which of them it is about, if any."""
        subject = _plain(about)
        for name in dict.fromkeys(plain for name in names if (plain := _plain(name))):
            self._db.execute("INSERT OR IGNORE INTO entity (name) VALUES (?)", [name])
            self._db.execute(
                "INSERT OR IGNORE INTO mention (entity_id, span_id, about) SELECT id, ?, ? FROM entity WHERE name = ?",
                [span_id, name == subject, name],
            )

    def add_all(self, span_id: int, names: Sequence[str], about: str = "") -> None:
        """The same for names as they are stored."""
        given = json.dumps([_plain(name) for name in names])
        self._db.execute("INSERT OR IGNORE INTO entity (name) SELECT value FROM json_each(?) WHERE value > ''", [given])
        self._db.execute(
            "INSERT OR IGNORE INTO mention (entity_id, span_id, about) SELECT entity.id, ?, name = ? FROM json_each(?) "
            "CROSS JOIN entity ON entity.name = value",
            [span_id, about, given],
        )

    def named_in(self, text: str) -> dict[str, int]:
        """The ids of the entities that a text names, in capitals or not: each run of its words that is one."""
        words = _plain(text).split()[:_READ]
        runs = {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, i + 1 + _LONGEST)}
        marks = ", ".join("?" * len(runs))
        rows = self._db.execute(f"SELECT name, id FROM entity WHERE name IN ({marks}) ORDER BY name", sorted(runs))
        return dict(rows.fetchall())

    def mentions(self, span_ids: Sequence[int], at_most: int) -> list[Mention]:
        """What these spans name, leaving out what more than `at_most` spans do."""
        marks = ", ".join("?" * len(span_ids))
        rows = self._db.execute(
            f"SELECT span_id, entity_id, about FROM mention WHERE span_id IN ({marks}) ORDER BY span_id, entity_id",
            list(span_ids),
        ).fetchall()
        spans = self._counted({entity for _, entity, _ in rows}, at_most)
        return [Mention(key, entity, spans[entity], bool(about)) for key, entity, about in rows if entity in spans]

    def spans_of(self, entity_ids: Sequence[int], each: int, at_most: int) -> list[int]:
        """Spans that name any of these, `each` of each entity: those about it, then the newest. What more than
        `at_most` spans name leads to none."""
        found: dict[int, None] = {}
        for key in entity_ids:
            rows = self._db.execute(
                "SELECT span_id FROM mention WHERE entity_id = ?1 AND (SELECT count(*) FROM (SELECT 1 FROM mention "
                "WHERE entity_id = ?1 LIMIT ?3 + 1)) <= ?3 ORDER BY about DESC, span_id DESC LIMIT ?2",
                [key, each, at_most],
            )
            found |= dict.fromkeys(row[0] for row in rows.fetchall())
        return list(found)

    def any_about(self, span_ids: Sequence[int]) -> bool:
        """Whether any of these spans is about something, as a text under a heading is."""
        marks = ", ".join("?" * len(span_ids))
        rows = self._db.execute(f"SELECT 1 FROM mention WHERE span_id IN ({marks}) AND about LIMIT 1", list(span_ids))
        return rows.fetchone() is not None

    def _counted(self, entity_ids: Iterable[int], at_most: int) -> dict[int, int]:
        """How many spans name each of these, without those that more than `at_most` do: each is counted once, and no
        further than that."""
        rows = self._db.execute(
            "SELECT value, (SELECT count(*) FROM (SELECT 1 FROM mention WHERE entity_id = value LIMIT ?)) AS spans "
            "FROM json_each(?) WHERE spans <= ?",
            [at_most + 1, json.dumps(list(entity_ids)), at_most],
        )
        return dict(rows.fetchall())


def _plain(name: str) -> str:
    """A name without case, accents and punctuation: "Aschenbrödel" is "aschenbrodel", "U.S." is "u s"."""
    letters = unicodedata.normalize("NFKD", storable(name).casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", re.sub(r"['’]s\b", "", bare)))
