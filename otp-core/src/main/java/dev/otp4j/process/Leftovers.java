/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends the processes of a runtime that no supervisor looks after. Used by one thread. */
final class Leftovers {
    /** A process that starts others all the time, on a thread of its own, is not waited for. */
    private static final int MOST_ROUNDS = 10_000;

    private final ProcessRuntime runtime;
    private final Unsupervised unsupervised;

    Leftovers(ProcessRuntime runtime, Unsupervised unsupervised) {
        this.runtime = runtime;
        this.unsupervised = unsupervised;
    }

    /**
     * Kills what lives. A killed supervisor leaves its children behind, which are killed in the
     * next round.
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
     * Actors whose parent has ended obey its exit: they end when they have handled what they do.
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
