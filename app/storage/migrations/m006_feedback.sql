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
