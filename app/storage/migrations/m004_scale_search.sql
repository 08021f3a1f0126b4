CREATE TABLE new_span_vector (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    span_id INTEGER NOT NULL REFERENCES span (id) ON DELETE CASCADE,
    embedder_id INTEGER NOT NULL REFERENCES embedder (id) ON DELETE CASCADE,
    signs BLOB NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (span_id, embedder_id)
);

INSERT INTO new_span_vector (span_id, embedder_id, signs, vector)
SELECT span_id, embedder_id, signs(vector), vector FROM span_vector ORDER BY embedder_id, span_id;

DROP TABLE span_vector;

ALTER TABLE new_span_vector RENAME TO span_vector;

CREATE INDEX span_vector_signs ON span_vector (embedder_id, id, signs);

CREATE TEMP TABLE kept AS SELECT rowid AS id, speaker, words FROM span_text;

DROP TABLE span_text;

CREATE VIRTUAL TABLE span_text USING fts5 (
    speaker, words, tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3'
);

INSERT INTO span_text (rowid, speaker, words) SELECT id, speaker, words FROM kept;

DROP TABLE kept;

DROP INDEX message_speaker;

CREATE INDEX message_speaker ON message (role, speaker)
