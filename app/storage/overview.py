"""What the views of memory read: many rows at once, each with what is known of it. Read-only operations."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlite_utils import Database

from app.core.clock import from_text, to_text
from app.core.types import EpisodeState, Origin, Role
from app.storage.spaces import in_space

_GIVEN = "SELECT value FROM json_each(?)"
_LETTERS = 600

_WHOLE = """
SELECT message.id, message.conversation_id, conversation.title, substr(message.text, 1, {letters}) AS text,
       message.role, message.speaker, message.origin, message.created_at, coalesce(place.space, '') AS space,
       coalesce(place.app, '') AS app, episode.id AS episode_id, episode.state, episode.first_message_id,
       episode.last_message_id, strength.pinned, strength.stability, strength.used_at, strength.fades_at,
       strength.archives_at, strength.uses
FROM message JOIN conversation ON conversation.id = message.conversation_id
LEFT JOIN place ON place.id = message.place_id
LEFT JOIN episode ON episode.conversation_id = message.conversation_id
    AND message.id BETWEEN episode.first_message_id AND episode.last_message_id
LEFT JOIN strength ON strength.message_id = episode.first_message_id
"""

_EPISODES = """
SELECT episode.id, episode.first_message_id, episode.conversation_id, conversation.title, episode.started_at,
       episode.ended_at, episode.surprise, episode.surprise_peak, episode.surprise_boundary, episode.state,
       substr(message.text, 1, 200) AS text, message.speaker, strength.pinned, strength.stability, strength.used_at,
       (SELECT count(*) FROM message m WHERE m.conversation_id = episode.conversation_id
        AND m.id BETWEEN episode.first_message_id AND episode.last_message_id) AS messages
FROM episode JOIN message ON message.id = episode.first_message_id
JOIN conversation ON conversation.id = episode.conversation_id
LEFT JOIN strength ON strength.message_id = episode.first_message_id
"""

_CURVE = """
SELECT message.created_at, observation.surprise FROM message JOIN observation ON message_id = message.id
WHERE message.created_at >= ? AND message.created_at < ? AND {inside} ORDER BY message.created_at, message.id
"""


class Show(StrEnum):
    """Which memories a list shows."""

    MINE = "mine"
    ALL = "all"
    EPISODES = "episodes"
    PINNED = "pinned"
    FADING = "fading"
    ARCHIVED = "archived"


_WHICH: Mapping[Show, str] = {
    Show.MINE: "message.role = 'user'",
    Show.ALL: "1",
    Show.EPISODES: "message.id IN (SELECT first_message_id FROM episode)",
    Show.PINNED: "message.id IN (SELECT message_id FROM strength WHERE pinned)",
    Show.FADING: "message.id IN (SELECT first_message_id FROM episode WHERE state = 'fading')",
    Show.ARCHIVED: "message.id IN (SELECT first_message_id FROM episode WHERE state = 'archived')",
}
_STATE: Mapping[Show, str] = {
    Show.MINE: "message.role = 'user'",
    Show.PINNED: "strength.pinned",
    Show.FADING: "episode.state = 'fading'",
    Show.ARCHIVED: "episode.state = 'archived'",
}


class Curve(NamedTuple):
    """How well an episode keeps: `stability` in days since `used_at`."""

    stability: float
    used_at: datetime
    pinned: bool
    fades_at: datetime | None = None
    archives_at: datetime | None = None
    uses: int = 0


class Seen(NamedTuple):
    """A message as a list shows it. `episode` is 0, and `curve` None, where it is in none yet."""

    id: int
    conversation: int
    title: str
    text: str
    role: Role
    speaker: str
    origin: Origin
    said_at: datetime
    space: str
    app: str
    episode: int
    state: EpisodeState
    first: int
    last: int
    curve: Curve | None


class Stretch(NamedTuple):
    """An episode on the timeline. Surprise in nats a token, None where no model read along."""

    id: int
    first: int
    conversation: int
    title: str
    begun: datetime
    ended: datetime
    surprise: float | None
    peak: float | None
    boundary: float | None
    state: EpisodeState
    text: str
    speaker: str
    messages: int
    curve: Curve | None


class Overview:
    """Reads across tables."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def memories(
        self, show: Show = Show.MINE, limit: int = 200, *, space: str | None = None, before: int = 1 << 62
    ) -> list[Seen]:
        """Messages below an id, the newest first."""
        inside, values = _inside(space)
        rows = self._db.query(
            f"{_WHOLE.format(letters=_LETTERS)} WHERE {_WHICH[show]} AND {inside} AND message.id < ? "
            "ORDER BY message.id DESC LIMIT ?",
            [*values, before, limit],
        )
        return [_seen(row) for row in rows]

    def read(self, ids: Sequence[int], show: Show = Show.ALL, space: str | None = None) -> list[Seen]:
        """These messages, in this order; those that are to be shown."""
        inside, values = _inside(space)
        which = _STATE.get(show, "1")
        rows = self._db.query(
            f"{_WHOLE.format(letters=_LETTERS)} WHERE message.id IN ({_GIVEN}) AND {which} AND {inside}",
            [json.dumps(list(ids)), *values],
        )
        found = {row["id"]: _seen(row) for row in rows}
        return [found[key] for key in ids if key in found]

    def days(self, space: str | None = None) -> list[tuple[str, int]]:
        """Every day (in UTC) on which an episode began, with how many, the newest first."""
        inside, values = _inside(space)
        rows = self._db.execute(
            "SELECT substr(started_at, 1, 10) AS day, count(*) FROM episode JOIN message "
            f"ON message.id = episode.first_message_id WHERE {inside} GROUP BY day ORDER BY day DESC",
            values,
        )
        return [(row[0], row[1]) for row in rows.fetchall()]

    def stretches(
        self, since: datetime, until: datetime, limit: int = 2_000, space: str | None = None
    ) -> list[Stretch]:
        """The episodes that began between two moments, in order of time; of a space those that began in it."""
        inside, values = _inside(space)
        rows = self._db.query(
            f"{_EPISODES} WHERE episode.started_at >= ? AND episode.started_at < ? AND {inside} "
            "ORDER BY episode.started_at, episode.id LIMIT ?",
            [to_text(since), to_text(until), *values, limit],
        )
        return [_stretch(row) for row in rows]

    def curve(self, since: datetime, until: datetime, space: str | None = None) -> list[tuple[datetime, float]]:
        """The surprise of each message that a model read, in nats a token."""
        inside, values = _inside(space)
        rows = self._db.execute(_CURVE.format(inside=inside), [to_text(since), to_text(until), *values])
        return [(from_text(at), nats) for at, nats in rows.fetchall()]

    def falling(self, now: datetime, until: datetime, limit: int = 200, space: str | None = None) -> list[Seen]:
        """The episodes that fade or are archived between two moments, the first first; each by its first message."""
        inside, values = _inside(space)
        span = [to_text(now), to_text(until)]
        falls = "(fades_at > ? AND fades_at <= ?) OR (archives_at > ? AND archives_at <= ?)"
        rows = self._db.query(
            f"{_WHOLE.format(letters=_LETTERS)} WHERE message.id = episode.first_message_id AND message.id IN "
            f"(SELECT message_id FROM strength WHERE NOT pinned AND ({falls})) AND {inside} "
            "ORDER BY CASE WHEN fades_at > ? THEN fades_at ELSE archives_at END, message.id LIMIT ?",
            [*span, *span, *values, span[0], limit],
        )
        return [_seen(row) for row in rows]

    def names(self, limit: int, space: str | None = None) -> list[tuple[int, str, int]]:
        """What is named most: id, name, and by how many memories."""
        inside, values = in_space(space, "message") if space is not None else ("", [])
        where = f"JOIN span ON span.id = span_id JOIN message ON message.id = first_message_id AND {inside}"
        rows = self._db.execute(
            f"SELECT entity.id, name, count(*) AS spans FROM mention JOIN entity ON entity.id = entity_id "
            f"{where if inside else ''} GROUP BY entity.id ORDER BY spans DESC, name LIMIT ?",
            [*values, limit],
        )
        return [(key, name, spans) for key, name, spans in rows.fetchall()]

    def together(self, ids: Collection[int], space: str | None = None) -> list[tuple[int, int, int]]:
        """Pairs of names of these that memories name together, and how many memories do."""
        given = json.dumps(list(ids))
        inside, values = _inside(space)
        said = "JOIN span ON span.id = a.span_id JOIN message ON message.id = first_message_id"
        rows = self._db.execute(
            "SELECT a.entity_id, b.entity_id, count(*) FROM mention a JOIN mention b ON b.span_id = a.span_id "
            f"AND b.entity_id > a.entity_id {said if space is not None else ''} "
            f"WHERE a.entity_id IN ({_GIVEN}) AND b.entity_id IN ({_GIVEN}) AND {inside} GROUP BY 1, 2",
            [given, given, *values],
        )
        return [(a, b, count) for a, b, count in rows.fetchall()]

    def naming(self, entity: int, limit: int = 30, space: str | None = None) -> list[Seen]:
        """The newest memories that name something."""
        inside, values = _inside(space)
        rows = self._db.execute(
            "SELECT DISTINCT first_message_id FROM mention JOIN span ON span.id = span_id "
            f"JOIN message ON message.id = first_message_id WHERE entity_id = ? AND {inside} "
            "ORDER BY first_message_id DESC LIMIT ?",
            [entity, *values, limit],
        )
        return self.read([row[0] for row in rows.fetchall()])

    def wordings(self, entity: int, limit: int) -> list[str]:
        """The messages that name something, the newest first."""
        rows = self._db.execute(
            f"SELECT substr(text, 1, {4 * _LETTERS}) FROM mention JOIN span ON span.id = span_id "
            "JOIN message ON message.id = first_message_id WHERE entity_id = ? ORDER BY span_id DESC LIMIT ?",
            [entity, limit],
        )
        return [row[0] for row in rows.fetchall()]

    def embedded(self) -> int:
        """How many memories have a vector of the embedder that was used last."""
        rows = self._db.execute("SELECT count(*) FROM span_vector WHERE embedder_id = (SELECT max(id) FROM embedder)")
        return int(rows.fetchone()[0])

    def said_twice(self, limit: int = 50) -> list[tuple[int, int]]:
        """The first of messages that say the same to the letter, and how often, the most often first."""
        rows = self._db.execute(
            "SELECT min(id), count(*) AS times FROM message WHERE role = 'user' AND length(text) > 12 "
            "GROUP BY text HAVING times > 1 ORDER BY times DESC LIMIT ?",
            [limit],
        )
        return [(row[0], row[1]) for row in rows.fetchall()]

    def orphans(self) -> dict[str, int]:
        """Rows that belong to nothing any more, by their table: there should be none."""
        return {name: int(self._db.execute(query).fetchone()[0]) for name, query in _ORPHANS.items()}

    def some_spans(self, count: int) -> list[int]:
        """Spans of what the person said, spread over all there is."""
        rows = self._db.execute(
            "SELECT span.id FROM span JOIN message ON message.id = first_message_id "
            "WHERE role = 'user' AND \"end\" - start >= 40 ORDER BY span.id"
        ).fetchall()
        step = max(len(rows) // count, 1) if count else 1
        return [row[0] for row in rows[step // 2 :: step]][:count]

    def sizes(self) -> dict[str, int]:
        """Bytes of the tables of words, vectors and all; {} where this SQLite cannot tell."""
        try:
            rows = self._db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall()
        except sqlite3.OperationalError:  # dbstat is compiled in or not
            return {}
        return {row[0]: int(row[1]) for row in rows}


_ORPHANS = {
    "entity": "SELECT count(*) FROM entity WHERE id NOT IN (SELECT entity_id FROM mention)",
    "place": "SELECT count(*) FROM place WHERE id NOT IN (SELECT place_id FROM message WHERE place_id IS NOT NULL)",
    "span": "SELECT count(*) FROM span WHERE first_message_id NOT IN (SELECT id FROM message)",
    "vector": "SELECT count(*) FROM span_vector WHERE span_id NOT IN (SELECT id FROM span)",
    "fact": "SELECT count(*) FROM fact WHERE message_id NOT IN (SELECT id FROM message)",
    "strength": "SELECT count(*) FROM strength WHERE message_id NOT IN (SELECT id FROM message)",
    "theme": "SELECT count(*) FROM theme WHERE id NOT IN (SELECT theme_id FROM theme_episode WHERE theme_id > 0)",
}


def _inside(space: str | None) -> tuple[str, list[str]]:
    """A condition on messages and its parameters: that they are in a space; None is everywhere."""
    return in_space(space, "message") if space is not None else ("1", [])


def _seen(row: dict[str, Any]) -> Seen:
    return Seen(
        row["id"],
        row["conversation_id"],
        row["title"],
        row["text"],
        Role(row["role"]),
        row["speaker"],
        Origin(row["origin"]),
        from_text(row["created_at"]),
        row["space"],
        row["app"],
        row["episode_id"] or 0,
        EpisodeState(row["state"] or EpisodeState.VIVID),
        row["first_message_id"] or row["id"],
        row["last_message_id"] or row["id"],
        _curve(row),
    )


def _stretch(row: dict[str, Any]) -> Stretch:
    return Stretch(
        row["id"],
        row["first_message_id"],
        row["conversation_id"],
        row["title"],
        from_text(row["started_at"]),
        from_text(row["ended_at"]),
        row["surprise"],
        row["surprise_peak"],
        row["surprise_boundary"],
        EpisodeState(row["state"]),
        row["text"],
        row["speaker"],
        row["messages"],
        _curve(row),
    )


def _curve(row: dict[str, Any]) -> Curve | None:
    if row["stability"] is None:
        return None
    fades, archives = row.get("fades_at"), row.get("archives_at")
    return Curve(
        row["stability"],
        from_text(row["used_at"]),
        bool(row["pinned"]),
        from_text(fades) if fades else None,
        from_text(archives) if archives else None,
        row.get("uses") or 0,
    )
