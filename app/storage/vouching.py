"""Which facts of an archive are believed: those that stand in what their person said, as in a store of our own."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from app.core.types import MessageState, Origin, Role
from app.storage.facts import stands


class Vouching:
    """Holds the facts that come in to the messages they point into."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def believes(self, fact: dict[str, Any]) -> bool:
        """Whether a fact points into words of the user, whole, that say its value; what was written by hand has to
        point into a note."""
        row = self._db.execute(
            "SELECT text, role, state, origin FROM message WHERE id = ?", [fact["message_id"]]
        ).fetchone()
        if row is None or row[1:3] != (Role.USER, MessageState.COMPLETE):
            return False
        if fact["by_hand"] and row[3] != Origin.REMEMBERED:
            return False
        sound = 0 <= fact["confidence"] <= 1 and all(fact[name] in (0, 1) for name in _FLAGS)
        return sound and stands(row[0], fact["start"], fact["end"], fact["value"])


_FLAGS = ("adds", "mends", "by_hand", "rejected")
