"""The table `place`: where things were said, each place once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from app.core.clock import to_text
from app.core.text import storable
from app.core.types import Filter, Place
from app.storage.spaces import Spaces, in_space

PARTS = ("space", "app", "device", "document")
COLUMNS = ", ".join(f"place.{part}" for part in PARTS)

_NOWHERE = Place()
_IDS = "SELECT span.id FROM span JOIN message said ON said.id = span.first_message_id"
IN_SPACES = f"{_IDS} WHERE said.place_id IN (SELECT id FROM place WHERE space != '')"
"""A query for the spans of what was said in any space."""


class Places:
    """Places by their number. A place goes when the last message that was said there goes (a trigger sees to it)."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._spaces = Spaces(db)

    def key(self, place: Place) -> int:
        """The number of a place, which is stored if it is new, as is its space."""
        place = replace(place, space=self._spaces.called(place.space))
        parts = [storable(getattr(place, part)) for part in PARTS]
        self._db.execute("INSERT OR IGNORE INTO place (space, app, device, document) VALUES (?, ?, ?, ?)", parts)
        rows = self._db.execute(
            "SELECT id FROM place WHERE space = ? AND app = ? AND device = ? AND document = ?", parts
        )
        return int(rows.fetchone()[0])

    def known(self) -> list[Place]:
        """All places, in the order of their first message."""
        rows = self._db.execute("SELECT space, app, device, document FROM place ORDER BY id")
        return [Place(*row) for row in rows.fetchall()]

    def of_episodes(self, ids: Sequence[int]) -> dict[int, Place]:
        """Where each episode took place: where its first message was said."""
        rows = self._db.query(
            f"SELECT episode.id, {COLUMNS} FROM episode JOIN message said ON said.id = episode.first_message_id "
            f"LEFT JOIN place ON place.id = said.place_id WHERE episode.id IN ({', '.join('?' * len(ids))})",
            list(ids),
        )
        return {row["id"]: place_of(row) or Place() for row in rows}


def place_of(row: dict[str, Any]) -> Place | None:
    """The place in a row that was read with `COLUMNS`."""
    return Place(*(row[part] for part in PARTS)) if row["space"] is not None else None


def place_in(parts: Sequence[str | None]) -> Place:
    """The place whose columns are `COLUMNS`, in their order; nowhere for none."""
    return _NOWHERE if parts[0] is None else Place(*(part or "" for part in parts))


def spans_within(where: Filter) -> tuple[str, list[str]]:
    """A query for the ids of the spans that a filter keeps, with its parameters.

    `Filter.keeps` says the same of a span.
    """
    named = {part: name for part in PARTS if part != "space" and (name := getattr(where, part))}
    terms, values = [], [storable(name) for name in named.values()]
    if where.space is not None:
        inside, values[:0] = in_space(where.space, "said")
        terms.append(inside)
    if named:
        same = " AND ".join(f"casefold({part}) = casefold(?)" for part in named)
        terms.append(f"said.place_id IN (SELECT id FROM place WHERE {same})")
    for sign, moment in ((">=", where.since), ("<", where.until)):
        if moment is not None:
            terms.append(f"said.created_at {sign} ?")
            values.append(to_text(moment))
    return f"{_IDS} WHERE {' AND '.join(terms)}" if terms else "SELECT id FROM span", values


def kept(where: Filter, column: str) -> tuple[str, list[str]]:
    """A condition on the ids of spans that a filter keeps, to be used before ranking. The plus keeps SQLite from asking
    the word index once for each id."""
    if where == Filter(space=""):  # nearly all of a store: sooner told by what it leaves out
        return f"+{column} NOT IN ({IN_SPACES})", []
    inside, values = spans_within(where)
    return f"+{column} IN ({inside})", values
