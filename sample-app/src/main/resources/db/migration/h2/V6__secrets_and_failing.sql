-- Secrets that were replaced: in each line the time until which deliveries are signed with it as well, and the
-- secret.
ALTER TABLE subscription ADD COLUMN old_secrets VARCHAR(2048);
