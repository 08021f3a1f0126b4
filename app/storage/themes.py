"""Themes: episodes about the same, over many conversations. Their summaries are pointers to what was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from app.core.clock import to_text


class Theme(NamedTuple):
    """A theme with its episodes, and the spans that say best what it is about, the best first."""

    id: int
    episodes: tuple[int, ...]
    lines: tuple[int, ...]


class Themes:
    """The tables `theme`, `theme_episode` and `theme_line`. An episode whose theme is NULL was taken out by a person.

    A theme goes with its last episode (triggers see to it).
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def make(self, now: datetime) -> int:
        """A new theme, without episodes yet; its id."""
        key = self._db.execute("INSERT INTO theme (made_at) VALUES (?)", [to_text(now)]).lastrowid
        assert key is not None
        return key

    def put(self, theme_id: int, episode_id: int, likeness: float) -> None:
        """Put an episode under a theme, unless a person took it out of one."""
        self._db.execute(
            "INSERT OR IGNORE INTO theme_episode (episode_id, theme_id, likeness) SELECT id, ?, ? FROM episode "
            "WHERE id = ?",
            [theme_id, likeness, episode_id],
        )

    def tell(self, theme_id: int, span_ids: Sequence[int]) -> None:
        """Let these spans be the lines of a theme."""
        self._db.execute("DELETE FROM theme_line WHERE theme_id = ?", [theme_id])
        self._db.conn.executemany(
            "INSERT INTO theme_line SELECT ?, ?, id FROM span WHERE id = ?",
            [(theme_id, rank, key) for rank, key in enumerate(span_ids)],
        )

    def take_out(self, episode_ids: Iterable[int]) -> None:
        """Take episodes out of their themes, and keep it so."""
        self._db.conn.executemany(
            "UPDATE theme_episode SET theme_id = NULL WHERE episode_id = ?", [(key,) for key in episode_ids]
        )

    def read(self, ids: Sequence[int] | None = None) -> list[Theme]:
        """These themes, or all of them, the oldest first."""
        which = "" if ids is None else f"WHERE id IN ({', '.join('?' * len(ids))})"
        keys = [row[0] for row in self._db.execute(f"SELECT id FROM theme {which} ORDER BY id", list(ids or []))]
        return [Theme(key, self._column(_EPISODES, key), self._column(_LINES, key)) for key in keys]

    def of_episodes(self, episode_ids: Sequence[int]) -> dict[int, int]:
        """The theme of each of these episodes that is under one."""
        marks = ", ".join("?" * len(episode_ids))
        rows = self._db.execute(
            f"SELECT episode_id, theme_id FROM theme_episode WHERE theme_id IS NOT NULL AND episode_id IN ({marks})",
            list(episode_ids),
        )
        return dict(rows.fetchall())

    def pending(self, limit: int, after: int = 0) -> list[int]:
        """Episodes beyond the first message `after` that no night has seen, as they were said. Those of conversations
        that are still to be cut wait."""
        rows = self._db.execute(_PENDING, [after, limit])
        return [row[0] for row in rows.fetchall()]

    def first_message(self, episode_id: int) -> int:
        """The first message of an episode: its place in the order of `pending`."""
        rows = self._db.execute("SELECT first_message_id FROM episode WHERE id = ?", [episode_id])
        return int(rows.fetchone()[0])

    def count(self) -> int:
        """How many themes there are."""
        return int(self._db.execute("SELECT count(*) FROM theme").fetchone()[0])

    def clear(self) -> None:
        """Drop all themes; what a person took out of one stays out."""
        self._db.execute("DELETE FROM theme_episode WHERE theme_id IS NOT NULL")
        self._db.execute("DELETE FROM theme")

    def _column(self, query: str, key: int) -> tuple[int, ...]:
        return tuple(row[0] for row in self._db.execute(query, [key]).fetchall())


_EPISODES = (
    "SELECT episode_id FROM theme_episode JOIN episode ON episode.id = episode_id WHERE theme_id = ? "
    "ORDER BY first_message_id"
)
_LINES = "SELECT span_id FROM theme_line WHERE theme_id = ? ORDER BY rank"
_PENDING = """
SELECT episode.id FROM episode JOIN segmentation USING (conversation_id)
WHERE segmentation.method > '' AND first_message_id > ?
AND NOT EXISTS (SELECT 1 FROM theme_episode WHERE episode_id = episode.id)
ORDER BY first_message_id LIMIT ?
"""
