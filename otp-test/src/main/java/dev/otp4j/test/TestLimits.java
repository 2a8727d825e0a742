/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long the test kit waits by default.
 *
 * {@snippet :
 * // mvn test -Dotp.test.timeout=10s
 * Duration limit = TestLimits.timeout();
 * }
 *
 * <p>A value comes from the JUnit configuration parameter of that name, if {@link OtpExtension} is
 * registered, otherwise from the system property of that name. It is a number with a unit ({@code
 * ms}, {@code s} or {@code m}) or an ISO duration. Read at each wait; any thread may read it.
 *
 * @since 0.1.0
 */
public final class TestLimits {
    /** Property with the time limit of a wait: {@value}; 3 s by default. */
    public static final String TIMEOUT = "otp.test.timeout";

    /** Property with the time in which nothing must happen: {@value}; 100 ms by default. */
    public static final String QUIET = "otp.test.quiet";

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration DEFAULT_QUIET = Duration.ofMillis(100);
    private static final Pattern SIMPLE = Pattern.compile("(\\d+)\\s*(ms|s|m)");

    private static volatile Function<String, @Nullable String> source = System::getProperty;

    private TestLimits() {}

    /** Looks values up there from now on. */
    static void readFrom(Function<String, @Nullable String> properties) {
        source = properties;
    }

    /**
     * {@return how long a wait of the test kit takes at most, unless the call says another limit}
     *
     * @throws IllegalArgumentException if the property has no valid duration
     */
    public static Duration timeout() {
        return property(TIMEOUT, DEFAULT_TIMEOUT);
    }

    /**
     * {@return for how long {@link Probe#expectNothing()} watches that nothing arrives}
     *
     * @throws IllegalArgumentException if the property has no valid duration
     */
    public static Duration quiet() {
        return property(QUIET, DEFAULT_QUIET);
    }

    private static Duration property(String name, Duration otherwise) {
        String text = source.apply(name);
        return text == null ? otherwise : parse(name, text);
    }

    static Duration parse(String name, String text) {
        Matcher simple = SIMPLE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (simple.matches()) {
            long amount = Long.parseLong(Objects.requireNonNull(simple.group(1)));
            return switch (Objects.requireNonNull(simple.group(2))) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                default -> Duration.ofMinutes(amount);
            };
        }
        try {
            return Duration.parse(text.strip());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'%s' must be a duration such as 500ms, 3s or PT1M: %s".formatted(name, text),
                    e);
        }
    }
}
