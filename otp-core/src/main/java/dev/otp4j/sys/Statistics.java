/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import java.time.Instant;

/**
 * What was counted since the statistics were switched on.
 *
 * <p>Counterpart: {@code sys:statistics/2}; what a process sends is not counted.
 *
 * @param startedAt when they were switched on
 * @param now when this was read
 * @param messagesIn how many ordinary messages were taken to be handled
 * @since 0.1.0
 */
public record Statistics(Instant startedAt, Instant now, long messagesIn) {}
