"""Which rows travel from one store to another, in which order, and which never do.

A part is a table. Its columns and what they refer to are read from the schema, so that a column which a later
migration adds travels, too. In a part a row is known by its number, 0, 1, 2, …, and refers to others by theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlite_utils import Database

from app.core.documents import DocumentKind
from app.core.facts import FactKind
from app.core.types import EpisodeState, MessageState, Mode, Origin, Role

_NONE: Mapping[str, str] = MappingProxyType({})


class Part(NamedTuple):
    """A table that travels. `key` are the columns by which a row is known again; `refs` names the tables that columns
    refer to beside their foreign keys; `extra` are fields made of other tables, as SQL over `t` that gives JSON."""

    name: str
    table: str
    key: tuple[str, ...]
    refs: Mapping[str, str] = _NONE
    without: tuple[str, ...] = ()
    where: str = ""
    extra: Mapping[str, str] = _NONE


class Column(NamedTuple):
    """A column of a part: its field in an archive, its type in SQLite, and the table it refers to, or ""."""

    name: str
    field: str
    kind: str
    required: bool
    ref: str


_NAMES = """(SELECT json_group_array(name) FROM (SELECT name FROM mention JOIN entity ON entity.id = entity_id
WHERE span_id = t.id ORDER BY name))"""
_ABOUT = """(SELECT json_quote(name) FROM mention JOIN entity ON entity.id = entity_id
WHERE span_id = t.id AND about LIMIT 1)"""

_JUDGED = """EXISTS (SELECT 1 FROM recall_hit h JOIN temp.n_span n ON n.id = h.span_id
WHERE h.recall_id = t.recall_id AND h.rank = t.rank)"""

OF_CONVERSATIONS = (
    Part(
        "conversations",
        "conversation",
        ("uid",),
        extra={"cut_by": "(SELECT json_quote(method) FROM segmentation WHERE conversation_id = t.id)"},
    ),
    Part(
        "messages",
        "message",
        ("uid",),
        without=("place_id",),
        extra={"place": "(SELECT json_array(space, app, device, document) FROM place WHERE id = t.place_id)"},
    ),
    Part(
        "spans",
        "span",
        ("first_message_id", "last_message_id", "start", "end"),
        extra={"names": _NAMES, "about": _ABOUT},
    ),
    Part("branches", "branch", ("conversation_id",)),
    Part("documents", "document", ("conversation_id",)),
    Part("passages", "passage", ("message_id",)),
    Part("episodes", "episode", ("uid",)),
    Part("former_episodes", "former_episode", ("uid",)),
    Part("strengths", "strength", ("message_id",), {"last_message_id": "message"}),
)
"""What belongs to one conversation: its rows come in order of conversations, and arrive in one transaction with it."""

_USED = """NOT EXISTS (SELECT 1 FROM temp.chosen) OR t.name IN (
    SELECT space FROM conversation JOIN temp.n_conversation USING (id)
    UNION SELECT space FROM message JOIN temp.n_message USING (id) JOIN place ON place.id = place_id)"""

ACROSS = (
    Part("spaces", "space", ("name",), where=_USED),
    Part("job_runs", "job_run", ("name", "started_at"), without=("holder", "seen_at"), where="t.ended_at IS NOT NULL"),
    Part("attachments", "attachment", ("message_id", "document_id")),
    Part("facts", "fact", ("message_id", "start", "subject", "attribute", "value", "kind", "since", "until", "adds")),
    Part("same_facts", "fact_same", ("fact_id",)),
    Part("fact_readings", "fact_reading", ("message_id",)),
    Part("recalls", "recall", ("message_id",)),
    Part("recall_hits", "recall_hit", ("recall_id", "rank")),
    Part("recall_told", "recall_told", ("recall_id", "rank", "fact_id")),
    Part("feedback", "feedback", ("recall_id", "rank"), {"recall_id": "recall"}, where=_JUDGED),
    Part("uses", "memory_use", ("message_id", "kind", "at")),
    Part("folds", "fold", ("span_id",)),
    Part("links", "link", ("a_id", "b_id", "reason"), {"job_run_id": "job_run"}),
)
"""What leads from one conversation to another, or to none."""

NUMBERED = ("conversation", "message", "span", "episode", "job_run", "fact", "recall")
"""Tables whose rows others refer to."""

GONE = -1
"""The id of a row that was not taken in: what hangs on it is not, either."""

WITHIN: Mapping[str, str] = {
    "place": "a field of messages.jsonl",
    "entity": "a field of spans.jsonl",
    "mention": "a field of spans.jsonl",
    "segmentation": "a field of conversations.jsonl",
    "embedder": "in the manifest",
    "span_vector": "vectors/*.npy",
    "span_key": "keys/*.npy",
    "theme": "themes.jsonl",
    "theme_episode": "themes.jsonl",
    "theme_line": "themes.jsonl",
    "change_log": "changes.jsonl",
    "change_subject": "changes.jsonl",
}
"""Tables that travel in a form of their own."""

LEFT_OUT: Mapping[str, str] = {
    "span_text": "the word index: made anew from the words",
    "observation": "how a model read a message: it reads again where it is needed",
    "hindsight": "vectors with what was said around them: sleep makes them anew",
    "consolidation": "how far sleep has come in this store: it goes over what is new to it",
    "fact_model_reading": "which messages the model of this store has read: another reads for itself",
    "fact_reader": "how well the models of this machine read",
    "kv_file": "what a model held of a prompt: disposable, and of no use elsewhere",
    "kv_file_saw": "belongs to kv_file",
    "erasure": "the journal of this store's erasures: it is about this machine's files",
}
"""Tables that stay, and why."""

STATES: Mapping[tuple[str, str], frozenset[str]] = {
    ("conversation", "origin"): frozenset(Origin),
    ("conversation", "mode"): frozenset(Mode),
    ("message", "role"): frozenset(Role),
    ("message", "origin"): frozenset(Origin),
    ("message", "state"): frozenset(MessageState) - {MessageState.STREAMING},
    ("document", "kind"): frozenset(DocumentKind),
    ("episode", "origin"): frozenset(Origin),
    ("episode", "state"): frozenset(EpisodeState),
    ("fact", "kind"): frozenset(FactKind),
    ("job_run", "outcome"): frozenset({"done", "stopped", "asked", "failed", "died"}),
    ("link", "reason"): frozenset({"alike", "together"}),
}
"""Columns that hold one of a few words."""

JSON: Mapping[tuple[str, str], type] = {
    ("recall_hit", "reasons"): list,
    ("recall_hit", "parts"): dict,
    ("job_run", "figures"): dict,
}
"""Columns that hold JSON of this type."""


def present(db: Database, parts: Iterable[Part]) -> list[Part]:
    """Those of these parts whose tables this store has."""
    there = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    return [part for part in parts if part.table in there]


def columns(db: Database, part: Part) -> list[Column]:
    """The columns of a part that travel as they are, in their order."""
    refs = {row[3]: row[2] for row in db.execute(f'PRAGMA foreign_key_list("{part.table}")').fetchall() if not row[1]}
    refs |= dict(part.refs)
    refs = {name: table for name, table in refs.items() if table in NUMBERED}
    return [
        Column(name, name.removesuffix("_id") if name in refs else name, kind, bool(required), refs.get(name, ""))
        for _, name, kind, required, _, key in db.execute(f'PRAGMA table_info("{part.table}")').fetchall()
        if not (name == "id" and key) and name not in part.without
        for required in [required or (key and name in refs)]
    ]
