/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How couriers deliver.
 *
 * @param maxAttempts how often a delivery is tried before it fails
 * @param retryDelay time between the first attempt and the second; doubles from there
 * @param maxRetryDelay longest time between two attempts
 * @param requestTimeout how long a subscriber may take to answer
 * @param pollInterval how often an idle courier looks for work that nobody told it of
 */
@ConfigurationProperties("relay")
@Validated
record CourierProperties(
        @DefaultValue("8") @Min(1) int maxAttempts,
        @DefaultValue("1s") Duration retryDelay,
        @DefaultValue("10m") Duration maxRetryDelay,
        @DefaultValue("10s") Duration requestTimeout,
        @DefaultValue("5s") Duration pollInterval) {

    /** How long to wait after that many attempts. */
    Duration delayAfter(int attempts) {
        int doublings = Math.min(attempts - 1, 30);
        Duration delay = retryDelay.multipliedBy(1L << doublings);
        return delay.compareTo(maxRetryDelay) < 0 ? delay : maxRetryDelay;
    }
}
