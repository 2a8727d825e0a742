/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the processes of a runtime that no supervisor has in its list of children. One thread uses
 * this.
 */
final class Leftovers {
    /**
     * After so many rounds this gives up: a process with a thread of its own may start others all
     * the time.
     */
    private static final int MOST_ROUNDS = 10_000;

    private final ProcessRuntime runtime;
    private final Unsupervised unsupervised;

    Leftovers(ProcessRuntime runtime, Unsupervised unsupervised) {
        this.runtime = runtime;
        this.unsupervised = unsupervised;
    }

    /**
     * Kills the living processes, and returns them. A killed supervisor leaves its children behind;
     * the next round kills these.
     */
    List<Pid> kill(long graceNanos) {
        awaitOrphans(graceNanos);
        var killed = new ArrayList<Pid>();
        List<ProcessCell> living = unsupervised.living();
        for (int round = 0; !living.isEmpty() && round < MOST_ROUNDS; round++) {
            for (ProcessCell cell : living) {
                runtime.debts.take(
                        debtor -> {
                            if (cell.decide(ExitReason.KILLED, debtor)) killed.add(cell);
                        });
            }
            living = unsupervised.living();
        }
        return killed;
    }

    /**
     * Waits for actors with a parent that has ended: they end by themselves when they have handled
     * their current message.
     */
    private void awaitOrphans(long graceNanos) {
        long begun = runtime.nanoTime();
        for (ProcessCell cell : unsupervised.living()) {
            long left = graceNanos - (runtime.nanoTime() - begun);
            if (left <= 0) return;
            if (cell.isOrphan() && !awaitEnd(cell, left)) return;
        }
    }

    private boolean awaitEnd(ProcessCell cell, long nanos) {
        var ended = new CountDownLatch(1);
        var unused = runtime.whenEnded(cell, Runnable::run).thenRun(ended::countDown);
        try {
            return ended.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
