/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How requests use the ledger, and how long it keeps events.
 *
 * @param ledgerTimeout Longest time that a request may wait for the ledger, including restarts of
 *     the ledger.
 * @param retention Shortest time that an event is kept. An event with a pending delivery is kept
 *     longer.
 * @param sweepInterval How often the ledger looks for events to remove.
 * @param maxLag Age that the oldest pending delivery to a healthy subscriber must not reach. The
 *     relay slows its intake before, from half of it.
 */
@ConfigurationProperties("relay")
record LedgerProperties(
        @DefaultValue("5s") Duration ledgerTimeout,
        @DefaultValue("7d") Duration retention,
        @DefaultValue("1m") Duration sweepInterval,
        @DefaultValue("2s") Duration maxLag) {

    LedgerProperties {
        check("ledger-timeout", ledgerTimeout, ledgerTimeout.isPositive(), "positive");
        check("retention", retention, !retention.isNegative(), "zero or positive");
        check("sweep-interval", sweepInterval, sweepInterval.isPositive(), "positive");
        check("max-lag", maxLag, maxLag.isPositive(), "positive");
    }

    private static void check(String name, Duration value, boolean allowed, String rule) {
        if (allowed) return;
        throw new IllegalArgumentException("'relay." + name + "' must be " + rule + ": " + value);
    }
}
