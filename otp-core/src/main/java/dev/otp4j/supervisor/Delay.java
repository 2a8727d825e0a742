/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.time.Duration;

/**
 * The delay before a restart, as a {@link Backoff} gives it.
 *
 * @param attempt how many-th restart in a row it is
 * @param time how long the child waits
 * @param due when the wait is over
 */
record Delay(int attempt, Duration time, long due) {}
