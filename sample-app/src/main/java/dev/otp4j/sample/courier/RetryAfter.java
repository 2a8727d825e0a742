/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The header {@code Retry-After}: a number of seconds, or a date. */
final class RetryAfter {
    private static final int MAX_DIGITS = 9; // 30 years; a larger number means the same

    private RetryAfter() {}

    /** {@return how long to wait; null if the text is absent or not understood} */
    static @Nullable Duration parse(@Nullable String text, Instant now) {
        if (text == null) return null;
        String value = text.strip();
        return value.matches("[0-9]+") ? seconds(value) : until(value, now);
    }

    private static Duration seconds(String digits) {
        String most = digits.length() > MAX_DIGITS ? "9".repeat(MAX_DIGITS) : digits;
        return Duration.ofSeconds(Long.parseLong(most));
    }

    private static @Nullable Duration until(String date, Instant now) {
        try {
            Instant then =
                    ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            Duration wait = Duration.between(now, then);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
