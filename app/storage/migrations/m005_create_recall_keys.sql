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
