"""The branches of a conversation: editing a message and asking again keep the old version beside the new one."""

from __future__ import annotations

from itertools import groupby

from sqlite_utils import Database

_FORKS = """
SELECT coalesce(parent_id, 0), id FROM message WHERE conversation_id = :conversation AND coalesce(parent_id, 0) IN (
    SELECT coalesce(parent_id, 0) FROM message WHERE conversation_id = :conversation
    GROUP BY coalesce(parent_id, 0) HAVING count(*) > 1
) ORDER BY 1, 2
"""

_OFF = """
WITH RECURSIVE path (id, parent_id) AS (
    SELECT id, parent_id FROM message WHERE id = :message
    UNION ALL
    SELECT m.id, m.parent_id FROM message m JOIN path ON m.id = path.parent_id
)
SELECT id FROM message WHERE conversation_id = :conversation AND id NOT IN (SELECT id FROM path)
"""


class Branches:
    """The table `branch` (which branch is open, where it is not the newest), and the forks of the tree of messages."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def choose(self, conversation_id: int, message_id: int) -> None:
        """Open the branch that goes through a message. What is said next, anywhere in it, makes the newest one open."""
        self._db.execute("INSERT OR REPLACE INTO branch VALUES (?, ?)", [conversation_id, message_id])

    def chosen(self, conversation_id: int) -> int:
        """The message that the open branch goes through; 0 for the newest branch."""
        row = self._db.execute("SELECT message_id FROM branch WHERE conversation_id = ?", [conversation_id]).fetchone()
        return int(row[0]) if row else 0

    def versions(self, conversation_id: int) -> dict[int, tuple[int, ...]]:
        """For each message that has others in its place, all of these, itself among them, oldest first."""
        rows = self._db.execute(_FORKS, {"conversation": conversation_id}).fetchall()
        found: dict[int, tuple[int, ...]] = {}
        for _, group in groupby(rows, key=lambda row: row[0]):
            ids = tuple(row[1] for row in group)
            found |= dict.fromkeys(ids, ids)
        return found

    def off(self, conversation_id: int, message_id: int) -> list[int]:
        """The messages of a conversation that do not lead to a message: other branches, and what comes after it."""
        rows = self._db.execute(_OFF, {"conversation": conversation_id, "message": message_id})
        return [row[0] for row in rows.fetchall()]
