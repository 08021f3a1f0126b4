"""Reads a store out, as it was at one moment, for an archive. Nothing is written, and nobody waits for it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

from app.core.types import MessageState
from app.storage.database import explained
from app.storage.migrations import migrations
from app.storage.parts import ACROSS, NUMBERED, OF_CONVERSATIONS, Column, Part, columns, present

Row = dict[str, Any]
_AT_ONCE = 4_096
_UNDO = {"spans": "span", "episodes": "episode"}


class Space(NamedTuple):
    """The vectors of one embedder: how many spans have one, how many have other wordings, and how many these are."""

    id: int
    identity: str
    dimension: int
    vectors: int
    keyed: int
    keys: int


class Outgoing:
    """A view of the store at `path` on a connection of its own, for any thread: all of it, or messages of these ids
    with what came from them. Use as a context manager. Errors are StoreErrors."""

    def __init__(self, path: Path, ids: Collection[int] | None = None) -> None:
        self._path = path
        with explained(path):
            connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=5)
            connection.execute("PRAGMA cache_size = -16000")
            self._db = Database(connection)
            self._db.execute("BEGIN")
            self._choose(ids)
            self.parts = present(self._db, (*OF_CONVERSATIONS, *ACROSS))
            tables = {part.table: part for part in self.parts}
            for table in NUMBERED:
                if table in tables:
                    self._number(tables[table], whole=ids is None)

    def __enter__(self) -> Outgoing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @property
    def steps(self) -> list[str]:
        """The migrations that this store has been through, in order."""
        return [step.name for step in migrations.applied(self._db)]

    def rows(self, part: Part) -> Iterator[Row]:
        """The rows of a part, as an archive has them."""
        found = columns(self._db, part)
        fields = [*(column.field for column in found), *part.extra]
        loaded = list(part.extra)
        with explained(self._path):
            for values in self._db.execute(self._select(part, found)):
                row = dict(zip(fields, values, strict=False))
                for name in loaded:
                    row[name] = json.loads(row[name]) if row[name] is not None else None
                yield self._mended(part, row, values[-1])

    def themes(self) -> Iterator[Row]:
        """Themes with their episodes and lines; those that were taken out of one by a person come without a moment."""
        of = "JOIN temp.n_episode e ON e.id = episode_id"
        rows = self._db.execute("SELECT id, made_at FROM theme ORDER BY id").fetchall()
        for key, at in [*rows, (None, None)]:
            episodes = self._db.execute(
                f"SELECT e.number, likeness FROM theme_episode {of} WHERE theme_id IS ? ORDER BY e.number", [key]
            ).fetchall()
            lines = self._db.execute(
                "SELECT s.number FROM theme_line JOIN temp.n_span s ON s.id = span_id WHERE theme_id IS ? "
                "ORDER BY rank",
                [key],
            ).fetchall()
            if episodes:
                yield {"made_at": at, "episodes": [list(row) for row in episodes], "lines": [row[0] for row in lines]}

    def changes(self) -> Iterator[Row]:
        """The diary: what was changed, about what, and the way back."""
        runs = "LEFT JOIN temp.n_job_run r ON r.id = job_run_id"
        query = (
            f"SELECT c.id, at, r.number, actor, kind, detail, undo, undone_at FROM change_log c {runs} ORDER BY c.id"
        )
        for key, at, run, actor, kind, detail, undo, undone in self._db.execute(query):
            if subjects := self._subjects(key):
                yield {
                    **{"at": at, "job_run": run, "actor": actor, "kind": kind, "detail": json.loads(detail)},
                    **{"undo": self._undo(json.loads(undo)), "undone_at": undone, "subjects": subjects},
                }

    def spaces(self) -> list[Space]:
        """The embedders that have vectors here."""
        rows = self._db.execute(
            "SELECT id, identity, dimension FROM embedder WHERE identity NOT LIKE 'next %' ORDER BY identity"
        ).fetchall()
        found = [Space(key, identity, size, *self._sizes(key, size)) for key, identity, size in rows]
        return [space for space in found if space.vectors or space.keyed]

    def vectors(self, space: Space) -> Iterator[tuple[npt.NDArray[np.int64], bytes]]:
        """The numbers of spans in order, and their vectors one after the other (float32)."""
        yield from self._blobs("span_vector", "vector", space.id)

    def keys(self, space: Space) -> Iterator[tuple[npt.NDArray[np.int64], bytes]]:
        """The numbers of spans in order, each with how many keys it has, and these one after the other (float16)."""
        query = (
            "SELECT n.number, length(vectors), vectors FROM temp.n_span n JOIN span_key k ON k.span_id = n.id "
            "WHERE embedder_id = ? ORDER BY n.number"
        )
        rows = self._db.execute(query, [space.id])
        while part := rows.fetchmany(_AT_ONCE):
            counts = [(number, length // (2 * space.dimension)) for number, length, _ in part]
            yield np.array(counts, dtype="<i8"), b"".join([row[2] for row in part])

    def _blobs(self, table: str, column: str, key: int) -> Iterator[tuple[npt.NDArray[np.int64], bytes]]:
        rows = self._db.execute(
            f"SELECT n.number, {column} FROM temp.n_span n JOIN {table} v ON v.span_id = n.id "
            "WHERE embedder_id = ? ORDER BY n.number",
            [key],
        )
        while part := rows.fetchmany(_AT_ONCE):
            yield np.array([row[0] for row in part], dtype="<i8"), b"".join([row[1] for row in part])

    def _sizes(self, key: int, dimension: int) -> tuple[int, int, int]:
        on = "FROM temp.n_span n JOIN {} v ON v.span_id = n.id WHERE embedder_id = ?"
        vectors = self._db.execute(f"SELECT count(*) {on.format('span_vector')}", [key]).fetchone()[0]
        keyed, length = self._db.execute(
            f"SELECT count(*), coalesce(sum(length(vectors)), 0) {on.format('span_key')}", [key]
        ).fetchone()
        return int(vectors), int(keyed), int(length) // (2 * dimension)

    def _choose(self, ids: Collection[int] | None) -> None:
        self._db.execute("CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY)")
        if ids is not None:
            self._db.conn.executemany("INSERT OR IGNORE INTO chosen VALUES (?)", [(key,) for key in ids])

    def _number(self, part: Part, *, whole: bool) -> None:
        """Number the rows of a table that travel: in the order of what they belong to, then of their ids."""
        table = part.table
        refs = [column for column in columns(self._db, part) if column.ref and column.required]
        joins = [f"JOIN temp.n_{c.ref} r{i} ON r{i}.id = t.{c.name}" for i, c in enumerate(refs)]
        where = [part.where] if part.where else []
        if not whole and table == "message":
            where.append("t.id IN (SELECT id FROM temp.chosen)")
        if not whole and table == "conversation":
            where.append("t.id IN (SELECT conversation_id FROM message WHERE id IN (SELECT id FROM temp.chosen))")
        order = "r0.number, t.id" if refs else "t.id"
        self._db.execute(f"CREATE TEMP TABLE n_{table} (id INTEGER PRIMARY KEY, number INTEGER NOT NULL)")
        self._db.execute(
            f"INSERT INTO temp.n_{table} SELECT t.id, row_number() OVER (ORDER BY {order}) - 1 FROM {table} t "
            f"{' '.join(joins)} {'WHERE ' + ' AND '.join(where) if where else ''}"
        )

    def _select(self, part: Part, found: list[Column]) -> str:
        numbered = part.table in NUMBERED
        joins = [f"JOIN temp.n_{part.table} self ON self.id = t.id"] if numbered else []
        fields, order = [], ["self.number"] if numbered else []
        for i, column in enumerate(found):
            if not column.ref:
                fields.append(f't."{column.name}"')
                continue
            how = "JOIN" if column.required else "LEFT JOIN"
            joins.append(f"{how} temp.n_{column.ref} r{i} ON r{i}.id = t.{column.name}")
            fields.append(f"r{i}.number")
            order += [f"r{i}.number"] if column.required else []
        order += [f't."{name}"' for name in part.key]
        last = "t.parent_id" if part.table == "message" else "NULL"
        return (
            f"SELECT {', '.join([*fields, *part.extra.values(), last])} FROM {part.table} t {' '.join(joins)} "
            f"{'WHERE ' + part.where if part.where and not numbered else ''} ORDER BY {', '.join(order)}"
        )

    def _mended(self, part: Part, row: Row, parent: int | None) -> Row:
        if part.table == "message":
            if row["state"] == MessageState.STREAMING:
                row["state"] = MessageState.INTERRUPTED
            if row["parent"] is None and parent is not None:
                row["parent"] = self._nearest(parent)
        if part.table == "link" and row["a"] > row["b"]:
            row["a"], row["b"] = row["b"], row["a"]
        return row

    def _nearest(self, key: int | None) -> int | None:
        """The nearest message at or above this one that travels."""
        while key is not None:
            found = self._db.execute(
                "SELECT number, parent_id FROM message LEFT JOIN temp.n_message n ON n.id = message.id "
                "WHERE message.id = ?",
                [key],
            ).fetchone()
            if found is None or found[0] is not None:
                return None if found is None else int(found[0])
            key = found[1]
        return None

    def _subjects(self, key: int) -> list[list[Any]]:
        rows = self._db.execute("SELECT subject, subject_id FROM change_subject WHERE change_id = ?", [key]).fetchall()
        found = []
        for subject, number in rows:
            table = "job_run" if subject == "run" else subject
            if table in NUMBERED and (there := self._number_of(table, number)) is not None:
                found.append([subject, there])
        return sorted(found)

    def _undo(self, undo: Row) -> Row:
        """The way back with numbers for ids; what this Mneme does not know the meaning of stays here."""
        found: Row = {}
        for name, table in _UNDO.items():
            keys = [self._number_of(table, key) for key in undo.get(name, [])]
            if kept := [number for number in keys if number is not None]:
                found[name] = kept
        before = [[self._number_of("episode", int(key)), state] for key, state in undo.get("before", {}).items()]
        if states := [pair for pair in before if pair[0] is not None]:
            found["before"] = sorted(states)
        return found

    def _number_of(self, table: str, key: int) -> int | None:
        row = self._db.execute(f"SELECT number FROM temp.n_{table} WHERE id = ?", [key]).fetchone()
        return int(row[0]) if row else None
