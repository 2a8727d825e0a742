/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton.autoconfigure;

import dev.otp4j.lease.LeaseInfo;
import dev.otp4j.lease.LeaseKeeper;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Says of each lease what this instance does about it. Always up, unless the store cannot be used:
 * then unknown. To wait for a lease is no failure.
 */
final class LeaseHealthIndicator extends AbstractHealthIndicator {
    private final LeaseKeeper keeper;

    LeaseHealthIndicator(LeaseKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up().withDetail("instance", keeper.instance());
        for (LeaseInfo lease : keeper.leases()) {
            if (lease.failure() != null) builder.unknown();
            builder.withDetail(lease.name(), lease.text());
        }
    }
}
