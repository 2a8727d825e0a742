/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.supervisor.Backoff;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of durable delivery.
 *
 * @param timeout How long a target may take for one event, unless the target sets its own
 *     'timeout'.
 * @param staleness Time after which an attempt without an outcome counts as lost, for example
 *     because its instance was killed. Must be longer than the time a target may take.
 * @param maxAttempts How often an event is tried before it is given up.
 * @param delay Time from the start of the first attempt to the second one. Doubles with each
 *     further attempt.
 * @param maxDelay Longest time between two attempts.
 * @param pollInterval How often each instance looks for events to try again.
 * @param queueCapacity How many events of a target wait in memory at most. Further events are sent
 *     after 'staleness'.
 * @since 0.1.0
 */
@ConfigurationProperties("otp.durable-delivery")
public record DurableDeliveryProperties(
        @DefaultValue("30s") Duration timeout,
        @DefaultValue("2m") Duration staleness,
        @DefaultValue("10") int maxAttempts,
        @DefaultValue("1s") Duration delay,
        @DefaultValue("5m") Duration maxDelay,
        @DefaultValue("1s") Duration pollInterval,
        @DefaultValue("10000") int queueCapacity) {

    /** {@return how the delays grow} Without chance, because each instance must know the same. */
    Backoff backoff() {
        return Backoff.exponential(delay, maxDelay).jitter(0);
    }
}
