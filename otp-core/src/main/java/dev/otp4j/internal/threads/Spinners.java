/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Platform threads that look for an outcome for a moment before they park. Only so many may at a
 * time; the others must leave processors to those who reply.
 */
final class Spinners {
    /** One looks for so long: about what it costs to park and wake it. */
    private static final long NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private static final int LOOKS_PER_CLOCK = 16;

    private final int most;
    private final AtomicInteger inside = new AtomicInteger();

    Spinners(int most) {
        this.most = most;
    }

    /** Looks until it is over, or for a moment, or not at all if there are too many who look. */
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

    /** How many look now. */
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
