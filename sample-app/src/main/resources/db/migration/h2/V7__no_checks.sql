-- H2 evaluates a CHECK with the session that made the table, and fails when that session is closed: so no result
-- could be stored any more once the pool had replaced the connection of the first start, half an hour later. The
-- name is the one that H2 gave: it depends on the names of the migrations' tables and constraints alone.
ALTER TABLE delivery DROP CONSTRAINT IF EXISTS CONSTRAINT_5FBB0;
