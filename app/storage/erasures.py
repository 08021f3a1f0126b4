"""Takes messages out of a store with all that came from them, and keeps a journal of it without a word of theirs.

The same functions work on the store and on its backups, which may be of an earlier Mneme and lack some tables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from app.core.clock import to_text
from app.core.types import Message, Role
from app.storage.conversations import Conversations

Retitle = Callable[[str], str]

_GIVEN = "SELECT value FROM json_each(?)"
_READ_BEFORE = 2_000  # characters of what was said before that the model reads with a message

_DATES = """
UPDATE recall SET "when" = '' WHERE "when" != '' AND id IN (
    SELECT recall_id FROM recall_hit JOIN span ON span.id = span_id WHERE span.first_message_id IN (
        SELECT value FROM json_each(?)))
"""

_NEXT_SPANS = """
SELECT (SELECT min(id) FROM span after WHERE after.conversation_id = span.conversation_id AND after.id > span.id)
FROM span WHERE first_message_id IN (SELECT value FROM json_each(?))
"""

_AFTER = "SELECT id, length(text) FROM message WHERE conversation_id = ? AND id > ? ORDER BY id LIMIT 200"


class Open(NamedTuple):
    """An erasure that was begun and not finished."""

    id: int
    holder: str
    uids: tuple[str, ...]


class Erasures:
    """The table `erasure`, and the removal itself. Inside a transaction, but for what only reads."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, uids: Sequence[str], holder: str, now: datetime) -> int:
        """Write down which messages are to go, before anything does; the number of the erasure."""
        key = self._db.execute(
            "INSERT INTO erasure (holder, begun_at, uids, outcome) VALUES (?, ?, ?, '{}')",
            [holder, to_text(now), json.dumps(list(uids))],
        ).lastrowid
        assert key is not None
        return key

    def open(self) -> list[Open]:
        """Erasures that have not been finished, in order."""
        rows = self._db.execute("SELECT id, holder, uids FROM erasure WHERE finished_at IS NULL ORDER BY id").fetchall()
        return [Open(key, holder, tuple(json.loads(uids))) for key, holder, uids in rows]

    def finish(self, key: int, outcome: Mapping[str, float], now: datetime) -> None:
        """Write down how it ended, in numbers; which messages they were is forgotten."""
        self._db.execute(
            "UPDATE erasure SET finished_at = ?, uids = '[]', outcome = ? WHERE id = ?",
            [to_text(now), json.dumps(dict(outcome)), key],
        )

    def outcomes(self, limit: int = 20) -> list[tuple[str, dict[str, float]]]:
        """When the last erasures were finished, and their numbers; the newest first."""
        rows = self._db.execute(
            "SELECT finished_at, outcome FROM erasure WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT ?", [limit]
        )
        return [(at, json.loads(outcome)) for at, outcome in rows.fetchall()]

    def uids(self, ids: Collection[int]) -> list[str]:
        """The lasting names of messages."""
        rows = self._db.execute(f"SELECT uid FROM message WHERE id IN ({_GIVEN})", [json.dumps(list(ids))])
        return [row[0] for row in rows.fetchall()]

    def ids(self, uids: Iterable[str]) -> list[int]:
        """The messages of these names that are there."""
        rows = self._db.execute(f"SELECT id FROM message WHERE uid IN ({_GIVEN}) ORDER BY id", [json.dumps(list(uids))])
        return [row[0] for row in rows.fetchall()]

    def same_words(self, ids: Collection[int], least: int) -> list[int]:
        """Other messages with the very text of one of these, where that is of `least` characters."""
        given = json.dumps(list(ids))
        same = f"SELECT text FROM message WHERE id IN ({_GIVEN}) AND length(text) >= ?"
        rows = self._db.execute(
            f"SELECT id FROM message WHERE text IN ({same}) AND id NOT IN ({_GIVEN})", [given, least, given]
        )
        return [row[0] for row in rows.fetchall()]

    def rows(self) -> dict[str, int]:
        """How many rows each ordinary table has."""
        names = [name for name in self._db.table_names() if not name.startswith(("sqlite_", "_sqlite", "span_text"))]
        return {name: int(self._db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names}

    def remove(self, ids: Collection[int], retitle: Retitle, *, settle: bool = True) -> None:
        """Delete messages and all that came from them, and mend what depended on them.

        Replies go on from what was said before; a title that was taken from a message is taken from what is left; a
        conversation without messages goes; keys, observations and dates that were made with these words in view are
        made anew. Nothing of the words stays in the index of words.
        """
        given = json.dumps(sorted(ids))
        talks = self._talks(given)
        self._relink(given, set(ids))
        titles = self._titles(given)
        self._forget_derived(given, talks)
        self._db.execute(f"DELETE FROM message WHERE id IN ({_GIVEN})", [given])
        for talk in talks:
            self._mend_talk(talk, titles.get(talk, set()), retitle)
        if settle:
            self._db.execute("INSERT INTO span_text (span_text) VALUES ('optimize')")

    def would_remove(self, ids: Collection[int], retitle: Retitle) -> dict[str, int]:
        """How many rows of each table would go: taken out, counted, and put back. Outside of a transaction."""
        self._db.conn.execute("BEGIN IMMEDIATE")
        try:
            before = self.rows()
            self.remove(ids, retitle, settle=False)
            after = self.rows()
        finally:
            self._db.conn.rollback()
        return {table: count - after[table] for table, count in before.items() if count > after[table]}

    def messages(self, ids: Collection[int]) -> list[Message]:
        """Those of these messages that are there, in order."""
        conversations = Conversations(self._db)
        known = self._db.execute(f"SELECT id FROM message WHERE id IN ({_GIVEN}) ORDER BY id", [json.dumps(list(ids))])
        return [conversations.message(row[0]) for row in known.fetchall()]

    def in_conversations(self, ids: Collection[int]) -> list[int]:
        """The messages of conversations, on all branches."""
        rows = self._db.execute(f"SELECT id FROM message WHERE conversation_id IN ({_GIVEN})", [json.dumps(list(ids))])
        return [row[0] for row in rows.fetchall()]

    def in_episodes(self, uids: Collection[str]) -> list[int]:
        """The messages of episodes."""
        rows = self._db.execute(
            "SELECT message.id FROM episode JOIN message ON message.conversation_id = episode.conversation_id AND "
            f"message.id BETWEEN first_message_id AND last_message_id WHERE episode.uid IN ({_GIVEN})",
            [json.dumps(list(uids))],
        )
        return [row[0] for row in rows.fetchall()]

    def of_spans(self, ids: Collection[int]) -> list[int]:
        """The messages that spans are of."""
        rows = self._db.execute(
            "SELECT DISTINCT message.id FROM span JOIN message ON message.conversation_id = span.conversation_id "
            f"AND message.id BETWEEN first_message_id AND last_message_id WHERE span.id IN ({_GIVEN})",
            [json.dumps(list(ids))],
        )
        return [row[0] for row in rows.fetchall()]

    def stale_spans(self, ids: Collection[int]) -> list[int]:
        """Spans whose other wordings were made with one of these messages before them."""
        rows = self._db.execute(_NEXT_SPANS, [json.dumps(list(ids))]).fetchall()
        return sorted({row[0] for row in rows if row[0] is not None})

    def _talks(self, given: str) -> dict[int, int]:
        """The conversations of the messages, with the first of these in each."""
        rows = self._db.execute(
            f"SELECT conversation_id, min(id) FROM message WHERE id IN ({_GIVEN}) GROUP BY conversation_id", [given]
        )
        return dict(rows.fetchall())

    def _relink(self, given: str, gone: set[int]) -> None:
        """What followed on a message that goes follows on what that followed on."""
        parents = dict(
            self._db.execute(f"SELECT id, parent_id FROM message WHERE id IN ({_GIVEN})", [given]).fetchall()
        )
        rows = self._db.execute(f"SELECT id, parent_id FROM message WHERE parent_id IN ({_GIVEN})", [given]).fetchall()
        for child, before in rows:
            parent = before
            while parent in gone:
                parent = parents.get(parent)
            self._db.execute("UPDATE message SET parent_id = ? WHERE id = ?", [parent, child])

    def _titles(self, given: str) -> dict[int, set[str]]:
        """For each conversation the words of its title that a message which goes has, too."""
        rows = self._db.execute(
            "SELECT conversation.id, title, text FROM message JOIN conversation ON conversation.id = conversation_id "
            f"WHERE message.id IN ({_GIVEN})",
            [given],
        )
        shared: dict[int, set[str]] = {}
        for talk, title, text in rows.fetchall():
            shared.setdefault(talk, set()).update(_words(title) & _words(text))
        return shared

    def _forget_derived(self, given: str, talks: Mapping[int, int]) -> None:
        if self._has("recall", "when"):
            self._db.execute(_DATES, [given])
        if self._has("span_key"):
            stale = [(row[0],) for row in self._db.execute(_NEXT_SPANS, [given]).fetchall()]
            self._db.conn.executemany("DELETE FROM span_key WHERE span_id = ?", stale)
        if self._has("observation"):
            for talk, first in talks.items():
                self._db.conn.executemany("DELETE FROM observation WHERE message_id = ?", self._read_with(talk, first))

    def _read_with(self, talk: int, first: int) -> list[tuple[int]]:
        """Messages that a model read with what goes in view."""
        found, room = [], _READ_BEFORE
        for key, length in self._db.execute(_AFTER, [talk, first]).fetchall():
            if room <= 0:
                break
            found.append((key,))
            room -= length
        return found

    def _mend_talk(self, talk: int, shared: set[str], retitle: Retitle) -> None:
        """An empty conversation goes; one whose title has a word that only a message which went had gets another."""
        rows = self._db.execute(
            "SELECT text FROM message WHERE conversation_id = ? ORDER BY role != ?, id", [talk, Role.USER]
        ).fetchall()
        if not rows:
            self._db.execute("DELETE FROM conversation WHERE id = ?", [talk])
        elif shared - set().union(*(_words(text) for (text,) in rows)):
            self._db.execute("UPDATE conversation SET title = ? WHERE id = ?", [retitle(rows[0][0]), talk])

    def _has(self, table: str, column: str = "") -> bool:
        columns = [row[1] for row in self._db.execute(f'PRAGMA table_info("{table}")').fetchall()]
        return column in columns if column else bool(columns)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
