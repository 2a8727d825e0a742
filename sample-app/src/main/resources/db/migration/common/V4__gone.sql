-- When the subscriber answered 410. The subscription is disabled then, until it is enabled again.
ALTER TABLE subscription ADD COLUMN gone_at TIMESTAMP WITH TIME ZONE;
