/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.concurrent.TimeUnit;

/**
 * The constants of {@link Diversion}, in nanoseconds. They compensate for queues of the JDK's
 * scheduler that are not served in turn, and were found by measuring on {@link #FOUND_ON}. On a JDK
 * whose scheduler serves its queues in turn diversion can be switched off; {@code
 * DiversionCanaryTests} fails on such a JDK.
 *
 * @param enabled whether starts are diverted at all
 * @param patience how long a probe may take to begin before starts are diverted
 * @param firstSpan how long starts are diverted while the probe does not begin, at first; and how
 *     long they are not diverted then, since that did not help
 * @param longestSpan the span doubles each time that it does not help, up to this
 * @param often the time between two diversions while processes use up their turns
 * @param seldom the time between two diversions while processes are started at all
 * @param lookAround within this time a carrier that has run the probe has looked at other queues
 * @param glance how often the sentry looks while it waits for that
 * @param lateGlance how often it looks when the probe has been on its way for longer than this
 */
public record DiversionSettings(
        boolean enabled,
        long patience,
        long firstSpan,
        long longestSpan,
        long often,
        long seldom,
        long lookAround,
        long glance,
        long lateGlance) {
    /** The JDK build on which the constants were found. */
    public static final String FOUND_ON = "25.0.3+9";

    /** System property that switches diversion off if its value is {@code false}: {@value}. */
    public static final String PROPERTY = "otp.scheduler.diversion";

    /** What holds by default. */
    public static final DiversionSettings DEFAULT =
            new DiversionSettings(
                    true,
                    TimeUnit.MILLISECONDS.toNanos(5),
                    TimeUnit.MILLISECONDS.toNanos(20),
                    TimeUnit.MILLISECONDS.toNanos(160),
                    TimeUnit.MILLISECONDS.toNanos(10),
                    TimeUnit.MILLISECONDS.toNanos(50),
                    TimeUnit.MICROSECONDS.toNanos(20),
                    TimeUnit.MICROSECONDS.toNanos(50),
                    TimeUnit.MILLISECONDS.toNanos(1));

    /** {@link #DEFAULT}, switched off if {@link #PROPERTY} says so. */
    public static DiversionSettings ofSystemProperty() {
        boolean off = "false".equals(System.getProperty(PROPERTY));
        return off ? DEFAULT.switched(false) : DEFAULT;
    }

    /** The same constants, switched on or off. */
    public DiversionSettings switched(boolean on) {
        return new DiversionSettings(
                on,
                patience,
                firstSpan,
                longestSpan,
                often,
                seldom,
                lookAround,
                glance,
                lateGlance);
    }
}
