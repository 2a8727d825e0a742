/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * A message of a {@link PeriodicSend}, which sends no further one to that process while this one is
 * queued there.
 *
 * <p>{@code taken} is written by the process that has the message, when it takes it out of its
 * mailbox and of what it put aside; read by the timer's thread (volatile). A process that dies with
 * the message queued does not write it: the timer looks at the process.
 */
final class Tick extends Envelope {
    private volatile boolean taken;

    Tick(Object item, @Nullable Object to) {
        super(item, to, null, null);
    }

    boolean isTaken() {
        return taken;
    }

    void taken() {
        taken = true;
    }
}
