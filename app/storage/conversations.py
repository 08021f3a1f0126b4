"""Conversations and their messages: what was said, exactly as it was said."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from app.core.clock import from_text, to_text
from app.core.text import storable
from app.core.types import Conversation, Message, MessageState, Mode, NewMessage, Origin, Place, Role
from app.storage.branches import Branches
from app.storage.places import COLUMNS, Places, place_of
from app.storage.spaces import Spaces

_THREAD = f"""
WITH RECURSIVE path (id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM message WHERE id = ?
    UNION ALL
    SELECT m.id, m.parent_id, depth + 1 FROM message m JOIN path ON m.id = path.parent_id
)
SELECT message.*, {COLUMNS} FROM message JOIN path USING (id) LEFT JOIN place ON place.id = message.place_id
ORDER BY depth DESC
"""

_MESSAGES = f"SELECT message.*, {COLUMNS} FROM message LEFT JOIN place ON place.id = message.place_id"

_NEWEST = """
WITH RECURSIVE below (id) AS (
    SELECT id FROM message WHERE conversation_id = :conversation AND id = :through
    UNION ALL
    SELECT m.id FROM message m JOIN below ON m.parent_id = below.id
)
SELECT coalesce((SELECT max(id) FROM below), (SELECT max(id) FROM message WHERE conversation_id = :conversation))
"""


class Conversations:
    """The tables `conversation` and `message`. Methods raise sqlite3 errors; `StoreOwner` explains them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._places = Places(db)
        self._branches = Branches(db)
        self._spaces = Spaces(db)

    def create(
        self,
        title: str,
        now: datetime,
        origin: Origin = Origin.SAID,
        external_id: str | None = None,
        space: str = "",
    ) -> Conversation:
        """Start an empty conversation in a space, which is made if it is new."""
        moment, title, space = to_text(now), storable(title), self._spaces.called(space)
        external_id = storable(external_id) if external_id is not None else None
        key = self._db.execute(
            "INSERT INTO conversation (uid, title, origin, external_id, created_at, updated_at, space) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [uuid.uuid4().hex, title, origin, external_id, moment, moment, space],
        ).lastrowid
        assert key is not None
        return Conversation(key, title, origin, now, now, external_id, space=space)

    def get(self, conversation_id: int) -> Conversation | None:
        """The conversation, or None when there is none of that number."""
        rows = self._db.query("SELECT * FROM conversation WHERE id = ?", [conversation_id])
        return next((_conversation(row) for row in rows), None)

    def find_external(self, external_id: str) -> Conversation | None:
        """The conversation that came from an export under this id."""
        rows = self._db.query("SELECT * FROM conversation WHERE external_id = ?", [storable(external_id)])
        return next((_conversation(row) for row in rows), None)

    def recent(self, limit: int = 200, space: str | None = None) -> list[Conversation]:
        """The conversations last spoken in, those that are pinned before the others, the newest first; only those of a
        space if one is named ("": of none). Documents are left out."""
        inside, values = ("", []) if space is None else ("AND casefold(space) = casefold(?)", [storable(space)])
        rows = self._db.query(
            f"SELECT * FROM conversation WHERE origin != ? {inside} "
            "ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT ?",
            [Origin.DOCUMENT, *values, limit],
        )
        return [_conversation(row) for row in rows]

    def titled(self, part: str, limit: int = 50) -> list[Conversation]:
        """Conversations whose title contains `part`, newest first."""
        rows = self._db.query(
            "SELECT * FROM conversation WHERE instr(casefold(title), casefold(?)) ORDER BY updated_at DESC LIMIT ?",
            [storable(part), limit],
        )
        return [_conversation(row) for row in rows]

    def rename(self, conversation_id: int, title: str) -> None:
        """Give a conversation another title."""
        self._db.execute("UPDATE conversation SET title = ? WHERE id = ?", [storable(title), conversation_id])

    def pin(self, conversation_id: int, pinned: bool) -> None:
        """Keep a conversation on top of the list, or let it go down again."""
        self._db.execute("UPDATE conversation SET pinned = ? WHERE id = ?", [pinned, conversation_id])

    def set_mode(self, conversation_id: int, mode: Mode) -> None:
        """Say what becomes of the words that are said next in a conversation."""
        self._db.execute("UPDATE conversation SET mode = ? WHERE id = ?", [mode, conversation_id])

    def add(self, message: NewMessage) -> Message:
        """Store a message and mark its conversation as spoken in."""
        moment = to_text(message.created_at)
        key = self._db.execute(
            "INSERT INTO message (uid, conversation_id, parent_id, role, speaker, text, created_at, origin, state,"
            " model, external_id, place_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                uuid.uuid4().hex,
                message.conversation_id,
                message.parent_id,
                message.role,
                storable(message.speaker),
                storable(message.text),
                moment,
                message.origin,
                message.state,
                message.model,
                storable(message.external_id) if message.external_id is not None else None,
                self._places.key(message.place) if message.place not in (None, Place()) else None,
            ],
        ).lastrowid
        assert key is not None
        self._db.execute(
            "UPDATE conversation SET updated_at = max(updated_at, ?) WHERE id = ?", [moment, message.conversation_id]
        )
        return self.message(key)

    def message(self, message_id: int) -> Message:
        """One message. Raises KeyError when there is none of that number."""
        for row in self._db.query(f"{_MESSAGES} WHERE message.id = ?", [message_id]):
            return _message(row)
        raise KeyError(message_id)

    def write(self, message_id: int, text: str, state: MessageState) -> None:
        """Write a reply's words so far, and how far it got."""
        self._db.execute("UPDATE message SET text = ?, state = ? WHERE id = ?", [storable(text), state, message_id])

    def thread(self, conversation_id: int, through: int = 0) -> list[Message]:
        """The open branch, or the newest that goes `through` a message; oldest first."""
        through = through or self._branches.chosen(conversation_id)
        newest = self._db.execute(_NEWEST, {"conversation": conversation_id, "through": through}).fetchone()[0]
        return [_message(row) for row in self._db.query(_THREAD, [newest])] if newest else []

    def listener(self, conversation_id: int, speaker: str) -> str:
        """The one other person who speaks in a conversation; "" where there are none or several."""
        rows = self._db.execute(
            "SELECT DISTINCT speaker FROM message WHERE conversation_id = ? AND speaker NOT IN ('', ?) LIMIT 2",
            [conversation_id, speaker],
        ).fetchall()
        return str(rows[0][0]) if len(rows) == 1 else ""

    def replies_to(self, message_id: int) -> list[int]:
        """Ids of the messages that follow directly on a message, one for each branch."""
        rows = self._db.execute("SELECT id FROM message WHERE parent_id = ?", [message_id])
        return [row[0] for row in rows.fetchall()]

    def external_ids(self, conversation_id: int) -> dict[str, int]:
        """Ids in the export of the messages already brought in, with their ids here."""
        rows = self._db.execute(
            "SELECT external_id, id FROM message WHERE conversation_id = ? AND external_id IS NOT NULL",
            [conversation_id],
        )
        return dict(rows.fetchall())

    def unfinished(self) -> list[Message]:
        """Replies that were streaming when the app last ended."""
        rows = self._db.query(f"{_MESSAGES} WHERE state = ?", [MessageState.STREAMING])
        return [_message(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many conversations and messages there are."""
        return {table: self._db.table(table).count for table in ("conversation", "message")}


def _conversation(row: dict[str, Any]) -> Conversation:
    return Conversation(
        id=row["id"],
        title=row["title"],
        origin=Origin(row["origin"]),
        created_at=from_text(row["created_at"]),
        updated_at=from_text(row["updated_at"]),
        external_id=row["external_id"],
        mode=Mode(row["mode"]),
        pinned=bool(row["pinned"]),
        space=row["space"],
    )


def _message(row: dict[str, Any]) -> Message:
    return Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        parent_id=row["parent_id"],
        role=Role(row["role"]),
        speaker=row["speaker"],
        text=row["text"],
        created_at=from_text(row["created_at"]),
        origin=Origin(row["origin"]),
        state=MessageState(row["state"]),
        model=row["model"],
        external_id=row["external_id"],
        place=place_of(row),
    )
