/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * A message of a {@link PeriodicSend}. While this one is queued at a process, the timer sends no
 * further one to that process.
 *
 * <p>{@code taken} is written by the process that gets the message, when it takes the message out
 * of its mailbox and out of what it put aside; the timer's thread reads it (volatile). A process
 * that dies with the message queued does not write it; the timer looks whether the process lives.
 */
final class Tick extends Envelope {
    private volatile boolean taken;

    Tick(Object item, @Nullable Object to, @Nullable Noted noted) {
        super(item, to, null, noted);
    }

    boolean isTaken() {
        return taken;
    }

    void taken() {
        taken = true;
    }
}
