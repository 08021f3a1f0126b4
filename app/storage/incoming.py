"""Takes rows of an archive into a store: what is known already is recognised, and what differs is kept beside it.

The rows have been checked against the schema before; see `app.archive.check`. One `Incoming` serves one import, and
every call runs inside a transaction of the caller's. Rows come in the order of their numbers.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from app.core.types import Place, Space
from app.storage.entities import Entities
from app.storage.incoming_vectors import IncomingVectors
from app.storage.parts import GONE, NUMBERED, Column, Part, columns
from app.storage.places import Places
from app.storage.spaces import Spaces
from app.storage.spans import spaced
from app.storage.vouching import Vouching

Row = dict[str, Any]


class Incoming:
    """What has come in so far: for each numbered table the ids of its rows by their numbers in the archive."""

    def __init__(self, db: Database, source: str) -> None:
        self._db = db
        self._source = source  # names the archive in what is kept beside something else
        self._entities, self._places = Entities(db), Places(db)
        self._spaces, self._vouching = Spaces(db), Vouching(db)
        self._columns: dict[str, list[Column]] = {}
        self._new: set[int] = set()  # numbers of conversations that were not here before
        self._fresh: dict[int, tuple[str, str]] = {}  # of this conversation, what came in: who spoke, and the words
        self._where: dict[tuple[str, ...], int] = {}
        self.ids: dict[str, array[int]] = {table: array("q") for table in NUMBERED}
        self.vectors = IncomingVectors(db, self.ids["span"])
        self.added: dict[str, int] = {}
        self.known = 0
        self.conflicts = 0
        self.disbelieved = 0  # facts that do not stand in what their person said

    def put(self, part: Part, rows: Iterable[Row]) -> None:
        """Take rows of a part in. Its numbered rows are from then on known by their numbers."""
        uses = self._uses()
        take = {
            "conversation": self._conversation,
            "message": self._message,
            "span": self._span,
            "space": self._space,
        }.get(part.table)
        for row in rows:
            values = self._values(part, row)
            key = GONE
            if values is not None:
                key = take(part, row, values) if take else self._other(part, row, values)
            if part.table in NUMBERED:
                self.ids[part.table].append(key)
        if part.table in ("recall_hit", "feedback"):  # these are no uses of today
            self._db.execute("DELETE FROM memory_use WHERE id > ?", [uses])

    def known_message(self, uid: str, row: Row) -> bool | None:
        """Whether a message is here as it is in the archive; None when one of its name is, with other words."""
        found = self._db.execute(_SAME, [uid]).fetchone()
        return False if found is None else _content(found) == _content_of(row) or None

    def known_conversation(self, uid: str, external_id: str | None) -> int | None:
        """The conversation of this name, or of this id in the export it came from."""
        row = self._db.execute("SELECT id FROM conversation WHERE uid = ?", [uid]).fetchone()
        if row is None and external_id is not None:
            row = self._db.execute("SELECT id FROM conversation WHERE external_id = ?", [external_id]).fetchone()
        return int(row[0]) if row else None

    def put_theme(self, row: Row) -> None:
        """Take a theme in, unless one of its episodes is under another already, or was taken out of one."""
        episodes = [(self.ids["episode"][number], likeness) for number, likeness in row["episodes"]]
        episodes = [pair for pair in episodes if pair[0] != GONE]
        placed = "SELECT 1 FROM theme_episode WHERE episode_id IN (SELECT value FROM json_each(?)) LIMIT 1"
        taken = self._db.execute(placed, [json.dumps([key for key, _ in episodes])]).fetchone()
        if not episodes or (taken and row["made_at"] is not None):
            return
        theme = None
        if row["made_at"] is not None:
            theme = self._db.execute("INSERT INTO theme (made_at) VALUES (?)", [row["made_at"]]).lastrowid
            self._added("theme")
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO theme_episode (episode_id, theme_id, likeness) VALUES (?, ?, ?)",
            [(key, theme, likeness) for key, likeness in episodes],
        )
        lines = [(theme, rank, self.ids["span"][number]) for rank, number in enumerate(row["lines"])]
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO theme_line VALUES (?, ?, ?)", [line for line in lines if line[2] != GONE and theme]
        )

    def put_change(self, row: Row) -> None:
        """Take a line of the diary in, unless it is there."""
        subjects = [(name, self.ids["job_run" if name == "run" else name][number]) for name, number in row["subjects"]]
        subjects = [subject for subject in subjects if subject[1] != GONE]
        first = json.dumps([key for _, key in subjects])
        known = self._db.execute(_SAME_CHANGE, [row["at"], row["kind"], row["actor"], first]).fetchone()
        if known or not subjects:
            return
        run = None if row["job_run"] is None else self.ids["job_run"][row["job_run"]]
        values = [row["at"], None if run == GONE else run, row["actor"], row["kind"]]
        values += [json.dumps(row["detail"]), json.dumps(self._undo(row["undo"])), row["undone_at"]]
        key = self._db.execute(
            "INSERT INTO change_log (at, job_run_id, actor, kind, detail, undo, undone_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            values,
        ).lastrowid
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO change_subject VALUES (?, ?, ?)", [(key, name, number) for name, number in subjects]
        )
        self._added("change_log")

    def _undo(self, undo: Row) -> Row:
        spans, episodes = self.ids["span"], self.ids["episode"]
        found: Row = {
            "spans": [spans[n] for n in undo.get("spans", []) if spans[n] != GONE],
            "episodes": [episodes[n] for n in undo.get("episodes", []) if episodes[n] != GONE],
            "before": {str(episodes[n]): state for n, state in undo.get("before", []) if episodes[n] != GONE},
        }
        return {name: value for name, value in found.items() if value}

    def _conversation(self, part: Part, row: Row, values: Row) -> int:
        self._fresh.clear()
        self._where.clear()
        if (known := self.known_conversation(row["uid"], row["external_id"])) is not None:
            self._db.execute(
                "UPDATE conversation SET updated_at = max(updated_at, ?) WHERE id = ?", [row["updated_at"], known]
            )
            return known
        self._new.add(len(self.ids["conversation"]))
        values["space"] = self._spaces.called(row["space"])
        return self._insert(part, values)

    def _message(self, part: Part, row: Row, values: Row) -> int:
        found = self._db.execute(_SAME, [row["uid"]]).fetchone()
        talk = values["conversation_id"]
        if found is None and row["external_id"] is not None:
            found = self._db.execute(_SAME_ORIGIN, [talk, row["external_id"]]).fetchone()
        if found is not None:
            if found[1] == talk and _content(found) == _content_of(row):
                self.known += 1
                return int(found[0])
            told = "\0".join(map(str, (row["uid"], *_content_of(row))))
            uid = hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
            if (kept := self._db.execute("SELECT id FROM message WHERE uid = ?", [uid]).fetchone()) is not None:
                self.known += 1
                return int(kept[0])
            self.conflicts += 1
            values |= {"uid": uid, "external_id": f"another {row['uid']} of archive {self._source}"}
        values["place_id"] = self._place(tuple(row["place"])) if row["place"] is not None else None
        key = self._insert(part, values)
        self._fresh[key] = (row["speaker"], row["text"])
        return key

    def _place(self, parts: tuple[str, ...]) -> int:
        if parts not in self._where:
            self._where[parts] = self._places.key(Place(*parts))
        return self._where[parts]

    def _span(self, part: Part, row: Row, values: Row) -> int:
        """Spans come with the messages they are of: a message that was here has its own."""
        first, last = values["first_message_id"], values["last_message_id"]
        if first not in self._fresh:
            known = self._known(part, values)
            return GONE if known is None else known
        key = self._insert(part, values)
        speaker, text = self._fresh[first]
        words = text[row["start"] : row["end"]] if first == last else self._joined(values)
        self._db.execute(
            "INSERT INTO span_text (rowid, speaker, words) VALUES (?, ?, ?)", [key, speaker, spaced(words)]
        )
        if row["names"]:
            self._entities.add_all(key, row["names"], row["about"] or "")
        return key

    def _space(self, part: Part, row: Row, values: Row) -> int:
        """What is said of a space here stays; one that is new, or of which nothing is said, is as in the archive."""
        here = self._spaces.find(row["name"])
        if here is None:
            return self._insert(part, values)
        if here == Space(here.id, here.uid, here.name):
            given = {name: row[name] for name in ("uid", "persona", "temperature", "top_p", "max_reply_tokens")}
            self._spaces.save(replace(here, **given))
        return here.id

    def _other(self, part: Part, row: Row, values: Row) -> int:
        if (known := self._known(part, values)) is not None:
            return known
        if "conversation" in row and part.table == "episode" and row["conversation"] not in self._new:
            return GONE  # the conversation is cut here already, or will be
        if part.table == "fact" and not self._vouching.believes(values):
            self.disbelieved += 1
            return GONE
        if part.table == "link" and values["a_id"] > values["b_id"]:
            values["a_id"], values["b_id"] = values["b_id"], values["a_id"]
        if (
            part.table == "feedback"
            and not self._db.execute(
                "SELECT 1 FROM recall_hit WHERE recall_id = ? AND rank = ?", [values["recall_id"], values["rank"]]
            ).fetchone()
        ):
            return GONE
        if part.table == "job_run":
            values |= {"holder": "", "seen_at": row["ended_at"]}
        return self._insert(part, values)

    def cut(self, method: str | None) -> None:
        """Say by which method the last conversation was cut into its episodes, if it is new."""
        number = len(self.ids["conversation"]) - 1
        if method and number in self._new:
            self._db.execute(
                "UPDATE segmentation SET method = ? WHERE conversation_id = ?",
                [method, self.ids["conversation"][number]],
            )

    def _values(self, part: Part, row: Row) -> Row | None:
        """The row with ids for numbers; None where something that it needs was not taken in."""
        values: Row = {}
        for column in self._columns_of(part):
            value = row[column.field]
            if column.ref and value is not None:
                value = self.ids[column.ref][value]
                if value == GONE:
                    if column.required:
                        return None
                    value = None
            values[column.name] = value
        return values

    def _known(self, part: Part, values: Row) -> int | None:
        same = " AND ".join(f'"{name}" IS ?' for name in part.key)
        what = "id" if part.table in NUMBERED else "0"
        row = self._db.execute(
            f"SELECT {what} FROM {part.table} WHERE {same}", [values[name] for name in part.key]
        ).fetchone()
        return int(row[0]) if row else None

    def _insert(self, part: Part, values: Row) -> int:
        names = ", ".join(f'"{name}"' for name in values)
        done = self._db.execute(
            f"INSERT OR IGNORE INTO {part.table} ({names}) VALUES ({', '.join('?' * len(values))})",
            list(values.values()),
        )
        if done.rowcount <= 0:
            return GONE
        self._added(part.table)
        return int(done.lastrowid or 0)

    def _joined(self, values: Row) -> str:
        ends = [values["conversation_id"], values["first_message_id"], values["last_message_id"]]
        rows = self._db.execute(
            "SELECT text FROM message WHERE conversation_id = ? AND id BETWEEN ? AND ? ORDER BY id", ends
        )
        return "\n".join(row[0] for row in rows.fetchall())

    def _uses(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM memory_use").fetchone()[0])

    def _added(self, table: str) -> None:
        self.added[table] = self.added.get(table, 0) + 1

    def _columns_of(self, part: Part) -> list[Column]:
        if part.table not in self._columns:
            self._columns[part.table] = columns(self._db, part)
        return self._columns[part.table]


_SAME = "SELECT id, conversation_id, role, speaker, text, created_at FROM message WHERE uid = ?"
_SAME_ORIGIN = """
SELECT id, conversation_id, role, speaker, text, created_at FROM message WHERE conversation_id = ? AND external_id = ?
"""
_SAME_CHANGE = """
SELECT 1 FROM change_log WHERE at = ? AND kind = ? AND actor = ? AND EXISTS (
    SELECT 1 FROM change_subject WHERE change_id = change_log.id AND subject_id IN (SELECT value FROM json_each(?)))
"""


def _content(found: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(found[2:6])


def _content_of(row: Row) -> tuple[Any, ...]:
    return row["role"], row["speaker"], row["text"], row["created_at"]
