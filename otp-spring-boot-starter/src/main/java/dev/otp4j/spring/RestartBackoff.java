/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import dev.otp4j.supervisor.Backoff;
import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How long a supervisor waits before it starts a failed actor again; see {@link Backoff}. A value
 * of {@link SupervisedActor#backoff}.
 *
 * {@snippet :
 * @SupervisedActor(backoff = @RestartBackoff(first = "100ms", longest = "2s"))
 * class Feed implements StatefulActor<Feed.Message> { … }
 * }
 *
 * <p>The supervisor does not start if its restart tolerance leaves no room for the longest delay:
 * {@code intensity} times {@code longest} must not exceed the period.
 *
 * @since 0.1.0
 */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface RestartBackoff {
    /**
     * Delay before the first restart in a row: a duration such as {@code 100ms}, longer than zero.
     * May be a placeholder.
     */
    String first();

    /** Longest delay; not shorter than {@link #first}. May be a placeholder. */
    String longest();

    /** Factor by which each delay is longer than the one before, at least 1. Defaults to 2. */
    double factor() default Backoff.DEFAULT_FACTOR;

    /** Largest share by which a delay is shortened at random, from 0 to 1. Defaults to 0.2. */
    double jitter() default Backoff.DEFAULT_JITTER;

    /**
     * How long the actor has to run without a failure before the delays begin again. Defaults to
     * the longest delay. May be a placeholder.
     */
    String resetAfter() default "";

    /**
     * Whether calls to the actor fail while it waits for its restart, with {@link
     * dev.otp4j.process.CallException.Restarting}. Defaults to {@code false}: they wait, each
     * within its own time limit.
     */
    boolean callsFailFast() default false;
}
