/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.supervisor.Backoff;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How couriers deliver.
 *
 * @param maxAttempts Number of attempts after which a delivery fails.
 * @param retryDelay Time between the first and the second attempt. Doubles after each further
 *     attempt.
 * @param maxRetryDelay Longest time between two attempts, even if the subscriber asks for a longer
 *     one with Retry-After.
 * @param requestTimeout Longest time that a subscriber may take to answer.
 * @param pollInterval How often an idle courier looks for work in the database, in case a
 *     notification was lost.
 * @param allowPrivateAddresses Whether deliveries may go to addresses that are not public, such as
 *     localhost. For trials.
 */
@ConfigurationProperties("relay")
@Validated
record CourierProperties(
        @DefaultValue("8") @Min(1) int maxAttempts,
        @DefaultValue("1s") @DurationMin(millis = 1) @DurationMax(days = 365) Duration retryDelay,
        @DefaultValue("10m") @DurationMin(millis = 1) @DurationMax(days = 365)
                Duration maxRetryDelay,
        @DefaultValue("10s") @DurationMin(millis = 1) @DurationMax(days = 1)
                Duration requestTimeout,
        @DefaultValue("5s") @DurationMin(millis = 1) @DurationMax(days = 365) Duration pollInterval,
        @DefaultValue("false") boolean allowPrivateAddresses) {

    /** {@return how long to wait after this many attempts} */
    Duration delayAfter(int attempts) {
        Duration first = retryDelay.compareTo(maxRetryDelay) < 0 ? retryDelay : maxRetryDelay;
        return Backoff.exponential(first, maxRetryDelay).delay(attempts, 0);
    }
}
