/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;

/**
 * What became of a timer that was cancelled.
 *
 * @since 0.1.0
 */
public sealed interface Cancelled {
    /** It had fired, was cancelled before, or its process had ended. */
    record TimerNotFound() implements Cancelled {}

    /**
     * It will not fire.
     *
     * @param remaining how long it would have taken still
     */
    record TimerCancelled(Duration remaining) implements Cancelled {}
}
