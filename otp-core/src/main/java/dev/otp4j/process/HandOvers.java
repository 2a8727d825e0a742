/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The sentry's look at the hand-over cells of a runtime's runners. A process that is in the same
 * cell at two looks in a row, a tick apart, waits for a sender that does not end; the sentry
 * launches it.
 *
 * <p>A look that comes late blames no sender: a collection pause looks like a sender that computes.
 * Only the sentry's thread uses this, except for {@link #freeAll}.
 */
final class HandOvers {
    /**
     * Shortest time that a process waits in a cell before it is rescued; the longest is about twice
     * that.
     */
    static final long TICK = TimeUnit.MILLISECONDS.toNanos(1); // as often as the sentry looks

    /** A look that comes later than this blames no sender. */
    private static final long LATE = 2 * TICK;

    private final Engine runtime;

    /** The runner that had a filled cell at the last look, for each place of the table. */
    private final Runner[] waited = new Runner[Current.SIZE];

    private final int[] deferrals = new int[Current.SIZE];
    private final LongSupplier clock;
    private long looked;

    HandOvers(Engine runtime, LongSupplier clock) {
        this.runtime = runtime;
        this.clock = clock;
        this.looked = clock.getAsLong();
    }

    /**
     * Looks at all cells, and launches each process that has waited for a tick. True if a cell was
     * filled.
     */
    boolean look() {
        long now = clock.getAsLong();
        boolean late = now - looked > LATE;
        looked = now;
        boolean filled = false;
        for (int slot = 0; slot < Current.SIZE; slot++) {
            filled |= look(slot, !late);
        }
        return filled;
    }

    /**
     * Launches each process that waits in a cell, because no sentry will look at it. Any thread.
     */
    void freeAll() {
        for (int slot = 0; slot < Current.SIZE; slot++) {
            Runner runner = Current.at(slot);
            if (runner != null && runner.runtime == runtime) runner.rescue(false);
        }
    }

    private boolean look(int slot, boolean blame) {
        Runner runner = Current.at(slot);
        if (runner == null || runner.runtime != runtime || !runner.defers()) {
            if (waited[slot] != null) forget(slot);
            return false;
        }
        int now = runner.handOver().deferrals();
        if (waited[slot] == runner && deferrals[slot] == now) {
            runner.rescue(blame);
            forget(slot);
        } else {
            waited[slot] = runner;
            deferrals[slot] = now;
        }
        return true;
    }

    @SuppressWarnings("NullAway") // an array of references that may be empty
    private void forget(int slot) {
        waited[slot] = null;
    }
}
