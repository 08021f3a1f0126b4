"""Which chat models can read facts, which messages one has read, and what it found there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlite_utils import Database

from app.core.errors import InputError
from app.core.facts import NewStatement
from app.core.types import MessageState, Role
from app.storage.facts import Facts

_SILENT = """
SELECT id FROM message JOIN fact_reading ON fact_reading.message_id = id
WHERE role = ? AND state = ? AND fact_reading.version = ?
AND NOT EXISTS (SELECT 1 FROM fact WHERE fact.message_id = message.id AND fact.method NOT LIKE 'model %')
AND NOT EXISTS (SELECT 1 FROM fact_model_reading AS r WHERE r.message_id = message.id AND r.version = ?)
ORDER BY id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Ability:
    """How well a model read `asked` messages whose facts are known. Precision and recall in 0..1."""

    able: bool
    precision: float
    recall: float
    asked: int


class FactReaders:
    """The tables `fact_reader` and `fact_model_reading`. A `version` names a model and how it is asked."""

    def __init__(self, db: Database, facts: Facts) -> None:
        self._db = db
        self._facts = facts

    def ability(self, version: str) -> Ability | None:
        """What was measured; None where nothing was."""
        query = "SELECT able, precision, recall, asked FROM fact_reader WHERE version = ?"
        row = self._db.execute(query, [version]).fetchone()
        return Ability(bool(row[0]), *row[1:]) if row else None

    def judge(self, version: str, found: Ability) -> None:
        """Keep what was measured."""
        values = [version, found.able, found.precision, found.recall, found.asked]
        self._db.execute("INSERT OR REPLACE INTO fact_reader VALUES (?, ?, ?, ?, ?)", values)

    def silent(self, rules: str, version: str, limit: int) -> list[int]:
        """Messages in which these rules found nothing and this model has not looked, the newest first."""
        values = [Role.USER, MessageState.COMPLETE, rules, version, limit]
        return [row[0] for row in self._db.execute(_SILENT, values).fetchall()]

    def put(self, message_id: int, said: Sequence[NewStatement], version: str) -> list[int]:
        """Make these what a model read in a message, and note that it has; the new ones' ids.

        What was taken back does not come back, and nothing is put beside what the rules read or a person wrote.
        """
        before = self._facts.of_messages([message_id])
        self._delete([one.id for one in before if one.by_model and not one.rejected])
        rejected = {(one.subject, one.attribute, one.value) for one in before if one.rejected}
        new = []
        for one in said if all(one.by_model for one in before) else ():
            if (one.subject, one.attribute, one.value) not in rejected:
                with suppress(InputError):
                    new.append(self._facts.add(one))
        self._db.execute("INSERT OR REPLACE INTO fact_model_reading VALUES (?, ?)", [message_id, version])
        return new

    def drop(self, method: str) -> int:
        """Let go of what one model read, but for what was taken back; how many statements."""
        query = "SELECT id FROM fact WHERE method = ? AND NOT rejected"
        found = [row[0] for row in self._db.execute(query, [method]).fetchall()]
        self._delete(found)
        return len(found)

    def _delete(self, ids: Sequence[int]) -> None:
        self._db.conn.executemany("DELETE FROM fact WHERE id = ?", [(key,) for key in ids])
