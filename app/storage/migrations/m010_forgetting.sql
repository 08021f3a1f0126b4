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
