-- One row: the position of the last event. Every change that came in over HTTP locks it first, so
-- positions are given out in the order of the commits, and whoever holds the lock knows that no other
-- change is half done.
CREATE TABLE ledger_head (
    id       SMALLINT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO ledger_head (id, position) VALUES (1, 0);

CREATE TABLE subscription (
    id         VARCHAR(40) PRIMARY KEY,
    url        VARCHAR(2048) NOT NULL,
    secret     VARCHAR(512) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE
);

CREATE TABLE event (
    position        BIGINT PRIMARY KEY,
    id              VARCHAR(40) NOT NULL UNIQUE,
    body            BINARY VARYING(262144) NOT NULL,
    body_digest     BINARY VARYING(32) NOT NULL,
    idempotency_key VARCHAR(255) UNIQUE,
    received_at     TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE TABLE delivery (
    subscription_id VARCHAR(40) NOT NULL REFERENCES subscription,
    position        BIGINT NOT NULL REFERENCES event,
    state           VARCHAR(9) DEFAULT 'pending' NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts        INTEGER DEFAULT 0 NOT NULL,
    due_at          TIMESTAMP WITH TIME ZONE NOT NULL,
    last_status     INTEGER,
    last_error      VARCHAR(200),
    PRIMARY KEY (subscription_id, position)
);
CREATE INDEX delivery_by_state ON delivery (subscription_id, state, position);
