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
