-- The type of an event, by which subscriptions choose; and the only subscription that an event is for.
ALTER TABLE event ADD COLUMN event_type VARCHAR(128);
ALTER TABLE event ADD COLUMN target VARCHAR(40);

-- The types that a subscription gets, one in each line. Null: all events.
ALTER TABLE subscription ADD COLUMN event_types VARCHAR(8192);

-- When the last attempt ended, and how long it took.
ALTER TABLE delivery ADD COLUMN attempted_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE delivery ADD COLUMN duration_ms INTEGER;

-- The attempts, except a first one that was a success: all of that is in the row of its delivery.
CREATE TABLE attempt (
    position        BIGINT NOT NULL,
    subscription_id VARCHAR(40) NOT NULL,
    number          INTEGER NOT NULL,
    attempted_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    duration_ms     INTEGER NOT NULL,
    status          INTEGER,
    error           VARCHAR(200),
    PRIMARY KEY (position, subscription_id, number)
);

-- The deliveries that have failed, by subscription: an index of the table of deliveries, without the many
-- that have not.
CREATE TABLE failed (
    subscription_id VARCHAR(40) NOT NULL,
    position        BIGINT NOT NULL,
    PRIMARY KEY (subscription_id, position)
);
CREATE INDEX failed_by_position ON failed (position, subscription_id);
INSERT INTO failed (subscription_id, position)
SELECT subscription_id, position FROM delivery WHERE state = 'failed' ORDER BY subscription_id, position;

-- What is to be delivered once more: the event at "until_position", if it is a single one, or all that have
-- failed up to there. As in "progress", all up to "position" is done, and the first one after it has attempts.
CREATE TABLE replay (
    id              VARCHAR(40) PRIMARY KEY,
    subscription_id VARCHAR(40) NOT NULL,
    single          BOOLEAN NOT NULL,
    position        BIGINT NOT NULL,
    until_position  BIGINT NOT NULL,
    attempts        INTEGER DEFAULT 0 NOT NULL,
    attempted_at    TIMESTAMP WITH TIME ZONE,
    next_at         TIMESTAMP WITH TIME ZONE,
    last_status     INTEGER,
    last_error      VARCHAR(200)
);
CREATE INDEX replay_by_subscription ON replay (subscription_id, id);
