"""Episodes: what was said, cut into events. Raw messages stay the truth; episodes are spans over them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

from app.core.clock import from_text
from app.core.types import Episode, EpisodeState, MessageState, NewEpisode, Origin, Role

Vectors = npt.NDArray[np.float32]

_PENDING = """
SELECT conversation_id FROM segmentation JOIN conversation ON conversation.id = conversation_id
WHERE method != ? ORDER BY updated_at DESC, conversation_id DESC
"""

_VECTORS = """
SELECT span.first_message_id, vector FROM span
JOIN span_vector ON span_id = span.id JOIN embedder ON embedder.id = embedder_id
WHERE conversation_id = ? AND identity = ? ORDER BY span.id
"""

_COVERING = """
SELECT episode.* FROM message JOIN episode ON episode.conversation_id = message.conversation_id
WHERE message.id = ? AND message.id BETWEEN episode.first_message_id AND episode.last_message_id
ORDER BY episode.first_message_id DESC LIMIT 1
"""

_UNREAD = """
SELECT m.id FROM (
    SELECT id, updated_at FROM conversation WHERE origin NOT IN (?, ?) ORDER BY updated_at DESC LIMIT 20
) c JOIN message m ON m.conversation_id = c.id LEFT JOIN observation o ON o.message_id = m.id
WHERE m.state != ? AND m.text > '' AND o.model IS NOT ?
ORDER BY c.updated_at DESC, c.id, m.id LIMIT ?
"""


class Said(NamedTuple):
    """A message as it is cut into episodes."""

    id: int
    parent_id: int | None
    role: Role
    text: str
    created_at: datetime


class Read(NamedTuple):
    """How a model read a message: tokens, their mean surprise in nats, and mean attention key where it gives one."""

    model: str
    tokens: int
    surprise: float
    key: Vectors | None = None


class Episodes:
    """The tables `episode`, `former_episode`, `segmentation` and `observation`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def replace(self, conversation_id: int, found: Sequence[NewEpisode], method: str, seen: Sequence[Said]) -> bool:
        """Make these the episodes of a conversation, found by `method` in the messages `seen`. Inside a transaction.

        One that begins with the same message as before keeps its row; the uid of one that is gone still leads to
        the episode that now holds its first message. False, and nothing is done, when messages came or went since.
        """
        finished = "SELECT id FROM message WHERE conversation_id = ? AND state != ? ORDER BY id"
        now = self._db.execute(finished, [conversation_id, MessageState.STREAMING]).fetchall()
        if [key for (key,) in now] != [said.id for said in seen]:
            return False
        before = {episode.first_message_id: episode for episode in self.of_conversation(conversation_id)}
        kept = {episode.first_message_id for episode in found}
        for first, old in before.items():
            if first not in kept:
                self._db.execute("INSERT OR REPLACE INTO former_episode VALUES (?, ?)", [old.uid, first])
                self._db.execute("DELETE FROM episode WHERE id = ?", [old.id])
        for episode in found:
            self._put(episode)
        self._db.execute("UPDATE segmentation SET method = ? WHERE conversation_id = ?", [method, conversation_id])
        return True

    def pending(self, method: str) -> list[int]:
        """Conversations that changed since they were cut, or were cut by another method; last spoken in first."""
        rows = self._db.execute(_PENDING, [method])
        return [row[0] for row in rows.fetchall()]

    def get(self, uid: str) -> Episode | None:
        """The episode of this uid, or the one that now holds the first message of a former one; None if erased."""
        for row in self._db.query("SELECT * FROM episode WHERE uid = ?", [uid]):
            return _episode(row)
        rows = self._db.execute("SELECT message_id FROM former_episode WHERE uid = ?", [uid]).fetchall()
        return self.episode_of([rows[0][0]]).get(rows[0][0]) if rows else None

    def of_conversation(self, conversation_id: int) -> list[Episode]:
        """The episodes of a conversation, in order."""
        rows = self._db.query(
            "SELECT * FROM episode WHERE conversation_id = ? ORDER BY first_message_id", [conversation_id]
        )
        return [_episode(row) for row in rows]

    def episode_of(self, message_ids: Iterable[int]) -> dict[int, Episode]:
        """The episode that holds each message; messages that are not in one yet are left out."""
        return {key: _episode(row) for key in message_ids for row in self._db.query(_COVERING, [key])}

    def numbers(self, message_ids: Sequence[int]) -> dict[int, int]:
        """The id of the episode that holds each message; messages that are not in one yet are left out."""
        marks = ", ".join("?" * len(message_ids))
        rows = self._db.execute(
            "SELECT message.id, episode.id FROM message JOIN episode ON episode.conversation_id = "
            "message.conversation_id AND message.id BETWEEN episode.first_message_id AND episode.last_message_id "
            f"WHERE message.id IN ({marks})",
            list(message_ids),
        )
        return dict(rows.fetchall())

    def messages(self, conversation_id: int) -> list[Said]:
        """A conversation's finished messages on all branches, in the order in which they were said."""
        rows = self._db.execute(
            "SELECT id, parent_id, role, text, created_at FROM message WHERE conversation_id = ? AND state != ? "
            "ORDER BY id",
            [conversation_id, MessageState.STREAMING],
        )
        return [Said(key, parent, Role(role), text, from_text(at)) for key, parent, role, text, at in rows.fetchall()]

    def embedder(self) -> str:
        """Identity of the embedder that was used last; "" where there is none yet."""
        rows = self._db.execute(
            "SELECT identity FROM embedder WHERE identity NOT LIKE 'next %' ORDER BY id DESC LIMIT 1"
        ).fetchall()
        return str(rows[0][0]) if rows else ""

    def vectors(self, conversation_id: int, identity: str) -> dict[int, Vectors]:
        """For each message that has some: the mean of its spans' vectors, at unit length."""
        sums: dict[int, Vectors] = {}
        for message, blob in self._db.execute(_VECTORS, [conversation_id, identity]).fetchall():
            sums[message] = sums.get(message, 0) + np.frombuffer(blob, dtype="<f4")
        return {message: total / max(float(np.linalg.norm(total)), 1e-9) for message, total in sums.items()}

    def unembedded(self, conversation_id: int, identity: str) -> bool:
        """Whether a span of the conversation still waits for its vector by this embedder."""
        rows = self._db.execute(
            "SELECT 1 FROM span WHERE conversation_id = ? AND NOT EXISTS (SELECT 1 FROM span_vector v JOIN embedder e "
            "ON e.id = v.embedder_id WHERE v.span_id = span.id AND e.identity = ?) LIMIT 1",
            [conversation_id, identity],
        )
        return rows.fetchone() is not None

    def observe(self, read: dict[int, Read]) -> None:
        """Keep how a model read messages, keys in half precision; those erased meanwhile are passed over."""
        self._db.conn.executemany(
            "INSERT OR REPLACE INTO observation SELECT id, ?, ?, ?, ? FROM message WHERE id = ?",
            [(found.model, found.tokens, found.surprise, _blob(found.key), message) for message, found in read.items()],
        )

    def unread(self, model: str, limit: int) -> list[int]:
        """Ids of finished messages that this model has not read: of the last 20 conversations held here, in order."""
        rows = self._db.execute(_UNREAD, [Origin.IMPORTED, Origin.DOCUMENT, MessageState.STREAMING, model, limit])
        return [row[0] for row in rows.fetchall()]

    def observed(self, conversation_id: int) -> dict[int, Read]:
        """How the messages of a conversation were read, by whichever model read them last."""
        rows = self._db.execute(
            "SELECT message_id, observation.model, tokens, surprise, key FROM observation "
            "JOIN message ON message.id = message_id WHERE conversation_id = ?",
            [conversation_id],
        )
        return {key: Read(model, tokens, nats, _vector(blob)) for key, model, tokens, nats, blob in rows.fetchall()}

    def _put(self, episode: NewEpisode) -> None:
        talk = self._db.execute("SELECT uid FROM conversation WHERE id = ?", [episode.conversation_id]).fetchone()[0]
        ends = "SELECT uid, created_at, origin FROM message WHERE id = ?"
        first, started, origin = self._db.execute(ends, [episode.first_message_id]).fetchone()
        ended = self._db.execute(ends, [episode.last_message_id]).fetchone()[1]
        uid = hashlib.blake2b(f"{talk} {first}".encode(), digest_size=16).hexdigest()
        place = (uid, episode.conversation_id, episode.first_message_id, episode.last_message_id, started, ended)
        surprise = (episode.surprise, episode.surprise_peak, episode.surprise_boundary)
        self._db.execute(
            "INSERT INTO episode (uid, conversation_id, first_message_id, last_message_id, started_at, ended_at,"
            " surprise, surprise_peak, surprise_boundary, method, origin, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uid) DO UPDATE SET"
            " last_message_id = excluded.last_message_id, ended_at = excluded.ended_at, surprise = excluded.surprise,"
            " surprise_peak = excluded.surprise_peak, surprise_boundary = excluded.surprise_boundary,"
            " method = excluded.method",
            [*place, *surprise, episode.method, origin, EpisodeState.VIVID],
        )
        self._db.execute("DELETE FROM former_episode WHERE uid = ?", [uid])


def _blob(vector: Vectors | None) -> bytes | None:
    return None if vector is None else vector.astype("<f2").tobytes()


def _vector(blob: bytes | None) -> Vectors | None:
    return None if blob is None else np.frombuffer(blob, dtype="<f2").astype(np.float32)


def _episode(row: dict[str, Any]) -> Episode:
    return Episode(
        id=row["id"],
        uid=row["uid"],
        conversation_id=row["conversation_id"],
        first_message_id=row["first_message_id"],
        last_message_id=row["last_message_id"],
        started_at=from_text(row["started_at"]),
        ended_at=from_text(row["ended_at"]),
        surprise=row["surprise"],
        surprise_peak=row["surprise_peak"],
        surprise_boundary=row["surprise_boundary"],
        method=row["method"],
        origin=Origin(row["origin"]),
        state=EpisodeState(row["state"]),
    )
