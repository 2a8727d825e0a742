/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import org.jspecify.annotations.Nullable;

/**
 * A killed process whose code still runs and for which its successor waits.
 *
 * <p>{@code returned} is set by a thread that runs no process, which then reads {@code waiting};
 * the supervisor sets {@code waiting} and then reads {@code returned} (both volatile): one of the
 * two sees the other.
 */
final class Lingering implements Runnable {
    final long limit;
    private volatile boolean returned;
    private volatile @Nullable Waiting waiting;

    /**
     * @param limit until when the successor waits for it
     */
    Lingering(long limit) {
        this.limit = limit;
    }

    /** Its code has returned. */
    @Override
    public void run() {
        returned = true;
        Waiting woken = waiting;
        if (woken != null) woken.wake();
    }

    void tell(Waiting whom) {
        waiting = whom;
    }

    /** When the wait for it is over, if it does not return before; {@code now} if it has. */
    long end(long now) {
        return returned ? now : limit;
    }
}
