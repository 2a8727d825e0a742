/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import java.time.Instant;

/**
 * The number of messages that a process took since its statistics were switched on.
 *
 * <p>Counterpart: {@code sys:statistics/2}. Messages that a process sends are not counted: a send
 * uses the receiver's mailbox and nothing else, and otherwise every send of every process would
 * have to check whether its sender is watched.
 *
 * @param startedAt when the statistics were switched on
 * @param now when this was read
 * @param messagesIn how many ordinary messages the process took in order to handle them
 * @since 0.1.0
 */
public record Statistics(Instant startedAt, Instant now, long messagesIn) {}
