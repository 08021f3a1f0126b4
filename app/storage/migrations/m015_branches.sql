CREATE TABLE branch (
    conversation_id INTEGER PRIMARY KEY REFERENCES conversation (id) ON DELETE CASCADE,
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE
);

CREATE INDEX branch_message ON branch (message_id);

CREATE TRIGGER branch_went_on AFTER INSERT ON message BEGIN
    DELETE FROM branch WHERE conversation_id = new.conversation_id;
END;

ALTER TABLE conversation ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0
