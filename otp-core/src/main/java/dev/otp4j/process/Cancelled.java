/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;

/**
 * The outcome of cancelling a timer.
 *
 * @since 0.1.0
 */
public sealed interface Cancelled {
    /** The timer had fired, was cancelled before, or its process had ended. */
    record TimerNotFound() implements Cancelled {}

    /**
     * The timer will not fire.
     *
     * @param remaining the time that was left until it would have fired
     */
    record TimerCancelled(Duration remaining) implements Cancelled {}
}
