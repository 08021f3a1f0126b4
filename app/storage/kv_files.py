"""What is known of the KV caches on disk: which state a file holds, who made it, and which messages it saw.

The files are disposable. A row that goes, because it was erased with a message or made room, takes its file with it
at the next sweep; a file without a row is never read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from app.core.clock import to_text

SUFFIX = ".kv"


class KvKind(StrEnum):
    """What a file holds: all that the model held of a conversation, or one episode to be put into any context."""

    CONVERSATION = "conversation"
    EPISODE = "episode"


@dataclass(frozen=True, slots=True)
class KvIdentity:
    """What must be the same for a state to be of use: model (hash), weights and KV types, llama.cpp, and prompt."""

    model: str
    quant: str
    llama: str
    prompt: str


@dataclass(frozen=True, slots=True)
class KvFile:
    """One file of the KV folder. `kl` (nats) and `top1` (0..1) say how near an episode comes to being read again."""

    name: str
    kind: KvKind
    conversation_id: int
    identity: KvIdentity
    tokens: int
    bytes: int
    checksum: str
    kl: float = 0.0
    top1: float = 1.0


class KvFiles:
    """The tables `kv_file` and `kv_file_saw`, and the folder whose files they describe."""

    def __init__(self, db: Database, folder: Path) -> None:
        self._db = db
        self.folder = folder

    def path(self, name: str) -> Path:
        """Where the file of this name lies, or will."""
        return self.folder / f"{name}{SUFFIX}"

    def put(self, file: KvFile, saw: Iterable[int], now: datetime, left: Collection[int] = ()) -> None:
        """Keep a file under its name, and the messages that its context saw; some `left` it since. In a transaction.

        Nothing is kept where one of the messages is gone: the file then is an orphan, and the next sweep's.
        """
        identity = file.identity
        self._db.execute("DELETE FROM kv_file WHERE name = ?", [file.name])
        self._db.execute(
            "INSERT INTO kv_file (name, kind, conversation_id, model, quant, llama, prompt, tokens, bytes, checksum,"
            " kl, top1, last_used) SELECT ?, ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM conversation WHERE id = ?",
            [
                *(file.name, file.kind, identity.model, identity.quant, identity.llama, identity.prompt),
                *(file.tokens, file.bytes, file.checksum, file.kl, file.top1, to_text(now), file.conversation_id),
            ],
        )
        seen = set(saw)
        done = self._db.conn.executemany(
            "INSERT INTO kv_file_saw SELECT kv_file.id, message.id, ? FROM kv_file, message"
            " WHERE kv_file.name = ? AND message.id = ?",
            [(message not in left, file.name, message) for message in seen],
        )
        if seen and done.rowcount < len(seen):
            self._db.execute("DELETE FROM kv_file WHERE name = ?", [file.name])

    def get(self, name: str) -> KvFile | None:
        """The file of this name."""
        rows = self._db.query("SELECT * FROM kv_file WHERE name = ?", [name])
        return next(map(_file, rows), None)

    def saw(self, name: str) -> tuple[set[int], set[int]]:
        """The messages that the context of a file saw, and those of them that left it since."""
        rows = self._db.execute(
            "SELECT message_id, stays FROM kv_file_saw JOIN kv_file ON id = kv_file_id WHERE name = ?", [name]
        ).fetchall()
        return {message for message, _ in rows}, {message for message, stays in rows if not stays}

    def use(self, names: Iterable[str], now: datetime) -> None:
        """Note that files were of use."""
        self._db.conn.executemany(
            "UPDATE kv_file SET last_used = ? WHERE name = ?", [(to_text(now), name) for name in names]
        )

    def drop(self, names: Iterable[str]) -> None:
        """Forget files, such as torn ones. Their files go at the next sweep."""
        self._db.conn.executemany("DELETE FROM kv_file WHERE name = ?", [(name,) for name in names])

    def keep_within(self, budget: int) -> int:
        """Forget the files used longest ago until the others take at most `budget` bytes; how many were forgotten."""
        return self._db.execute(
            "DELETE FROM kv_file WHERE id IN (SELECT id FROM (SELECT id, sum(bytes) OVER"
            " (ORDER BY last_used DESC, id DESC) AS so_far FROM kv_file) WHERE so_far > ?)",
            [budget],
        ).rowcount

    def keep_identity(self, identity: KvIdentity) -> int:
        """Forget files of other models, weights, versions or prompts; how many."""
        return self._db.execute(
            "DELETE FROM kv_file WHERE (model, quant, llama, prompt) IS NOT (?, ?, ?, ?)",
            [identity.model, identity.quant, identity.llama, identity.prompt],
        ).rowcount

    def total(self) -> int:
        """Bytes that all files take."""
        return int(self._db.execute("SELECT coalesce(sum(bytes), 0) FROM kv_file").fetchone()[0])

    def sweep(self) -> int:
        """Remove every file that has no row; how many. After an erasure, nothing that saw it is left."""
        known = {row[0] for row in self._db.execute("SELECT name FROM kv_file").fetchall()}
        strays = [path for path in self.folder.glob("*") if path.suffix != SUFFIX or path.stem not in known]
        for path in strays:
            path.unlink(missing_ok=True)
        return len(strays)


def _file(row: dict[str, Any]) -> KvFile:
    return KvFile(
        row["name"],
        KvKind(row["kind"]),
        row["conversation_id"],
        KvIdentity(row["model"], row["quant"], row["llama"], row["prompt"]),
        row["tokens"],
        row["bytes"],
        row["checksum"],
        row["kl"],
        row["top1"],
    )
