/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Lets platform threads spin for a moment for an outcome before they park. Only a limited number of
 * threads spin at a time, because the threads that reply need processors too.
 */
final class Spinners {
    /** Longest time that a thread spins: about what it costs to park and wake it. */
    private static final long NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private static final int LOOKS_PER_CLOCK = 16;

    private final int most;
    private final AtomicInteger inside = new AtomicInteger();

    Spinners(int most) {
        this.most = most;
    }

    /**
     * Spins until {@code over} says true, or for a moment. Does not spin if too many threads do.
     */
    void spin(BooleanSupplier over) {
        if (over.getAsBoolean() || !enter()) return;
        try {
            look(over);
        } finally {
            inside.getAndDecrement();
        }
    }

    private boolean enter() {
        for (int seen; (seen = inside.get()) < most; ) {
            if (inside.compareAndSet(seen, seen + 1)) return true;
        }
        return false;
    }

    /** How many threads spin now. */
    int count() {
        return inside.get();
    }

    private static void look(BooleanSupplier over) {
        long start = System.nanoTime();
        while (!over.getAsBoolean() && System.nanoTime() - start < NANOS) {
            for (int i = 0; i < LOOKS_PER_CLOCK && !over.getAsBoolean(); i++) Thread.onSpinWait();
        }
    }
}
