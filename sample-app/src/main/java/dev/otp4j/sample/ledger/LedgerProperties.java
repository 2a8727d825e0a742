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
 */
@ConfigurationProperties("relay")
record LedgerProperties(
        @DefaultValue("5s") Duration ledgerTimeout,
        @DefaultValue("7d") Duration retention,
        @DefaultValue("1m") Duration sweepInterval) {}
