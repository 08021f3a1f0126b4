CREATE TABLE consolidation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    method TEXT NOT NULL,
    span_id INTEGER NOT NULL,
    recalled_at TEXT NOT NULL
);

CREATE TABLE fold (
    span_id INTEGER PRIMARY KEY REFERENCES span (id) ON DELETE CASCADE,
    exemplar_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    likeness REAL NOT NULL,
    apart INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX fold_exemplar ON fold (exemplar_id);

CREATE TABLE link (
    a_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    b_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    weight REAL NOT NULL,
    strengthened_at TEXT NOT NULL,
    job_run_id INTEGER,
    apart INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (a_id, b_id, reason),
    CHECK (a_id < b_id)
) WITHOUT ROWID;

CREATE INDEX link_b ON link (b_id);

CREATE INDEX link_run ON link (job_run_id, reason);

CREATE TABLE hindsight (
    span_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    embedder_id INTEGER NOT NULL REFERENCES embedder (id) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    job_run_id INTEGER,
    apart INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (span_id, embedder_id)
);

CREATE INDEX hindsight_run ON hindsight (job_run_id);

CREATE TRIGGER hindsight_went_on AFTER INSERT ON span BEGIN
    DELETE FROM hindsight WHERE NOT apart AND span_id IN (
        SELECT id FROM span WHERE conversation_id = new.conversation_id AND id < new.id ORDER BY id DESC LIMIT 2
    );
END;

CREATE TRIGGER hindsight_lost BEFORE DELETE ON span BEGIN
    DELETE FROM hindsight WHERE span_id IN (
        SELECT id FROM span WHERE conversation_id = old.conversation_id AND id < old.id ORDER BY id DESC LIMIT 2
    );
    DELETE FROM hindsight WHERE span_id IN (
        SELECT id FROM span WHERE conversation_id = old.conversation_id AND id > old.id ORDER BY id LIMIT 2
    );
END;

CREATE TABLE theme (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at TEXT NOT NULL
);

CREATE TABLE theme_episode (
    episode_id INTEGER PRIMARY KEY REFERENCES episode (id) ON DELETE CASCADE,
    theme_id INTEGER REFERENCES theme (id) ON DELETE CASCADE,
    likeness REAL NOT NULL
);

CREATE INDEX theme_episode_theme ON theme_episode (theme_id);

CREATE TABLE theme_line (
    theme_id INTEGER NOT NULL REFERENCES theme (id) ON DELETE CASCADE,
    rank INTEGER NOT NULL,
    span_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    PRIMARY KEY (theme_id, rank)
) WITHOUT ROWID;

CREATE INDEX theme_line_span ON theme_line (span_id);

CREATE TRIGGER theme_left_alone AFTER DELETE ON theme_episode WHEN old.theme_id IS NOT NULL BEGIN
    DELETE FROM theme WHERE id = old.theme_id
    AND NOT EXISTS (SELECT 1 FROM theme_episode WHERE theme_id = old.theme_id);
END;

CREATE TRIGGER theme_emptied AFTER UPDATE OF theme_id ON theme_episode WHEN old.theme_id IS NOT new.theme_id BEGIN
    DELETE FROM theme WHERE id = old.theme_id
    AND NOT EXISTS (SELECT 1 FROM theme_episode WHERE theme_id = old.theme_id);
END
