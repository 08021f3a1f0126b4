CREATE TABLE document (
    conversation_id INTEGER PRIMARY KEY REFERENCES conversation (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    pages INTEGER,
    sha256 TEXT NOT NULL,
    added_at TEXT NOT NULL
);

CREATE INDEX document_sha256 ON document (sha256);

CREATE TABLE passage (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    page INTEGER,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL
);

CREATE TABLE attachment (
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    PRIMARY KEY (message_id, document_id)
) WITHOUT ROWID;

CREATE INDEX attachment_document ON attachment (document_id);

CREATE TRIGGER document_cut BEFORE DELETE ON message
WHEN EXISTS (SELECT 1 FROM passage WHERE message_id = old.id) BEGIN
    UPDATE document SET sha256 = '' WHERE conversation_id = old.conversation_id;
END
