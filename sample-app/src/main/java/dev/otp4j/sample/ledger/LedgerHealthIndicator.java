/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.sample.ledger.Database.Lock;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Down while the relay cannot write: then it accepts nothing, or it cannot go on after what it has
 * delivered. The database may answer all the same, and its own health be up.
 */
@Component
class LedgerHealthIndicator extends AbstractHealthIndicator {
    private static final String WRITTEN = "written";

    private final Writes writes;

    LedgerHealthIndicator(Writes writes) {
        this.writes = writes;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up();
        add(builder, "requests", Lock.HEAD);
        add(builder, "results", Lock.RESULTS);
    }

    private void add(Health.Builder builder, String name, Lock kind) {
        String text = writes.failure(kind).orElse(WRITTEN);
        if (!text.equals(WRITTEN)) builder.down();
        builder.withDetail(name, text);
    }
}
