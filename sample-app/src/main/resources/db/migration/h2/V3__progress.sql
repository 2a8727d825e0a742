-- Each subscription has one place in the order of all events: what is up to there is settled, what is
-- after it is pending. So an event is one row, however many subscriptions there are, and a delivery has a
-- row once it is settled. Only the first pending delivery of a subscription has attempts: they are here.
CREATE TABLE progress (
    subscription_id VARCHAR(40) PRIMARY KEY,
    position        BIGINT NOT NULL,
    attempts        INTEGER DEFAULT 0 NOT NULL,
    attempted_at    TIMESTAMP WITH TIME ZONE,
    next_at         TIMESTAMP WITH TIME ZONE,
    last_status     INTEGER,
    last_error      VARCHAR(200)
);

-- A subscription gets the events after "first_position", and once it is deleted those up to "last_position".
ALTER TABLE subscription ADD COLUMN first_position BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE subscription ADD COLUMN last_position BIGINT;

UPDATE subscription s SET first_position = COALESCE(
    (SELECT MIN(d.position) - 1 FROM delivery d WHERE d.subscription_id = s.id),
    (SELECT position FROM ledger_head WHERE id = 1));
UPDATE subscription s SET last_position = COALESCE(
    (SELECT MAX(d.position) FROM delivery d WHERE d.subscription_id = s.id), s.first_position)
WHERE s.deleted_at IS NOT NULL;

INSERT INTO progress (subscription_id, position)
SELECT s.id, COALESCE(
    (SELECT MIN(d.position) - 1 FROM delivery d WHERE d.subscription_id = s.id AND d.state = 'pending'),
    (SELECT position FROM ledger_head WHERE id = 1))
FROM subscription s;
UPDATE progress p SET (attempts, attempted_at, next_at, last_status, last_error) = (
    SELECT d.attempts, d.due_at, d.due_at, d.last_status, d.last_error FROM delivery d
    WHERE d.subscription_id = p.subscription_id AND d.position = p.position + 1)
WHERE EXISTS (
    SELECT 1 FROM delivery d
    WHERE d.subscription_id = p.subscription_id AND d.position = p.position + 1 AND d.attempts > 0);

ALTER TABLE delivery RENAME TO delivery_of_before;
CREATE TABLE delivery (
    position        BIGINT NOT NULL,
    subscription_id VARCHAR(40) NOT NULL,
    state           VARCHAR(9) NOT NULL CHECK (state IN ('delivered', 'failed')),
    attempts        INTEGER NOT NULL,
    last_status     INTEGER,
    last_error      VARCHAR(200),
    -- In this order new rows go to the end, and a sweep takes them from the beginning.
    PRIMARY KEY (position, subscription_id)
);
INSERT INTO delivery (position, subscription_id, state, attempts, last_status, last_error)
SELECT position, subscription_id, state, attempts, last_status, last_error FROM delivery_of_before
WHERE state <> 'pending' ORDER BY position, subscription_id;
DROP TABLE delivery_of_before;
DROP INDEX event_by_age;

-- The second row is locked by the writes of results, so that those of a killed writer are over before
-- those of its successor begin.
INSERT INTO ledger_head (id, position) VALUES (2, 0);
