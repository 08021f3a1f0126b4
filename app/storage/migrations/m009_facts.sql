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
