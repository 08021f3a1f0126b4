"""Named, append-only steps from an empty file to today's tables. A step that has shipped is never edited.

Columns that hold a moment are ISO 8601 text in UTC, as `app.core.clock.to_text` writes it.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlite_utils import Database, Migrations

from app.core.errors import StoreError, StoreTooNew
from app.storage.database import immediately

migrations = Migrations("mneme")


@migrations()
def m001_create_tables(db: Database) -> None:
    for statement in _M001.split(";\n\n"):
        db.execute(statement)


@migrations()
def m003_places(db: Database) -> None:
    for statement in _M003.split(";\n\n"):
        db.execute(statement)


@migrations()
def m005_create_recall_keys(db: Database) -> None:
    for statement in _M005.split(";\n\n"):
        db.execute(statement)


@migrations()
def m004_scale_search(db: Database) -> None:
    db.conn.create_function("signs", 1, _m004_signs, deterministic=True)
    for statement in _M004.split(";\n\n"):
        db.execute(statement)


def _m004_signs(vector: bytes) -> bytes:
    return np.packbits(np.frombuffer(vector, dtype="<f4") > 0).tobytes()


@migrations()
def m002_create_episodes(db: Database) -> None:
    for statement in _M002.split(";\n\n"):
        db.execute(statement)


@migrations()
def m006_feedback(db: Database) -> None:
    for statement in _M006.split(";\n\n"):
        db.execute(statement)


@migrations()
def m007_mention_about(db: Database) -> None:
    db.execute("ALTER TABLE mention ADD COLUMN about INTEGER NOT NULL DEFAULT 0")


@migrations()
def m008_job_run_and_change_log(db: Database) -> None:
    for statement in _M008.split(";\n\n"):
        db.execute(statement)
    for subject in ("conversation", "message", "span", "episode"):
        db.execute(forgets_its_changes(subject))


@migrations()
def m011_consolidation(db: Database) -> None:
    for statement in _M011.split(";\n\n"):
        db.execute(statement)
    db.execute(forgets_its_changes("theme"))


def forgets_its_changes(subject: str) -> str:
    """The trigger by which a row that goes takes its lines of the change log with it. `subject` is its table and the
    kind of subject; a later step makes one for each table it adds whose rows are subjects."""
    return (
        f"CREATE TRIGGER {subject}_left_changes AFTER DELETE ON {subject} BEGIN "
        f"DELETE FROM change_subject WHERE subject = '{subject}' AND subject_id = old.id; END"
    )


@migrations()
def m012_kv_files(db: Database) -> None:
    for statement in _M012.split(";\n\n"):
        db.execute(statement)


@migrations()
def m010_forgetting(db: Database) -> None:
    for statement in _M010.split(";\n\n"):
        db.execute(statement)


@migrations()
def m009_facts(db: Database) -> None:
    for statement in _M009.split(";\n\n"):
        db.execute(statement)
    db.execute(forgets_its_changes("fact"))


_M001 = """
CREATE TABLE conversation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    origin TEXT NOT NULL,
    external_id TEXT UNIQUE,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE INDEX conversation_updated ON conversation (updated_at);

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES message (id) ON DELETE SET NULL,
    role TEXT NOT NULL,
    speaker TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    model TEXT NOT NULL,
    external_id TEXT,
    UNIQUE (conversation_id, external_id)
);

CREATE INDEX message_conversation ON message (conversation_id, id);

CREATE INDEX message_parent ON message (parent_id);

CREATE INDEX message_speaker ON message (speaker);

CREATE TABLE span (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    first_message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    last_message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL
);

CREATE INDEX span_first ON span (first_message_id);

CREATE INDEX span_last ON span (last_message_id);

CREATE INDEX span_conversation ON span (conversation_id);

CREATE VIRTUAL TABLE span_text USING fts5 (speaker, words, tokenize = 'porter unicode61 remove_diacritics 2');

CREATE TRIGGER span_deleted AFTER DELETE ON span BEGIN DELETE FROM span_text WHERE rowid = old.id; END;

CREATE TABLE embedder (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    dimension INTEGER NOT NULL
);

CREATE TABLE span_vector (
    span_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    embedder_id INTEGER NOT NULL REFERENCES embedder (id) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    PRIMARY KEY (embedder_id, span_id)
) WITHOUT ROWID;

CREATE INDEX span_vector_span ON span_vector (span_id);

CREATE TABLE recall (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL UNIQUE REFERENCES message (id) ON DELETE CASCADE,
    by_meaning INTEGER NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE recall_hit (
    recall_id INTEGER NOT NULL REFERENCES recall (id) ON DELETE CASCADE,
    rank INTEGER NOT NULL,
    span_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    score REAL NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (recall_id, rank)
);

CREATE INDEX recall_hit_span ON recall_hit (span_id)
"""

_M003 = """
CREATE TABLE place (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    app TEXT NOT NULL,
    device TEXT NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (project, app, device, document)
);

ALTER TABLE message ADD COLUMN place_id INTEGER REFERENCES place (id) ON DELETE SET NULL;

CREATE INDEX message_place ON message (place_id);

CREATE TRIGGER place_left AFTER DELETE ON message WHEN old.place_id IS NOT NULL BEGIN
    DELETE FROM place WHERE id = old.place_id AND NOT EXISTS (SELECT 1 FROM message WHERE place_id = old.place_id);
END;

INSERT INTO place (project, app, device, document)
SELECT DISTINCT '', CASE origin WHEN 'imported' THEN 'ChatGPT' ELSE 'Mneme' END, '', '' FROM message;

UPDATE message SET place_id = (
    SELECT id FROM place WHERE app = CASE message.origin WHEN 'imported' THEN 'ChatGPT' ELSE 'Mneme' END
)
"""

_M002 = """
CREATE TABLE episode (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    first_message_id INTEGER NOT NULL UNIQUE REFERENCES message (id) ON DELETE CASCADE,
    last_message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    surprise REAL,
    surprise_peak REAL,
    surprise_boundary REAL,
    method TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL
);

CREATE INDEX episode_conversation ON episode (conversation_id, first_message_id);

CREATE INDEX episode_last ON episode (last_message_id);

CREATE INDEX episode_started ON episode (started_at);

CREATE TABLE former_episode (
    uid TEXT PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX former_episode_message ON former_episode (message_id);

CREATE TABLE segmentation (
    conversation_id INTEGER PRIMARY KEY REFERENCES conversation (id) ON DELETE CASCADE,
    method TEXT NOT NULL
);

INSERT INTO segmentation SELECT DISTINCT conversation_id, '' FROM message;

CREATE TRIGGER segmentation_after_insert AFTER INSERT ON message BEGIN
    INSERT INTO segmentation VALUES (new.conversation_id, '') ON CONFLICT DO UPDATE SET method = '';
END;

CREATE TRIGGER segmentation_after_update AFTER UPDATE OF state, parent_id ON message BEGIN
    UPDATE segmentation SET method = '' WHERE conversation_id = new.conversation_id;
END;

CREATE TRIGGER segmentation_after_delete AFTER DELETE ON message BEGIN
    UPDATE segmentation SET method = '' WHERE conversation_id = old.conversation_id;
END;

CREATE TABLE observation (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    model TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    surprise REAL NOT NULL,
    "key" BLOB
)
"""

_M005 = """
CREATE INDEX message_created ON message (created_at);

ALTER TABLE recall ADD COLUMN answerable REAL NOT NULL DEFAULT 1.0;

ALTER TABLE recall ADD COLUMN "when" TEXT NOT NULL DEFAULT '';

CREATE TABLE span_key (
    id INTEGER PRIMARY KEY,
    span_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    embedder_id INTEGER NOT NULL REFERENCES embedder (id) ON DELETE CASCADE,
    vectors BLOB NOT NULL,
    UNIQUE (embedder_id, span_id)
);

CREATE INDEX span_key_span ON span_key (span_id);

CREATE TABLE entity (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE mention (
    entity_id INTEGER NOT NULL REFERENCES entity (id) ON DELETE CASCADE,
    span_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    PRIMARY KEY (entity_id, span_id)
) WITHOUT ROWID;

CREATE INDEX mention_span ON mention (span_id);

CREATE TRIGGER mention_deleted AFTER DELETE ON mention BEGIN
    DELETE FROM entity WHERE id = old.entity_id AND NOT EXISTS (SELECT 1 FROM mention WHERE entity_id = old.entity_id);
END
"""


_M004 = """
CREATE TABLE new_span_vector (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    span_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    embedder_id INTEGER NOT NULL REFERENCES embedder (id) ON DELETE CASCADE,
    signs BLOB NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (span_id, embedder_id)
);

INSERT INTO new_span_vector (span_id, embedder_id, signs, vector)
SELECT span_id, embedder_id, signs(vector), vector FROM span_vector ORDER BY embedder_id, span_id;

DROP TABLE span_vector;

ALTER TABLE new_span_vector RENAME TO span_vector;

CREATE INDEX span_vector_signs ON span_vector (embedder_id, id, signs);

CREATE TEMP TABLE kept AS SELECT rowid AS id, speaker, words FROM span_text;

DROP TABLE span_text;

CREATE VIRTUAL TABLE span_text USING fts5 (
    speaker, words, tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3'
);

INSERT INTO span_text (rowid, speaker, words) SELECT id, speaker, words FROM kept;

DROP TABLE kept;

DROP INDEX message_speaker;

CREATE INDEX message_speaker ON message (role, speaker)
"""

_M006 = """
ALTER TABLE recall_hit ADD COLUMN parts TEXT;

CREATE TABLE feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recall_id INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    signal TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (recall_id, rank),
    FOREIGN KEY (recall_id, rank) REFERENCES recall_hit (recall_id, rank) ON DELETE CASCADE
)
"""

_M008 = """
CREATE TABLE job_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    holder TEXT NOT NULL,
    started_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    ended_at TEXT,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    figures TEXT NOT NULL DEFAULT '{}',
    outcome TEXT NOT NULL DEFAULT 'running'
);

CREATE UNIQUE INDEX job_run_open ON job_run (name) WHERE ended_at IS NULL;

CREATE INDEX job_run_name ON job_run (name, id);

CREATE TABLE change_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    job_run_id INTEGER REFERENCES job_run (id) ON DELETE SET NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '{}',
    undo TEXT NOT NULL DEFAULT '{}',
    undone_at TEXT
);

CREATE INDEX change_log_run ON change_log (job_run_id);

CREATE TABLE change_subject (
    change_id INTEGER NOT NULL REFERENCES change_log (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    PRIMARY KEY (change_id, subject, subject_id)
) WITHOUT ROWID;

CREATE INDEX change_subject_subject ON change_subject (subject, subject_id);

CREATE TRIGGER change_left_alone AFTER DELETE ON change_subject
WHEN NOT EXISTS (SELECT 1 FROM change_subject WHERE change_id = old.change_id) BEGIN
    UPDATE change_log SET detail = '{}', undo = '{}' WHERE id = old.change_id;
END
"""

_M012 = """
CREATE TABLE kv_file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    model TEXT NOT NULL,
    quant TEXT NOT NULL,
    llama TEXT NOT NULL,
    prompt TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    checksum TEXT NOT NULL,
    kl REAL NOT NULL,
    top1 REAL NOT NULL,
    last_used TEXT NOT NULL
);

CREATE INDEX kv_file_conversation ON kv_file (conversation_id);

CREATE TABLE kv_file_saw (
    kv_file_id INTEGER NOT NULL REFERENCES kv_file (id) ON DELETE CASCADE,
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    stays INTEGER NOT NULL,
    PRIMARY KEY (kv_file_id, message_id)
) WITHOUT ROWID;

CREATE INDEX kv_file_saw_message ON kv_file_saw (message_id);

CREATE TRIGGER kv_file_saw_erased AFTER DELETE ON kv_file_saw BEGIN
    DELETE FROM kv_file WHERE id = old.kv_file_id;
END;

CREATE TRIGGER kv_file_saw_changed AFTER UPDATE OF text ON message WHEN old.text != new.text BEGIN
    DELETE FROM kv_file WHERE id IN (SELECT kv_file_id FROM kv_file_saw WHERE message_id = new.id);
END
"""


_M010 = """
ALTER TABLE conversation ADD COLUMN mode TEXT NOT NULL DEFAULT 'remember';

ALTER TABLE recall_hit ADD COLUMN faded INTEGER NOT NULL DEFAULT 0;

CREATE TABLE strength (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    last_message_id INTEGER NOT NULL,
    born_at TEXT NOT NULL,
    salience REAL NOT NULL,
    stability REAL NOT NULL,
    used_at TEXT NOT NULL,
    uses INTEGER NOT NULL,
    pinned INTEGER NOT NULL,
    fades_at TEXT NOT NULL,
    archives_at TEXT NOT NULL,
    archived_at TEXT
);

CREATE INDEX strength_fades ON strength (fades_at);

CREATE INDEX strength_archives ON strength (archives_at);

CREATE INDEX strength_archived ON strength (archived_at) WHERE archived_at IS NOT NULL;

CREATE TABLE memory_use (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX memory_use_message ON memory_use (message_id);

CREATE TRIGGER memory_shown AFTER INSERT ON recall_hit BEGIN
    INSERT INTO memory_use (message_id, kind, at) SELECT first_message_id, 'shown', created_at
    FROM span, recall WHERE span.id = new.span_id AND recall.id = new.recall_id;
END;

CREATE TRIGGER memory_judged AFTER INSERT ON feedback WHEN new.signal IN ('cited', 'opened') BEGIN
    INSERT INTO memory_use (message_id, kind, at) SELECT first_message_id, new.signal, new.created_at
    FROM recall_hit JOIN span ON span.id = span_id WHERE recall_id = new.recall_id AND rank = new.rank;
END;

CREATE TABLE erasure (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    holder TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    finished_at TEXT,
    uids TEXT NOT NULL,
    outcome TEXT NOT NULL
)
"""

_M011 = """
CREATE TABLE consolidation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    method TEXT NOT NULL,
    span_id INTEGER NOT NULL,
    recalled_at TEXT NOT NULL
);

CREATE TABLE fold (
    span_id INTEGER PRIMARY KEY REFERENCES span (id) ON DELETE CASCADE,
    exemplar_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    likeness REAL NOT NULL,
    apart INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX fold_exemplar ON fold (exemplar_id);

CREATE TABLE link (
    a_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    b_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    weight REAL NOT NULL,
    strengthened_at TEXT NOT NULL,
    job_run_id INTEGER,
    apart INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (a_id, b_id, reason),
    CHECK (a_id < b_id)
) WITHOUT ROWID;

CREATE INDEX link_b ON link (b_id);

CREATE INDEX link_run ON link (job_run_id, reason);

CREATE TABLE hindsight (
    span_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    embedder_id INTEGER NOT NULL REFERENCES embedder (id) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    job_run_id INTEGER,
    apart INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (span_id, embedder_id)
);

CREATE INDEX hindsight_run ON hindsight (job_run_id);

CREATE TRIGGER hindsight_went_on AFTER INSERT ON span BEGIN
    DELETE FROM hindsight WHERE NOT apart AND span_id IN (
        SELECT id FROM span WHERE conversation_id = new.conversation_id AND id < new.id ORDER BY id DESC LIMIT 2
    );
END;

CREATE TRIGGER hindsight_lost BEFORE DELETE ON span BEGIN
    DELETE FROM hindsight WHERE span_id IN (
        SELECT id FROM span WHERE conversation_id = old.conversation_id AND id < old.id ORDER BY id DESC LIMIT 2
    );
    DELETE FROM hindsight WHERE span_id IN (
        SELECT id FROM span WHERE conversation_id = old.conversation_id AND id > old.id ORDER BY id LIMIT 2
    );
END;

CREATE TABLE theme (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at TEXT NOT NULL
);

CREATE TABLE theme_episode (
    episode_id INTEGER PRIMARY KEY REFERENCES episode (id) ON DELETE CASCADE,
    theme_id INTEGER REFERENCES theme (id) ON DELETE CASCADE,
    likeness REAL NOT NULL
);

CREATE INDEX theme_episode_theme ON theme_episode (theme_id);

CREATE TABLE theme_line (
    theme_id INTEGER NOT NULL REFERENCES theme (id) ON DELETE CASCADE,
    rank INTEGER NOT NULL,
    span_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    PRIMARY KEY (theme_id, rank)
) WITHOUT ROWID;

CREATE INDEX theme_line_span ON theme_line (span_id);

CREATE TRIGGER theme_left_alone AFTER DELETE ON theme_episode WHEN old.theme_id IS NOT NULL BEGIN
    DELETE FROM theme WHERE id = old.theme_id
    AND NOT EXISTS (SELECT 1 FROM theme_episode WHERE theme_id = old.theme_id);
END;

CREATE TRIGGER theme_emptied AFTER UPDATE OF theme_id ON theme_episode WHEN old.theme_id IS NOT new.theme_id BEGIN
    DELETE FROM theme WHERE id = old.theme_id
    AND NOT EXISTS (SELECT 1 FROM theme_episode WHERE theme_id = old.theme_id);
END
"""

_M009 = """
CREATE TABLE fact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    subject TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    kind TEXT NOT NULL,
    said_at TEXT NOT NULL,
    since TEXT,
    until TEXT,
    adds INTEGER NOT NULL,
    mends INTEGER NOT NULL,
    by_hand INTEGER NOT NULL,
    confidence REAL NOT NULL,
    method TEXT NOT NULL,
    rejected INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX fact_message ON fact (message_id);

CREATE INDEX fact_subject ON fact (subject, attribute);

CREATE TABLE fact_reading (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    version TEXT NOT NULL
);

CREATE TABLE recall_told (
    recall_id INTEGER NOT NULL REFERENCES recall (id) ON DELETE CASCADE,
    rank INTEGER NOT NULL,
    fact_id INTEGER NOT NULL REFERENCES fact (id) ON DELETE CASCADE,
    words TEXT NOT NULL,
    UNIQUE (recall_id, rank, fact_id)
);

CREATE INDEX recall_told_fact ON recall_told (fact_id);

CREATE TRIGGER recall_told_deleted AFTER DELETE ON recall_told BEGIN
    DELETE FROM recall_told WHERE recall_id = old.recall_id AND rank = old.rank;
END
"""


def migrate(db: Database, path: Path, backups: Path, now: datetime) -> Path | None:
    """Bring the store up to date; return the backup that was made first, if one was needed.

    Idempotent. Each step and its record are one transaction. Raises StoreTooNew before
    anything is touched when the store knows steps that this Mneme does not.
    """
    done = {step.name for step in migrations.applied(db)}
    known = {step.name for step in migrations.pending(Database(memory=True))}
    if unknown := done - known:
        raise StoreTooNew(
            f"{path} was written by a newer Mneme (step {min(unknown)}). Install that version, "
            "or choose another data folder. Nothing was changed."
        )
    if not migrations.pending(db):
        return None
    with immediately(db):  # others that open the store wait here, and then find nothing pending
        if not migrations.pending(db):
            return None
        backup = back_up(path, backups / f"before-update-{now:%Y%m%d-%H%M%S}.db") if done else None
        migrations.apply(db)
    return backup


def back_up(path: Path, target: Path) -> Path:
    """Copy the database at `path` as it was last committed to `target`, and verify the copy by opening it."""
    source, copy = sqlite3.connect(path), sqlite3.connect(target)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    finally:
        source.close()
        copy.close()
    target.chmod(0o600)
    if verdict != "ok":
        target.unlink()
        raise StoreError(f"The backup {target} did not verify ({verdict}), so the store was left as it is.")
    return target
