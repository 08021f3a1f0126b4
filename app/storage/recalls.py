"""The record of what each reply was shown: why a source appears, and the signal that later learning needs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from app.core.clock import to_text
from app.core.facts import Told
from app.core.types import EpisodeState, Hit, Verdict
from app.storage.spans import Spans

_ANSWER = -1  # the place of the answer by memory among what was told of the hits, which have their ranks


class Recalls:
    """The tables `recall`, `recall_hit` and `recall_told`. The words of what was told go with the statements it
    rests on; else it points to spans and copies none of their words."""

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
        told = {rank: hit.remark for rank, hit in enumerate(hits) if hit.remark is not None}
        self._keep_told(key, {**told, _ANSWER: verdict.fact} if verdict.fact is not None else told)

    def shown(self, message_ids: Sequence[int]) -> dict[int, list[Hit]]:
        """What was shown beside each of these questions, in the order of the prompt; erased spans are gone."""
        rows = []
        for start in range(0, len(message_ids), 500):
            part = list(message_ids[start : start + 500])
            marks = ", ".join("?" * len(part))
            rows += self._db.execute(
                "SELECT message_id, span_id, score, reasons, parts, faded, rank "
                f"FROM recall JOIN recall_hit ON recall_id = recall.id WHERE message_id IN ({marks}) "
                "ORDER BY message_id, rank",
                part,
            ).fetchall()
        spans = self._spans.read(sorted({row[1] for row in rows}))
        told = self._told(message_ids)
        shown: dict[int, list[Hit]] = {}
        for message_id, span_id, score, reasons, parts, faded, rank in rows:
            if span_id in spans:
                counted = tuple(json.loads(parts or "{}").items())
                state = EpisodeState.FADING if faded else EpisodeState.VIVID
                remark = told.get((message_id, rank))
                hit = Hit(spans[span_id], score, tuple(json.loads(reasons)), counted, state, remark)
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
        facts = {key: told for (key, rank), told in self._told(message_ids).items() if rank == _ANSWER}
        return {key: replace(verdict, fact=facts.get(key)) for key, verdict in found.items()}

    def _keep_told(self, recall_id: int | None, told: Mapping[int, Told]) -> None:
        """Keep what was told, each with the statements that it goes with."""
        self._db.conn.executemany(
            "INSERT OR IGNORE INTO recall_told (recall_id, rank, fact_id, words) VALUES (?, ?, ?, ?)",
            [(recall_id, rank, key, one.words) for rank, one in told.items() for key in one.statements],
        )

    def _told(self, message_ids: Sequence[int]) -> dict[tuple[int, int], Told]:
        """What was told beside these questions, by rank; what rested on words that were erased is gone."""
        found: dict[tuple[int, int], Told] = {}
        for start in range(0, len(message_ids), 500):
            part = list(message_ids[start : start + 500])
            rows = self._db.execute(
                "SELECT message_id, rank, words, fact_id FROM recall JOIN recall_told ON recall_id = recall.id "
                f"WHERE message_id IN ({', '.join('?' * len(part))}) ORDER BY recall_told.rowid",
                part,
            )
            for message_id, rank, words, statement in rows.fetchall():
                before = found[message_id, rank].statements if (message_id, rank) in found else ()
                found[message_id, rank] = Told(words, (*before, statement))
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
