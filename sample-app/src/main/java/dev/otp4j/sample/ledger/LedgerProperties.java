/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the ledger is called, and what it keeps.
 *
 * @param ledgerTimeout how long a request may wait for the ledger, restarts included
 * @param retention how long an event is kept at least; one with a pending delivery is kept anyway
 * @param sweepInterval how often it is looked what may go
 */
@ConfigurationProperties("relay")
record LedgerProperties(
        @DefaultValue("5s") Duration ledgerTimeout,
        @DefaultValue("7d") Duration retention,
        @DefaultValue("1m") Duration sweepInterval) {}
