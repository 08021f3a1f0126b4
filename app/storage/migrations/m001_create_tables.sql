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
