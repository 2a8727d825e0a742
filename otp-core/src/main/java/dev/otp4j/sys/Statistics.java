/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import java.time.Instant;

/**
 * What was counted since the statistics were switched on.
 *
 * <p>Counterpart: {@code sys:statistics/2}. What a process sends is not counted: a send takes the
 * receiver's mailbox and nothing else, and every send of every process would pay for a look at
 * whether its sender is being watched.
 *
 * @param startedAt when they were switched on
 * @param now when this was read
 * @param messagesIn how many ordinary messages were taken to be handled
 * @since 0.1.0
 */
public record Statistics(Instant startedAt, Instant now, long messagesIn) {}
