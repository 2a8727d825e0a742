/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.marks.AnyThread;

/**
 * Whether the processes of one definition may keep the receivers of their sends for the end of
 * their activation.
 *
 * <p>If the sentry had to free a receiver, because the handler went on computing or blocking after
 * the send, the definition is not trusted for its next 64 sends. That number doubles each time up
 * to 4,096, and halves with each clean hand-over. All threads share it without any order: a lost
 * update makes a hint a little wrong, never a result. While a definition is trusted, threads only
 * read its trust.
 */
final class Trust {
    /**
     * The trust of a process that has not begun, or was started without chaining: none, for ever.
     */
    static final Trust NEVER = new Trust(Integer.MAX_VALUE);

    private static final int FIRST_PENALTY = 64;
    private static final int LARGEST_PENALTY = 4_096;

    private int penalty;
    private int skip;

    private Trust(int skip) {
        this.skip = skip;
    }

    /** The trust of a definition of which nothing is known. */
    static Trust fresh() {
        return new Trust(0);
    }

    /** Whether the next send may hand over. */
    @AnyThread
    boolean allows() {
        int left = skip;
        if (left == 0) return true;
        if (this != NEVER) skip = left - 1;
        return false;
    }

    /** Says that the sentry had to free a receiver. */
    @AnyThread
    void rescued() {
        if (this == NEVER) return;
        penalty = penalty == 0 ? FIRST_PENALTY : Math.min(penalty * 2, LARGEST_PENALTY);
        skip = penalty;
    }

    /** Says that a receiver was taken from the cell when its sender's activation had ended. */
    @AnyThread
    void kept() {
        int now = penalty;
        if (now != 0) penalty = now == FIRST_PENALTY ? 0 : now / 2;
    }
}
