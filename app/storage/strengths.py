"""How strong each memory is, and what was done with it since: the state that the forgetting curve moves.

A row belongs to the message an episode begins with, and so outlives a new cut of its conversation. Numbers alone; it
copies no words. What is in no episode yet has no row, and counts as vivid.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlite_utils import Database

from app.core.clock import from_text, to_text
from app.core.types import EpisodeState, Origin, Role

_GIVEN = "SELECT value FROM json_each(?)"

_NEW = """
SELECT episode.id, episode.first_message_id, episode.last_message_id, episode.surprise_peak FROM episode
LEFT JOIN strength ON strength.message_id = episode.first_message_id
WHERE strength.last_message_id IS NOT episode.last_message_id ORDER BY episode.id LIMIT ?
"""

_COVERING = """
SELECT strength.* FROM strength JOIN message ON message.id = strength.message_id
WHERE message.conversation_id = (SELECT conversation_id FROM message WHERE id = :first)
AND (strength.message_id BETWEEN :first AND :last
     OR (strength.message_id < :first AND strength.last_message_id >= :first))
"""

_USED = """
SELECT memory_use.id, memory_use.kind, memory_use.at, strength.* FROM memory_use
JOIN message ON message.id = memory_use.message_id
JOIN episode ON episode.conversation_id = message.conversation_id
    AND message.id BETWEEN episode.first_message_id AND episode.last_message_id
JOIN strength ON strength.message_id = episode.first_message_id
ORDER BY memory_use.at, memory_use.id LIMIT ?
"""

_OUTLIVED = """
SELECT episode.id FROM strength JOIN episode ON episode.first_message_id = strength.message_id
WHERE strength.archived_at <= ? AND episode.state = ? AND strength.pinned = 0 ORDER BY strength.archived_at LIMIT ?
"""


class NewEpisodeRow(NamedTuple):
    """An episode that is new, or reaches further than when it was last seen."""

    id: int
    first: int
    last: int
    surprise_peak: float | None


class Row(NamedTuple):
    """A stored strength; `moved_at` are when it fades and when it is archived."""

    message_id: int
    last_message_id: int
    born_at: datetime
    used_at: datetime
    salience: float
    stability: float
    uses: int
    pinned: bool
    fades_at: datetime
    archives_at: datetime


class Used(NamedTuple):
    """A use that was not counted yet, and the memory that it was a use of."""

    id: int
    kind: str
    at: datetime
    row: Row


class Said(NamedTuple):
    """A message of an episode, as its salience is judged."""

    text: str
    role: Role
    origin: Origin


class Strengths:
    """The tables `strength` and `memory_use`, and the column `episode.state`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def new(self, limit: int) -> list[NewEpisodeRow]:
        """Episodes that have no strength yet, or another end than when it was given."""
        return [NewEpisodeRow(*row) for row in self._db.execute(_NEW, [limit]).fetchall()]

    def covering(self, first: int, last: int) -> list[Row]:
        """Strengths of what began among these messages of a conversation, or held the first of them."""
        return [_row(row) for row in self._db.query(_COVERING, {"first": first, "last": last})]

    def put(self, row: Row) -> None:
        """Keep a strength; what its message had before is replaced. A memory that moves is no longer archived."""
        self._db.execute(
            "INSERT OR REPLACE INTO strength (message_id, last_message_id, born_at, used_at, salience, stability, uses,"
            " pinned, fades_at, archives_at) SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM message WHERE id = ?",
            [
                row.last_message_id,
                to_text(row.born_at),
                to_text(row.used_at),
                row.salience,
                row.stability,
                row.uses,
                row.pinned,
                to_text(row.fades_at),
                to_text(row.archives_at),
                row.message_id,
            ],
        )

    def of_episodes(self, ids: Collection[int]) -> dict[int, Row]:
        """The strength of each of these episodes that has one."""
        rows = self._db.query(
            "SELECT episode.id AS episode_id, strength.* FROM episode JOIN strength ON message_id = first_message_id "
            f"WHERE episode.id IN ({_GIVEN})",
            [json.dumps(list(ids))],
        )
        return {row["episode_id"]: _row(row) for row in rows}

    def uses(self, limit: int) -> list[Used]:
        """Uses that were not counted yet, the oldest first; those of what is in no episode yet wait."""
        rows = self._db.query(_USED, [limit])
        return [Used(row["id"], row["kind"], from_text(row["at"]), _row(row)) for row in rows]

    def note_use(self, message_ids: Iterable[int], kind: str, at: datetime) -> None:
        """Note a use of messages, beside those that recall notes by itself."""
        self._db.conn.executemany(
            "INSERT INTO memory_use (message_id, kind, at) SELECT id, ?, ? FROM message WHERE id = ?",
            [(kind, to_text(at), key) for key in message_ids],
        )

    def counted(self, ids: Iterable[int]) -> None:
        """These uses have been counted."""
        self._db.conn.executemany("DELETE FROM memory_use WHERE id = ?", [(key,) for key in ids])

    def states(self, ids: Collection[int]) -> dict[int, EpisodeState]:
        """The states of those of these episodes that are not vivid."""
        rows = self._db.execute(
            f"SELECT id, state FROM episode WHERE id IN ({_GIVEN}) AND state != ?",
            [json.dumps(list(ids)), EpisodeState.VIVID],
        )
        return {key: EpisodeState(state) for key, state in rows.fetchall()}

    def due(self, now: datetime) -> dict[EpisodeState, list[tuple[int, EpisodeState]]]:
        """By the state that they are to come to: the episodes in another one, with that one; the weakest first."""
        moment = to_text(now)
        joined = (
            "SELECT episode.id, episode.state FROM strength JOIN episode ON first_message_id = message_id "
            "WHERE state {} AND {} ORDER BY archives_at, episode.id"
        )
        vivid, fading, archived = EpisodeState.VIVID, EpisodeState.FADING, EpisodeState.ARCHIVED
        asked = {
            vivid: ("!= ?1", "fades_at > ?2", vivid),
            fading: ("!= ?1", "fades_at <= ?2 AND archives_at > ?2", fading),
            archived: ("!= ?1", "archives_at <= ?2", archived),
        }
        found = {}
        for state, (other, when, name) in asked.items():
            rows = self._db.execute(joined.format(other, when), [name, moment]).fetchall()
            found[state] = [(key, EpisodeState(before)) for key, before in rows]
        return found

    def move(self, ids: Sequence[int], state: EpisodeState, now: datetime) -> None:
        """Bring episodes into a state; when they were archived is noted."""
        self._db.conn.executemany("UPDATE episode SET state = ? WHERE id = ?", [(state, key) for key in ids])
        since = to_text(now) if state is EpisodeState.ARCHIVED else None
        self._db.conn.executemany(
            "UPDATE strength SET archived_at = ? "
            "WHERE message_id = (SELECT first_message_id FROM episode WHERE id = ?)",
            [(since, key) for key in ids],
        )

    def counts(self) -> dict[EpisodeState, int]:
        """How many episodes are in each state."""
        rows = self._db.execute("SELECT state, count(*) FROM episode GROUP BY state").fetchall()
        return dict.fromkeys(EpisodeState, 0) | {EpisodeState(state): count for state, count in rows}

    def all_states(self) -> dict[int, EpisodeState]:
        """The state of every episode."""
        rows = self._db.execute("SELECT id, state FROM episode").fetchall()
        return {key: EpisodeState(state) for key, state in rows}

    def messages_of(self, ids: Collection[int]) -> int:
        """How many messages these episodes hold together."""
        return self._messages(f"episode.id IN ({_GIVEN})", json.dumps(list(ids)))

    def message_ids(self, ids: Collection[int]) -> list[int]:
        """The messages of these episodes."""
        rows = self._db.execute(
            "SELECT message.id FROM episode JOIN message ON message.conversation_id = episode.conversation_id "
            f"AND message.id BETWEEN first_message_id AND last_message_id WHERE episode.id IN ({_GIVEN}) "
            "ORDER BY message.id",
            [json.dumps(list(ids))],
        )
        return [row[0] for row in rows.fetchall()]

    def messages_in(self, state: EpisodeState) -> int:
        """How many messages the episodes of a state hold together."""
        return self._messages("episode.state = ?", state)

    def outlived(self, before: datetime, limit: int) -> list[int]:
        """Episodes that have been archived since before a moment."""
        rows = self._db.execute(_OUTLIVED, [to_text(before), EpisodeState.ARCHIVED, limit])
        return [row[0] for row in rows.fetchall()]

    def said(self, first: int, last: int) -> list[Said]:
        """What was said in an episode."""
        rows = self._db.execute(
            "SELECT text, role, origin FROM message WHERE id BETWEEN ? AND ? AND conversation_id = "
            "(SELECT conversation_id FROM message WHERE id = ?) ORDER BY id",
            [first, last, first],
        )
        return [Said(text, Role(role), Origin(origin)) for text, role, origin in rows.fetchall()]

    def first_words(self, ids: Collection[int]) -> tuple[datetime, str] | None:
        """When the first of these episodes that is there was said, and the message it begins with."""
        rows = self._db.execute(
            "SELECT started_at, text FROM episode JOIN message ON message.id = first_message_id "
            f"WHERE episode.id IN ({_GIVEN}) ORDER BY episode.id LIMIT 1",
            [json.dumps(list(ids))],
        ).fetchall()
        return (from_text(rows[0][0]), rows[0][1]) if rows else None

    def spans_of(self, ids: Collection[int]) -> list[int]:
        """The spans of these episodes."""
        rows = self._db.execute(
            "SELECT span.id FROM span JOIN episode ON episode.conversation_id = span.conversation_id AND "
            "span.first_message_id BETWEEN episode.first_message_id AND episode.last_message_id "
            f"WHERE episode.id IN ({_GIVEN}) ORDER BY span.id",
            [json.dumps(list(ids))],
        )
        return [row[0] for row in rows.fetchall()]

    def _messages(self, which: str, value: str) -> int:
        rows = self._db.execute(
            "SELECT count(*) FROM episode JOIN message ON message.conversation_id = episode.conversation_id "
            f"AND message.id BETWEEN episode.first_message_id AND episode.last_message_id WHERE {which}",
            [value],
        )
        return int(rows.fetchone()[0])

    def usual_surprise(self) -> tuple[float, float]:
        """Mean and standard deviation of the peaks of surprise of all episodes that a model read."""
        count, mean, square = self._db.execute(
            "SELECT count(surprise_peak), avg(surprise_peak), avg(surprise_peak * surprise_peak) FROM episode"
        ).fetchone()
        return (float(mean), max(float(square) - float(mean) ** 2, 0.0) ** 0.5) if count > 1 else (0.0, 0.0)


def _row(row: Mapping[str, Any]) -> Row:
    moments = ("born_at", "used_at", "fades_at", "archives_at")
    values: dict[str, Any] = {name: from_text(row[name]) if name in moments else row[name] for name in Row._fields}
    return Row(**{**values, "pinned": bool(row["pinned"])})
