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
