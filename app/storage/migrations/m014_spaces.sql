ALTER TABLE place RENAME COLUMN project TO space;

CREATE TABLE space (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    persona TEXT NOT NULL DEFAULT '',
    temperature REAL,
    top_p REAL,
    max_reply_tokens INTEGER
);

ALTER TABLE conversation ADD COLUMN space TEXT NOT NULL DEFAULT '';

CREATE INDEX conversation_space ON conversation (space) WHERE space != '';

INSERT INTO space (uid, name) SELECT lower(hex(randomblob(16))), min(space) FROM place WHERE space != ''
GROUP BY casefold(space);

UPDATE place SET space = (SELECT name FROM space WHERE casefold(name) = casefold(place.space)) WHERE space != ''
AND NOT EXISTS (SELECT 1 FROM space WHERE name = place.space)
AND NOT EXISTS (
    SELECT 1 FROM place other JOIN space s ON s.name = other.space WHERE casefold(s.name) = casefold(place.space)
    AND other.app = place.app AND other.device = place.device AND other.document = place.document
);

UPDATE conversation SET space = coalesce((
    SELECT space.name FROM message JOIN place ON place.id = message.place_id
    JOIN space ON casefold(space.name) = casefold(place.space)
    WHERE message.conversation_id = conversation.id ORDER BY message.id LIMIT 1
), '') WHERE origin != 'remembered'
