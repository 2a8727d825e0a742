/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * What becomes of the message in hand when a process with a retained mailbox ends: the message
 * whose handler was running.
 *
 * {@snippet :
 * Actor.of(Orders::new).named(orders).retained(MailboxRetention.retrying(3)).start();
 * }
 *
 * <p>A process with this setting leaves the messages that it has not begun to handle to the next
 * process of its name, in their order, whatever its end was: a crash, a kill, a stop. Only messages
 * to the name's own subject are left; replies, DOWN messages, exit messages, system requests, ticks
 * of {@link Subject#sendEvery} and messages to other subjects of the process end with it. A queued
 * call stays pending, and the next process replies to it. A call in hand fails at once with {@link
 * CallException.CalleeDown}, and is never retried.
 *
 * <p>The process needs a name that holds messages: {@code Name.create(prefix,
 * Vacancy.holding(limit))}. What is left gets into the name even beyond that limit. If the name
 * holds no messages when the process ends, or is given up later, they are dropped and counted, and
 * one line in the log has their number.
 *
 * <p>Counterpart: none; in Erlang a mailbox ends with its process.
 *
 * @param retries how often a message is handled again after a process has ended with it in hand; 0
 *     drops it, counted as {@link DropReason#IN_HAND}
 * @param parked most messages of the name that are kept as {@linkplain ParkedMessage parked} after
 *     their last retry; one more discards the oldest, counted as {@link DropReason#PARKED}
 * @since 0.1.0
 */
public record MailboxRetention(int retries, int parked) {
    /** How many messages of a name are kept as parked unless said otherwise: 100. */
    public static final int DEFAULT_PARKED = 100;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if {@code retries} is negative or {@code parked} is not
     *     positive
     */
    public MailboxRetention {
        if (retries < 0) {
            throw new IllegalArgumentException("'retries' must not be negative: " + retries);
        }
        if (parked < 1) throw new IllegalArgumentException("'parked' must be positive: " + parked);
    }

    /** {@return the message in hand is dropped, and counted as {@link DropReason#IN_HAND}} */
    public static MailboxRetention dropping() {
        return new MailboxRetention(0, DEFAULT_PARKED);
    }

    /**
     * {@return the message in hand is handled again by the next process, before all others} After
     * {@code retries} retries it is parked. Code that runs on in a killed process may still work on
     * it; {@code awaitThreadOnKill} of the child waits for that.
     *
     * @throws IllegalArgumentException if {@code retries} is not positive
     */
    public static MailboxRetention retrying(int retries) {
        if (retries < 1) {
            throw new IllegalArgumentException("'retries' must be positive: " + retries);
        }
        return new MailboxRetention(retries, DEFAULT_PARKED);
    }

    /**
     * {@return this setting with so many parked messages at most}
     *
     * @throws IllegalArgumentException if {@code most} is not positive
     */
    public MailboxRetention parking(int most) {
        return new MailboxRetention(retries, most);
    }

    /** {@return the setting as an annotation says it, such as {@code drop} or {@code retry 3}} */
    @Override
    public String toString() {
        if (retries == 0) return "drop";
        String retry = "retry " + retries;
        return parked == DEFAULT_PARKED ? retry : retry + " park " + parked;
    }
}
