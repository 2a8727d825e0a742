/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.concurrent.TimeUnit;

/**
 * The constants of {@link Diversion}, in nanoseconds. They compensate for the JDK's scheduler,
 * which does not serve its queues in turn, and were found by measuring on {@link #FOUND_ON}. If a
 * JDK's scheduler serves its queues in turn, diversion can be switched off on that JDK; {@code
 * DiversionCanaryTests} fails on such a JDK.
 *
 * @param enabled whether starts are diverted at all
 * @param patience how long a probe may take to begin before starts are diverted
 * @param firstSpan how long starts are diverted at first if the probe does not begin; after a
 *     diversion that did not help, also how long starts are not diverted
 * @param longestSpan the longest diversion: each one that does not help is followed by one twice as
 *     long, up to this
 * @param often the time between two diversions while processes use up their turns
 * @param seldom the time between two diversions while processes are started at all
 * @param lookAround how long starts are diverted after the probe has begun: within this time a
 *     carrier that has run the probe has looked at other queues
 * @param glance how often the sentry looks during a diversion
 * @param lateGlance how often the sentry looks during a diversion once the probe has been on its
 *     way for longer than this
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

    /** The default constants. */
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

    /** {@link #DEFAULT}, switched off if the system property {@link #PROPERTY} is {@code false}. */
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
