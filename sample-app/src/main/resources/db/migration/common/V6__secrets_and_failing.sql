-- Secrets that were replaced: in each line the time until which deliveries are signed with it as well, and the
-- secret.
ALTER TABLE subscription ADD COLUMN old_secrets VARCHAR(2048);

-- Whether the subscription is told of what becomes of others.
ALTER TABLE subscription ADD COLUMN operational BOOLEAN DEFAULT FALSE NOT NULL;

-- Why and when the relay has disabled the subscription, until it is enabled again; and whether operational
-- subscriptions still have to be told.
ALTER TABLE subscription ADD COLUMN disabled_reason VARCHAR(200);
ALTER TABLE subscription ADD COLUMN disabled_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE subscription ADD COLUMN notice_due BOOLEAN DEFAULT FALSE NOT NULL;

-- For how long all attempts have failed. It counts only if "failing_epoch" is the present "enabled_count": so
-- enabling a subscription begins anew without a change to this table, which another writer owns.
ALTER TABLE subscription ADD COLUMN enabled_count INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE progress ADD COLUMN failing_epoch INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE progress ADD COLUMN failing_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE progress ADD COLUMN failing_ms BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE progress ADD COLUMN failing_deliveries INTEGER DEFAULT 0 NOT NULL;
