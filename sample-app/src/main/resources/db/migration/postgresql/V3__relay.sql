-- The same tables as those of H2 after its V3.

-- Row 1: the position of the last event. Every change that came in over HTTP locks it first, so positions
-- are given out in the order of the commits, and a transaction that holds the lock knows that no other
-- change is half done. Row 2 is locked by the writes of results.
CREATE TABLE ledger_head (
    id       SMALLINT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO ledger_head (id, position) VALUES (1, 0), (2, 0);

-- A subscription gets the events after "first_position", and once it is deleted those up to "last_position".
CREATE TABLE subscription (
    id             VARCHAR(40) PRIMARY KEY,
    url            VARCHAR(2048) NOT NULL,
    secret         VARCHAR(512) NOT NULL,
    enabled        BOOLEAN DEFAULT TRUE NOT NULL,
    created_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    deleted_at     TIMESTAMP WITH TIME ZONE,
    first_position BIGINT NOT NULL,
    last_position  BIGINT
);

CREATE TABLE event (
    position        BIGINT PRIMARY KEY,
    id              VARCHAR(40) NOT NULL UNIQUE,
    body            BYTEA NOT NULL,
    body_digest     BYTEA NOT NULL,
    idempotency_key VARCHAR(255) UNIQUE,
    received_at     TIMESTAMP WITH TIME ZONE NOT NULL
);
-- Bodies are small, or do not compress well enough to be worth the time.
ALTER TABLE event ALTER COLUMN body SET STORAGE EXTERNAL;

-- Each subscription has one place in the order of all events: what is up to there is settled, what is
-- after it is pending. Only the first pending delivery of a subscription has attempts: they are here.
CREATE TABLE progress (
    subscription_id VARCHAR(40) PRIMARY KEY,
    position        BIGINT NOT NULL,
    attempts        INTEGER DEFAULT 0 NOT NULL,
    attempted_at    TIMESTAMP WITH TIME ZONE,
    next_at         TIMESTAMP WITH TIME ZONE,
    last_status     INTEGER,
    last_error      VARCHAR(200)
) WITH (fillfactor = 50); -- room for new versions of a row beside the old one

CREATE TABLE delivery (
    position        BIGINT NOT NULL,
    subscription_id VARCHAR(40) NOT NULL,
    state           VARCHAR(9) NOT NULL CHECK (state IN ('delivered', 'failed')),
    attempts        INTEGER NOT NULL,
    last_status     INTEGER,
    last_error      VARCHAR(200),
    PRIMARY KEY (position, subscription_id)
);
