/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;

/**
 * How many messages may be queued at a process, and what happens to a message that finds the
 * mailbox full.
 *
 * {@snippet :
 * Actor.of(Orders::new).mailbox(MailboxLimit.rejecting(1_000)).start();
 * }
 *
 * <p>Only messages that are sent to a subject of the process count, and the requests of calls. Exit
 * signals, DOWN messages, system requests and replies always get in, in the order in which they
 * were sent. A message counts until its handler begins, also while a selective receive or a
 * suspension puts it aside. Messages that a name held for a process that was being restarted all
 * get in; they count, and may be more than the capacity.
 *
 * <p>Some senders never wait, and {@link #blocking} treats them as {@link #rejecting} does: a
 * process that sends to itself, because it would wait for its own handler; timers; {@link
 * Subject#callAsync}; the callbacks of the library, such as listeners and the completion of a
 * future.
 *
 * <p>Counterpart: none; the mailboxes of Erlang have no limit.
 *
 * @param capacity most messages that are queued
 * @param whenFull what happens to a message that finds no room
 * @param longestWait how long a sender waits with {@link WhenFull#BLOCK}; zero for the others
 * @since 0.1.0
 */
public record MailboxLimit(int capacity, WhenFull whenFull, Duration longestWait) {

    /** What happens to a message that finds the mailbox full. */
    public enum WhenFull {
        /**
         * Its sender waits until there is room, in the order of arrival. If there is none in time,
         * the message is treated as with {@link #REJECT}.
         */
        BLOCK,
        /**
         * It is dropped and counted as {@link DropReason#FULL}, and the log says so, once a minute
         * at most. {@link Subject#trySend} returns {@link Subject.Sent#FULL}; a call fails with
         * {@link CallException.Rejected}.
         */
        REJECT,
        /** As {@link #REJECT}, without a line in the log. */
        DROP_NEWEST
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if {@code capacity} is not positive, or if {@code
     *     longestWait} is negative, not positive with {@link WhenFull#BLOCK}, or not zero otherwise
     */
    public MailboxLimit {
        Arguments.notNull("whenFull", whenFull);
        Arguments.notNull("longestWait", longestWait);
        if (capacity < 1) {
            throw new IllegalArgumentException("'capacity' must be positive: " + capacity);
        }
        if (whenFull == WhenFull.BLOCK && !longestWait.isPositive()) {
            throw new IllegalArgumentException("'longestWait' must be positive: " + longestWait);
        }
        if (whenFull != WhenFull.BLOCK && !longestWait.isZero()) {
            throw new IllegalArgumentException(
                    "'longestWait' must be zero unless senders wait: " + longestWait);
        }
    }

    /**
     * {@return a limit at which senders wait for room}
     *
     * @throws IllegalArgumentException if {@code capacity} or {@code longestWait} is not positive
     */
    public static MailboxLimit blocking(int capacity, Duration longestWait) {
        return new MailboxLimit(capacity, WhenFull.BLOCK, longestWait);
    }

    /**
     * {@return a limit at which messages are refused}
     *
     * @throws IllegalArgumentException if {@code capacity} is not positive
     */
    public static MailboxLimit rejecting(int capacity) {
        return new MailboxLimit(capacity, WhenFull.REJECT, Duration.ZERO);
    }

    /**
     * {@return a limit at which messages are dropped without a line in the log} For messages whose
     * loss means nothing, such as samples of a measurement.
     *
     * @throws IllegalArgumentException if {@code capacity} is not positive
     */
    public static MailboxLimit droppingNewest(int capacity) {
        return new MailboxLimit(capacity, WhenFull.DROP_NEWEST, Duration.ZERO);
    }
}
