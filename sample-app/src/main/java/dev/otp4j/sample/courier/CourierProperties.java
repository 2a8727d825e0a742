/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.supervisor.Backoff;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How couriers deliver.
 *
 * @param maxAttempts Number of attempts after which a delivery fails. Default: 8, or one more than
 *     the retry schedule has delays.
 * @param retryDelay Time between the first and the second attempt. Doubles after each further
 *     attempt. Default: 1s.
 * @param retrySchedule Time between each attempt and the next, such as 5s,5m,30m,2h. Replaces
 *     retry-delay and max-attempts. Not longer than max-retry-delay.
 * @param retryJitter Largest share by which a delay is shortened at random, from 0 to 1, so that
 *     deliveries that failed together are not tried together again.
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
        @Min(1) @Nullable Integer maxAttempts,
        @DurationMin(millis = 1) @DurationMax(days = 365) @Nullable Duration retryDelay,
        @Nullable List<@DurationMin(millis = 1) @DurationMax(days = 365) Duration> retrySchedule,
        @DefaultValue("0") @DecimalMin("0") @DecimalMax("1") double retryJitter,
        @DefaultValue("10m") @DurationMin(millis = 1) @DurationMax(days = 365)
                Duration maxRetryDelay,
        @DefaultValue("10s") @DurationMin(millis = 1) @DurationMax(days = 1)
                Duration requestTimeout,
        @DefaultValue("5s") @DurationMin(millis = 1) @DurationMax(days = 365) Duration pollInterval,
        @DefaultValue("false") boolean allowPrivateAddresses) {
    private static final int ATTEMPTS = 8;
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

    CourierProperties {
        if (retrySchedule != null) {
            checkSchedule(retrySchedule, maxRetryDelay);
            checkAlone(retrySchedule, maxAttempts, retryDelay);
        }
    }

    private static void checkSchedule(List<Duration> schedule, Duration longest) {
        if (schedule.isEmpty() || schedule.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException(
                    "'relay.retry-schedule' must not be empty or have an empty element: name at"
                            + " least one delay, such as 5s,5m,30m, or remove the property");
        }
        Duration most = schedule.stream().max(Duration::compareTo).orElseThrow();
        if (most.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    ("'relay.retry-schedule' must not have a delay above 'relay.max-retry-delay'"
                                    + " (%s): %s; set 'relay.max-retry-delay' to %s or more")
                            .formatted(text(longest), text(most), text(most)));
        }
    }

    /** What the schedule replaces may be there only if it says the same. */
    private static void checkAlone(
            List<Duration> schedule, @Nullable Integer attempts, @Nullable Duration delay) {
        int scheduled = schedule.size() + 1;
        if (attempts != null && attempts != scheduled) {
            throw new IllegalArgumentException(
                    ("'relay.max-attempts' must be %d with a 'relay.retry-schedule' of %d delays:"
                                    + " %d; remove one of the two properties")
                            .formatted(scheduled, schedule.size(), attempts));
        }
        if (delay != null && !delay.equals(schedule.getFirst())) {
            throw new IllegalArgumentException(
                    ("'relay.retry-delay' must be the first delay of 'relay.retry-schedule' (%s):"
                                    + " %s; remove one of the two properties")
                            .formatted(text(schedule.getFirst()), text(delay)));
        }
    }

    /** {@return a duration as it is written in a setting, such as 10m} */
    private static String text(Duration duration) {
        if (duration.toMillis() % 1000 != 0) return duration.toMillis() + "ms";
        long seconds = duration.toSeconds();
        if (seconds % 3600 == 0) return seconds / 3600 + "h";
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /** {@return after how many attempts a delivery fails} */
    int attempts() {
        if (retrySchedule != null) return retrySchedule.size() + 1;
        return maxAttempts == null ? ATTEMPTS : maxAttempts;
    }

    /** {@return how long to wait after a failure of the relay itself, which is no attempt} */
    Duration pause() {
        if (retrySchedule == null) return retryDelay == null ? FIRST_DELAY : retryDelay;
        Duration first = retrySchedule.getFirst();
        return first.compareTo(FIRST_DELAY) < 0 ? first : FIRST_DELAY;
    }

    /**
     * {@return how long to wait after this many attempts}
     *
     * @param chance how much of the jitter is taken off, from 0 to 1
     */
    Duration delayAfter(int attempts, double chance) {
        Duration delay = delayAfter(attempts);
        Duration less = Duration.ofMillis((long) (delay.toMillis() * (1 - retryJitter * chance)));
        return retryJitter == 0 || less.isZero() ? delay : less;
    }

    private Duration delayAfter(int attempts) {
        if (retrySchedule != null) {
            return retrySchedule.get(Math.min(attempts, retrySchedule.size()) - 1);
        }
        Duration first = pause().compareTo(maxRetryDelay) < 0 ? pause() : maxRetryDelay;
        return Backoff.exponential(first, maxRetryDelay).delay(attempts, 0);
    }
}
