"""What people stated, as pointers into their messages, and which messages were read for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from app.core.clock import from_text, to_text
from app.core.errors import InputError
from app.core.facts import FactKind, NewStatement, Statement
from app.core.text import storable
from app.core.types import Message, MessageState, Role
from app.storage.spaces import in_space

_READ = """
SELECT fact.*, substr(message.text, fact.start + 1, fact."end" - fact.start) AS quote
FROM fact JOIN message ON message.id = message_id {}
"""

_KNOWN = 200  # statements that a new one is compared with: about a millisecond

_PENDING = """
SELECT message.id FROM message LEFT JOIN fact_reading ON message_id = message.id
WHERE role = ? AND state = ? AND fact_reading.version IS NOT ? AND message.id > ? ORDER BY message.id LIMIT ?
"""


class Facts:
    """The tables `fact` (statements), `fact_reading` and `fact_same`. All go with the message they point into.

    What was merged by hand is read as what it was merged into says it: of the same subject, attribute and value.
    """

    def __init__(self, db: Database, space: str | None = None) -> None:
        self._db = db
        self._inside, self._values = in_space(space, "message") if space is not None else ("", [])

    def inside(self, space: str | None) -> Facts:
        """The same, of what was stated in a space alone; None is everywhere, "" what is in no space."""
        return Facts(self._db, space)

    def add(self, said: NewStatement) -> int:
        """Store a statement; its id. Raises InputError when its quote is not in its message, or not about its value."""
        if not self.rests(said):
            raise InputError("A fact needs words of a message to rest on, and these do not say it. It was not kept.")
        found = self._db.execute(
            'INSERT INTO fact (message_id, start, "end", subject, attribute, value, kind, said_at, since, until, adds, '
            "mends, by_hand, confidence, method) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                said.message_id,
                said.start,
                said.end,
                storable(said.subject),
                storable(said.attribute),
                storable(said.value),
                said.kind,
                to_text(said.said_at),
                to_text(said.since) if said.since else None,
                to_text(said.until) if said.until else None,
                said.adds,
                said.mends,
                said.by_hand,
                said.confidence,
                said.method,
            ],
        )
        assert found.lastrowid is not None
        return found.lastrowid

    def rests(self, said: NewStatement) -> bool:
        """Whether the quote of a statement stands in its message, and its value in the quote."""
        row = self._db.execute("SELECT text FROM message WHERE id = ?", [said.message_id]).fetchone()
        return row is not None and stands(row[0], said.start, said.end, said.value)

    def get(self, statement_id: int) -> Statement | None:
        """One statement, or None when it is gone."""
        one = self.own(statement_id)
        return self._merged().get(statement_id, one) if one is not None else None

    def own(self, statement_id: int) -> Statement | None:
        """The same in its own words, merged or not."""
        return next(self._found("WHERE fact.id = ?", [statement_id]), None)

    def of_subjects(self, subjects: Sequence[str]) -> list[Statement]:
        """All that was said of these subjects, in the order it was said."""
        found = self._found(f"WHERE subject IN ({_marks(subjects)})", subjects)
        return _in_order(self._read(found, lambda said: said.subject in subjects))

    def of_messages(self, message_ids: Sequence[int]) -> list[Statement]:
        """All that was said in these messages."""
        merged = self._merged()
        return [merged.get(one.id, one) for one in self._own(message_ids)]

    def all(self) -> list[Statement]:
        """Everything that was stated, in the order it was said."""
        return _in_order(self._read(self._found("", []), lambda _: True))

    def slots(self) -> list[tuple[str, str]]:
        """Every subject with each of its attributes."""
        said = f"JOIN message ON message.id = message_id AND {self._inside}" if self._inside else ""
        rows = self._db.execute(f"SELECT DISTINCT subject, attribute FROM fact {said}", self._values)
        return [(row[0], row[1]) for row in rows.fetchall()]

    def of_slots(self, slots: Sequence[tuple[str, str]]) -> list[Statement]:
        """What was stated of these attributes, in the order it was said."""
        found: list[Statement] = []
        for start in range(0, len(slots), 200):
            part = slots[start : start + 200]
            either = " OR ".join(["subject = ? AND attribute = ?"] * len(part))
            found += self._found(f"WHERE {either}", [word for slot in part for word in slot])
        return _in_order(self._read(found, lambda said: (said.subject, said.attribute) in slots))

    def named(self) -> list[Statement]:
        """The statements that give somebody's name."""
        found = self._found("WHERE attribute IN ('name', 'partner')", [])
        return _in_order(self._read(found, lambda said: said.attribute in ("name", "partner")))

    def under(self, owner: str) -> list[Statement]:
        """What was stated last of somebody and of what is theirs, in the order it was said; bounded."""
        rows = self._found(
            "WHERE +subject = ? OR (+subject > ? AND +subject < ?) ORDER BY fact.id DESC LIMIT ?",
            [owner, f"{owner}/", f"{owner}0", _KNOWN],
        )
        return _in_order(self._read(rows, lambda said: said.subject == owner or said.subject.startswith(f"{owner}/")))

    def said_before(self, message: Message, since: datetime) -> list[Statement]:
        """What the person stated with their message before this one in its conversation, if it is not older."""
        row = self._db.execute(
            "SELECT max(id) FROM message WHERE conversation_id = ? AND id < ? AND role = ? AND speaker = ? "
            "AND created_at >= ?",
            [message.conversation_id, message.id, message.role, message.speaker, to_text(since)],
        ).fetchone()
        return self.of_messages([row[0]]) if row[0] else []

    def subjects(self) -> list[str]:
        """Of whom and what anything was said."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT subject FROM fact").fetchall()]

    def reject(self, statement_ids: Iterable[int], rejected: bool = True) -> None:
        """Take statements back, or let them count again. They stay, so that reading anew does not bring them back."""
        self._db.conn.executemany(
            "UPDATE fact SET rejected = ? WHERE id = ?", [(rejected, key) for key in statement_ids]
        )

    def merge(self, statement_ids: Sequence[int], into: int) -> dict[int, int]:
        """Read these statements as `into` says it from now on, and what was merged into one of them, too. What each was
        merged into before, 0 for nothing, to be handed to `part`."""
        same = dict(self._db.execute("SELECT fact_id, as_id FROM fact_same").fetchall())
        into = same.get(into, into)
        moving = {*statement_ids, *(key for key, other in same.items() if other in statement_ids)} - {into}
        self._db.conn.executemany("INSERT OR REPLACE INTO fact_same VALUES (?, ?)", [(key, into) for key in moving])
        return {key: same.get(key, 0) for key in moving}

    def part(self, before: Mapping[int, int]) -> None:
        """Undo a merge: each statement is merged again into what it was before, or stands by itself."""
        there = (
            {row[0] for row in self._db.execute("SELECT id FROM fact").fetchall()} if any(before.values()) else set()
        )
        self._db.conn.executemany("DELETE FROM fact_same WHERE fact_id = ?", [(key,) for key in before])
        kept = [(key, into) for key, into in before.items() if {key, into} <= there]
        self._db.conn.executemany("INSERT INTO fact_same VALUES (?, ?)", kept)

    def pending(self, version: str, after: int, limit: int) -> list[int]:
        """What the person said and this version of the rules has not read, in the order it was said."""
        rows = self._db.execute(_PENDING, [Role.USER, MessageState.COMPLETE, version, after, limit])
        return [row[0] for row in rows.fetchall()]

    def put(self, message_id: int, said: Sequence[NewStatement]) -> list[int]:
        """Make these what the rules read in a message, but for what was set right by hand or taken back; the new ids.

        What was read there before stays as it is, and what has no words to rest on is left out. What a model read
        stays only where the rules are silent.
        """
        before = self._own([message_id])
        known = {_same(one): one for one in before}
        wanted = {_same(one): one for one in said if self.rests(one)}
        stays = [one for one in before if one.rejected or one.method == "hand" or (one.by_model and not wanted)]
        gone = [one for key, one in known.items() if key not in wanted and one not in stays]
        self._db.conn.executemany("DELETE FROM fact WHERE id = ?", [(one.id,) for one in gone])
        new = []
        for key, one in wanted.items():
            if key not in known:
                with suppress(InputError):  # a rule that read more than is there costs a fact, never the message
                    new.append(self.add(one))
        return new

    def mark_read(self, message_id: int, version: str) -> None:
        """Note that a version of the rules has read a message."""
        self._db.execute("INSERT OR REPLACE INTO fact_reading VALUES (?, ?)", [message_id, version])

    def _own(self, message_ids: Sequence[int]) -> list[Statement]:
        """What was said in these messages, in its own words."""
        return list(self._found(f"WHERE message_id IN ({_marks(message_ids)}) ORDER BY fact.id", message_ids))

    def _read(self, found: Iterable[Statement], fits: Callable[[Statement], bool]) -> list[Statement]:
        """These statements without those that were merged into others, and with the merged ones that fit."""
        merged = self._merged()
        return [one for one in found if one.id not in merged] + [one for one in merged.values() if fits(one)]

    def _merged(self) -> dict[int, Statement]:
        """What was merged by hand, as what it was merged into says it: few rows, and most often none."""
        same = dict(self._db.execute("SELECT fact_id, as_id FROM fact_same").fetchall())
        if not same:
            return {}
        own = {one.id: one for one in self._found(f"WHERE fact.id IN ({_marks(same)})", list(same))}
        others = list(set(same.values()))
        query = f"SELECT id, subject, attribute, value FROM fact WHERE id IN ({_marks(others)})"
        rows = self._db.execute(query, others)
        into = {row[0]: row[1:] for row in rows.fetchall()}
        return {key: _as(one, *into[same[key]]) for key, one in own.items()}

    def _found(self, where: str, values: Sequence[Any]) -> Iterator[Statement]:
        read = _READ.format(f"AND {self._inside}" if self._inside else "")
        for row in self._db.query(f"{read} {where}", [*self._values, *values]):
            yield _statement(row)


def _statement(row: dict[str, Any]) -> Statement:
    return Statement(
        message_id=row["message_id"],
        start=row["start"],
        end=row["end"],
        subject=row["subject"],
        attribute=row["attribute"],
        value=row["value"],
        kind=FactKind(row["kind"]),
        said_at=from_text(row["said_at"]),
        since=from_text(row["since"]) if row["since"] else None,
        until=from_text(row["until"]) if row["until"] else None,
        adds=bool(row["adds"]),
        mends=bool(row["mends"]),
        by_hand=bool(row["by_hand"]),
        confidence=row["confidence"],
        method=row["method"],
        id=row["id"],
        quote=row["quote"],
        rejected=bool(row["rejected"]),
    )


def _same(said: NewStatement) -> tuple[object, ...]:
    """What makes a statement of a message the one it is."""
    return (said.start, said.subject, said.attribute, said.value, said.kind, said.since, said.until, said.adds)


def _as(said: Statement, subject: str, attribute: str, value: str) -> Statement:
    """A statement as if it said this. One that ends whatever there was still does."""
    return replace(said, subject=subject, attribute=attribute, value=value if said.value else "")


def _in_order(said: Iterable[Statement]) -> list[Statement]:
    """In the order it was said."""
    return sorted(said, key=lambda one: (one.said_at, one.id))


def _marks(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values))


def stands(text: str, start: int, end: int, value: str) -> bool:
    """Whether the characters [start, end) of a text are a quote, and the value stands in it. Pure."""
    quote = text[start:end] if 0 <= start < end <= len(text) else ""
    return bool(quote.strip()) and _plain(value) in _plain(quote)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
