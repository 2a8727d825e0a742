-- A subscription that is not enabled collects deliveries, but has no courier.
ALTER TABLE subscription ADD COLUMN enabled BOOLEAN DEFAULT TRUE NOT NULL;

-- For the sweep, which looks for the oldest events.
CREATE INDEX event_by_age ON event (received_at);
