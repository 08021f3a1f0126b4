CREATE TABLE fact_same (
    fact_id INTEGER PRIMARY KEY REFERENCES fact (id) ON DELETE CASCADE,
    as_id INTEGER NOT NULL REFERENCES fact (id) ON DELETE CASCADE
);

CREATE INDEX fact_same_as ON fact_same (as_id)
