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
