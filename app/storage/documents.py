"""Documents: what they are, where each passage stands in them, and with which messages they were attached.

A document is a conversation of origin "document" whose messages are its passages, so that all that is done with what
was said (search, vectors, recall, erasure, archives) is done with documents, too.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlite_utils import Database

from app.core.clock import from_text, to_text
from app.core.documents import Document, DocumentKind, Passage
from app.core.text import storable
from app.core.types import Span
from app.storage.spans import Spans

_READ = """
SELECT document.*, (SELECT count(*) FROM message WHERE message.conversation_id = document.conversation_id) AS passages
FROM document
"""
_GIVEN = "SELECT value FROM json_each(?)"


class Documents:
    """The tables `document`, `passage` and `attachment`. Writing is done inside a transaction."""

    def __init__(self, db: Database, spans: Spans) -> None:
        self._db = db
        self._spans = spans

    def add(self, document: Document) -> None:
        """Note that a conversation is a document."""
        self._db.execute(
            "INSERT INTO document (conversation_id, name, kind, bytes, pages, sha256, added_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                document.id,
                storable(document.name),
                document.kind,
                document.bytes,
                document.pages,
                document.sha256,
                to_text(document.added_at),
            ],
        )

    def place(self, message_id: int, passage: Passage) -> None:
        """Note where in its document a passage stands."""
        values = [message_id, passage.page, passage.first_line, passage.last_line]
        self._db.execute("INSERT INTO passage VALUES (?, ?, ?, ?)", values)

    def get(self, document_id: int) -> Document | None:
        """A document, or None when there is none under this id."""
        rows = self._db.query(f"{_READ} WHERE conversation_id = ?", [document_id])
        return next(map(_document, rows), None)

    def all(self) -> list[Document]:
        """All documents, the newest first."""
        return [_document(row) for row in self._db.query(f"{_READ} ORDER BY added_at DESC, conversation_id DESC")]

    def same(self, sha256: str, space: str) -> Document | None:
        """The whole document with these very bytes in a space, if it is here."""
        rows = self._db.query(
            f"{_READ} JOIN conversation ON conversation.id = conversation_id WHERE sha256 = ? AND space = ?",
            [sha256, space],
        )
        return next(map(_document, rows), None)

    def named(self, name: str) -> bool:
        """Whether there is a document of this name."""
        row = self._db.execute("SELECT 1 FROM document WHERE casefold(name) = casefold(?)", [storable(name)]).fetchone()
        return row is not None

    def passages(self, message_ids: Collection[int]) -> dict[int, Passage]:
        """Where these messages stand in their documents; those of no document are left out."""
        rows = self._db.execute(
            f"SELECT message_id, page, first_line, last_line FROM passage WHERE message_id IN ({_GIVEN})",
            [json.dumps(list(message_ids))],
        )
        return {key: Passage(*where) for key, *where in rows.fetchall()}

    def attach(self, message_id: int, document_id: int) -> None:
        """Note that a document was handed over with a message. Idempotent."""
        self._db.execute("INSERT OR IGNORE INTO attachment VALUES (?, ?)", [message_id, document_id])

    def in_conversation(self, conversation_id: int) -> list[tuple[int, Document]]:
        """The documents attached in a conversation, each with its message, in the order of the messages."""
        rows = self._db.query(
            f"SELECT attachment.message_id, found.* FROM attachment JOIN message ON message.id = attachment.message_id "
            f"JOIN ({_READ}) found ON found.conversation_id = document_id "
            "WHERE message.conversation_id = ? ORDER BY attachment.message_id, document_id",
            [conversation_id],
        )
        return [(row["message_id"], _document(row)) for row in rows]

    def first_span(self, document_id: int) -> Span | None:
        """The span at the beginning of a document."""
        key = self._db.execute("SELECT min(id) FROM span WHERE conversation_id = ?", [document_id]).fetchone()[0]
        return self._spans.read([key]).get(key) if key else None

    def attached(self, message_ids: Collection[int]) -> dict[int, list[Document]]:
        """The documents that were handed over with each of these messages."""
        rows = self._db.query(
            f"SELECT attachment.message_id, found.* FROM attachment "
            f"JOIN ({_READ}) found ON found.conversation_id = document_id "
            f"WHERE attachment.message_id IN ({_GIVEN}) ORDER BY attachment.message_id, document_id",
            [json.dumps(list(message_ids))],
        )
        found: dict[int, list[Document]] = {}
        for row in rows:
            found.setdefault(row["message_id"], []).append(_document(row))
        return found


def _document(row: dict[str, Any]) -> Document:
    return Document(
        id=row["conversation_id"],
        name=row["name"],
        kind=DocumentKind(row["kind"]),
        bytes=row["bytes"],
        pages=row["pages"],
        sha256=row["sha256"],
        added_at=from_text(row["added_at"]),
        passages=row["passages"],
    )
