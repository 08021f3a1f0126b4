CREATE TABLE place (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    app TEXT NOT NULL,
    device TEXT NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (project, app, device, document)
);

ALTER TABLE message ADD COLUMN place_id INTEGER REFERENCES place (id) ON DELETE SET NULL;

CREATE INDEX message_place ON message (place_id);

CREATE TRIGGER place_left AFTER DELETE ON message WHEN old.place_id IS NOT NULL BEGIN
    DELETE FROM place WHERE id = old.place_id AND NOT EXISTS (SELECT 1 FROM message WHERE place_id = old.place_id);
END;

INSERT INTO place (project, app, device, document)
SELECT DISTINCT '', CASE origin WHEN 'imported' THEN 'ChatGPT' ELSE 'Mneme' END, '', '' FROM message;

UPDATE message SET place_id = (
    SELECT id FROM place WHERE app = CASE message.origin WHEN 'imported' THEN 'ChatGPT' ELSE 'Mneme' END
)
