CREATE TABLE fact_model_reading (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    version TEXT NOT NULL
);

CREATE TABLE fact_reader (
    version TEXT PRIMARY KEY,
    able INTEGER NOT NULL,
    precision REAL NOT NULL,
    recall REAL NOT NULL,
    asked INTEGER NOT NULL
)
