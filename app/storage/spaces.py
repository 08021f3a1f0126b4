"""The table `space`: work, home, a project. What is in it is said by the place of each message."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from sqlite_utils import Database

from app.core.errors import InputError
from app.core.text import storable
from app.core.types import Space

_LONGEST = 60
_GIVEN = "SELECT value FROM json_each(?)"


class Count(NamedTuple):
    """How much is in a space."""

    conversations: int
    messages: int


class Left(NamedTuple):
    """A space that was deleted, and what had been in it: enough to bring it back."""

    space: Space
    conversations: list[int]
    messages: list[int]


class Spaces:
    """Spaces by name, which is unique whatever its case; "" is what is in none. Calls are made inside a transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[Space]:
        """The spaces, in the order of their names."""
        found = [_space(row) for row in self._db.query("SELECT * FROM space")]
        return sorted(found, key=lambda space: space.name.casefold())

    def get(self, key: int) -> Space | None:
        """The space of this id."""
        return next((_space(row) for row in self._db.query("SELECT * FROM space WHERE id = ?", [key])), None)

    def find(self, name: str) -> Space | None:
        """The space of this name."""
        rows = self._db.query("SELECT * FROM space WHERE casefold(name) = casefold(?)", [storable(name)])
        return next(map(_space, rows), None)

    def any(self) -> bool:
        """Whether there are spaces at all: where there are none, nothing needs to be kept apart."""
        return self._db.execute("SELECT 1 FROM space LIMIT 1").fetchone() is not None

    def called(self, name: str) -> str:
        """A name as it is spelt here; a space that is new is made."""
        return self.ensure(name).name if name else ""

    def ensure(self, name: str) -> Space:
        """The space of this name, which is made if it is new."""
        return self.find(name) or self._insert(name)

    def create(self, name: str) -> Space:
        """Make a space. Raises InputError when the name is empty, too long, or taken."""
        return self._insert(self._free(name, 0))

    def save(self, space: Space) -> None:
        """Keep its name, its persona and its settings. Raises InputError for a name that cannot be."""
        before = self.get(space.id)
        if before is None:
            raise InputError("This space is no longer there.")
        name = self._free(space.name, space.id)
        if name != before.name:
            for table in ("conversation", "place"):
                self._db.execute(f"UPDATE {table} SET space = ? WHERE space = ?", [name, before.name])
        self._db.execute(
            "UPDATE space SET uid = ?, name = ?, persona = ?, temperature = ?, top_p = ?, max_reply_tokens = ? "
            "WHERE id = ?",
            [
                space.uid,
                name,
                storable(space.persona),
                space.temperature,
                space.top_p,
                space.max_reply_tokens,
                space.id,
            ],
        )

    def remove(self, key: int) -> Left:
        """Delete a space; what was in it is in none from then on. Raises InputError when it is not there."""
        if (space := self.get(key)) is None:
            raise InputError("This space is no longer there.")
        left = Left(space, self.conversations(space.name), self.messages(space.name))
        self.move_messages(left.messages, "")
        self._db.execute("UPDATE conversation SET space = '' WHERE space = ?", [space.name])
        self._db.execute("DELETE FROM space WHERE id = ?", [key])
        return left

    def bring_back(self, left: Left) -> Space:
        """Undo a removal: the space is there again, with what is still there of what had been in it."""
        again = self.find(left.space.name) or self._insert(left.space.name)
        space = replace(left.space, id=again.id, name=again.name)
        self.save(space)
        self._in(left.conversations, space.name)
        self.move_messages(left.messages, space.name)
        return space

    def move_conversations(self, ids: Collection[int], name: str) -> None:
        """Bring conversations, with all that was said in them, into a space; "" is none."""
        name = self.called(name)
        self._in(ids, name)
        rows = self._db.execute(
            f"SELECT id FROM message WHERE conversation_id IN ({_GIVEN})", [json.dumps(list(ids))]
        ).fetchall()
        self.move_messages([row[0] for row in rows], name)

    def move_messages(self, ids: Collection[int], name: str) -> None:
        """Bring messages into a space; the rest of where they were said stays as it is."""
        name, given = self.called(name), json.dumps(list(ids))
        places = self._db.execute(f"SELECT DISTINCT place_id FROM message WHERE id IN ({_GIVEN})", [given]).fetchall()
        for (place,) in places:
            self._db.execute(
                f"UPDATE message SET place_id = ? WHERE place_id IS ? AND id IN ({_GIVEN})",
                [self._beside(place, name), place, given],
            )
            self._db.execute(
                "DELETE FROM place WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM message WHERE place_id = ?1)", [place]
            )

    def of_messages(self, ids: Collection[int]) -> dict[int, str]:
        """The space that each of these messages is in."""
        rows = self._db.execute(
            "SELECT message.id, coalesce(space, '') FROM message LEFT JOIN place ON place.id = place_id "
            f"WHERE message.id IN ({_GIVEN})",
            [json.dumps(list(ids))],
        )
        return dict(rows.fetchall())

    def of_conversation(self, key: int) -> Space | None:
        """The space in which a conversation goes on."""
        row = self._db.execute("SELECT space FROM conversation WHERE id = ?", [key]).fetchone()
        return self.find(row[0]) if row is not None and row[0] else None

    def conversations(self, name: str) -> list[int]:
        """The conversations that go on in a space."""
        rows = self._db.execute("SELECT id FROM conversation WHERE casefold(space) = casefold(?)", [storable(name)])
        return [row[0] for row in rows.fetchall()]

    def messages(self, name: str) -> list[int]:
        """What was said in a space."""
        inside, values = in_space(name, "message")
        return [row[0] for row in self._db.execute(f"SELECT id FROM message WHERE {inside}", values).fetchall()]

    def counts(self) -> dict[str, Count]:
        """How much is in each space."""
        talks = dict(self._db.execute("SELECT space, count(*) FROM conversation GROUP BY space").fetchall())
        said = dict(
            self._db.execute(
                "SELECT space, count(*) FROM message JOIN place ON place.id = place_id GROUP BY space"
            ).fetchall()
        )
        return {space.name: Count(talks.get(space.name, 0), said.get(space.name, 0)) for space in self.all()}

    def _in(self, ids: Iterable[int], name: str) -> None:
        self._db.execute(f"UPDATE conversation SET space = ? WHERE id IN ({_GIVEN})", [name, json.dumps(list(ids))])

    def _beside(self, place: int | None, name: str) -> int | None:
        """The place that is as this one but for its space."""
        row = self._db.execute("SELECT app, device, document FROM place WHERE id = ?", [place]).fetchone()
        parts = [name, *(row or ("", "", ""))]
        if not any(parts):
            return None
        self._db.execute("INSERT OR IGNORE INTO place (space, app, device, document) VALUES (?, ?, ?, ?)", parts)
        found = self._db.execute(
            "SELECT id FROM place WHERE space = ? AND app = ? AND device = ? AND document = ?", parts
        ).fetchone()
        return int(found[0])

    def _free(self, name: str, but: int) -> str:
        name = " ".join(storable(name).split())
        if not name or len(name) > _LONGEST:
            raise InputError("A space needs a name of at most {0} letters.", _LONGEST)
        other = self.find(name)
        if other is not None and other.id != but:
            raise InputError("There is a space {0!r} already. Choose another name.", other.name)
        return name

    def _insert(self, name: str) -> Space:
        space = Space(0, uuid.uuid4().hex, storable(name))
        key = self._db.execute("INSERT INTO space (uid, name) VALUES (?, ?)", [space.uid, space.name]).lastrowid
        assert key is not None
        return replace(space, id=key)


def in_space(name: str, message: str) -> tuple[str, list[str]]:
    """A condition on messages, under the name that a query has for them, and its parameters: that they are in a space,
    or for "" in none."""
    if not name:
        return f"({message}.place_id IS NULL OR {message}.place_id NOT IN (SELECT id FROM place WHERE space != ''))", []
    return f"{message}.place_id IN (SELECT id FROM place WHERE casefold(space) = casefold(?))", [storable(name)]


def _space(row: dict[str, Any]) -> Space:
    return Space(**{name: row[name] for name in Space.__slots__})
