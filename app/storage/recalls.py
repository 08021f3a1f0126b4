"""The record of what each reply was shown: why a source appears, and the signal that later learning needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from app.core.clock import to_text
from app.core.types import EpisodeState, Hit, Verdict
from app.storage.spans import Spans


class Recalls:
    """The tables `recall` and `recall_hit`. It points to spans and copies none of their words."""

    def __init__(self, db: Database, spans: Spans) -> None:
        self._db = db
        self._spans = spans

    def log(
        self, message_id: int, hits: Sequence[Hit], by_meaning: bool, now: datetime, verdict: Verdict | None = None
    ) -> None:
        """Record, in the order of the prompt, what was put beside the question `message_id`, in place of before."""
        verdict = verdict or Verdict()
        self._db.execute("DELETE FROM recall WHERE message_id = ?", [message_id])
        key = self._db.execute(
            'INSERT INTO recall (message_id, by_meaning, created_at, answerable, "when") VALUES (?, ?, ?, ?, ?)',
            [message_id, by_meaning, to_text(now), verdict.answerable, verdict.when],
        ).lastrowid
        self._db.conn.executemany(
            "INSERT INTO recall_hit (recall_id, rank, span_id, score, reasons, parts, faded) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    key,
                    rank,
                    hit.span.id,
                    hit.score,
                    json.dumps(hit.reasons),
                    json.dumps(dict(hit.parts)) if hit.parts else None,
                    hit.state is not EpisodeState.VIVID,
                )
                for rank, hit in enumerate(hits)
            ],
        )

    def shown(self, message_ids: Sequence[int]) -> dict[int, list[Hit]]:
        """What was shown beside each of these questions, in the order of the prompt; erased spans are gone."""
        rows = []
        for start in range(0, len(message_ids), 500):
            part = list(message_ids[start : start + 500])
            marks = ", ".join("?" * len(part))
            rows += self._db.execute(
                "SELECT message_id, span_id, score, reasons, parts, faded "
                f"FROM recall JOIN recall_hit ON recall_id = recall.id WHERE message_id IN ({marks}) "
                "ORDER BY message_id, rank",
                part,
            ).fetchall()
        spans = self._spans.read(sorted({row[1] for row in rows}))
        shown: dict[int, list[Hit]] = {}
        for message_id, span_id, score, reasons, parts, faded in rows:
            if span_id in spans:
                told = tuple(json.loads(parts or "{}").items())
                state = EpisodeState.FADING if faded else EpisodeState.VIVID
                hit = Hit(spans[span_id], score, tuple(json.loads(reasons)), told, state)
                shown.setdefault(message_id, []).append(hit)
        return shown

    def verdicts(self, message_ids: Sequence[int]) -> dict[int, Verdict]:
        """What recall made of its hits for each of these questions."""
        found: dict[int, Verdict] = {}
        for start in range(0, len(message_ids), 500):
            part = list(message_ids[start : start + 500])
            marks = ", ".join("?" * len(part))
            rows = self._db.execute(
                f'SELECT message_id, answerable, "when" FROM recall WHERE message_id IN ({marks})', part
            )
            found |= {key: Verdict(answerable, when) for key, answerable, when in rows.fetchall()}
        return found

    def replies_shown(self, message_ids: Sequence[int]) -> list[tuple[int, int, list[int]]]:
        """Questions that were shown spans of these messages, each with a reply to it and these spans."""
        rows = self._db.execute(
            "SELECT recall.message_id, reply.id, span.id FROM span JOIN recall_hit ON span_id = span.id "
            "JOIN recall ON recall.id = recall_id JOIN message reply ON reply.parent_id = recall.message_id "
            "WHERE span.first_message_id IN (SELECT value FROM json_each(?)) ORDER BY reply.id",
            [json.dumps(list(message_ids))],
        )
        found: dict[tuple[int, int], list[int]] = {}
        for question, reply, span in rows.fetchall():
            found.setdefault((question, reply), []).append(span)
        return [(question, reply, spans) for (question, reply), spans in found.items()]


def _parts(hit: Hit) -> str | None:
    return json.dumps(dict(hit.parts)) if hit.parts else None
