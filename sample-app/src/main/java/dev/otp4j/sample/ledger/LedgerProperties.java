/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the ledger is called.
 *
 * @param ledgerTimeout how long a request may wait for the ledger, restarts included
 */
@ConfigurationProperties("relay")
record LedgerProperties(@DefaultValue("5s") Duration ledgerTimeout) {}
