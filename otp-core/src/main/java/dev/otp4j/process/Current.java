/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which process the current thread runs.
 *
 * <p>A table by thread id, exact because an entry names its thread; a thread whose slot is taken
 * stands in a map instead. Cheaper than a thread-local or a scoped value, and nothing is left on a
 * thread afterwards. Only a thread itself writes and looks for its own entry, so no ordering is
 * needed beyond not tearing; a foreign entry is told by its {@code thread}.
 */
final class Current {
    private static final int SIZE = 4096;
    private static final AtomicReferenceArray<@Nullable Activation> TABLE =
            new AtomicReferenceArray<>(SIZE);
    private static final ConcurrentHashMap<Thread, Activation> SPILL = new ConcurrentHashMap<>();

    /** Set for good with the first spill: until then a miss in the table is a miss. */
    private static volatile boolean spilled;

    private Current() {}

    static void enter(Activation activation, Thread thread) {
        int slot = slot(thread);
        if (TABLE.getPlain(slot) == null && TABLE.compareAndSet(slot, null, activation)) return;
        spilled = true;
        SPILL.put(thread, activation);
    }

    static void leave(Activation activation, Thread thread) {
        int slot = slot(thread);
        if (TABLE.getPlain(slot) == activation) {
            TABLE.setRelease(slot, null);
        } else {
            SPILL.remove(thread);
        }
    }

    /** The process that the current thread runs, or null. It may be dead already. */
    static @Nullable ProcessCell process() {
        Thread thread = Thread.currentThread();
        Activation found = TABLE.getAcquire(slot(thread));
        if (found != null && found.thread == thread) return found.current;
        if (!spilled) return null;
        Activation other = SPILL.get(thread);
        return other == null ? null : other.current;
    }

    /** Runs code on a thread that may run a process, as if it did not. */
    static void outside(Runnable code) {
        Activation activation = activation();
        if (activation == null || activation.current == null) {
            code.run();
            return;
        }
        activation.current = null;
        try {
            code.run();
        } finally {
            activation.current = activation.cell;
        }
    }

    private static @Nullable Activation activation() {
        return activationOf(Thread.currentThread());
    }

    /** What a thread runs, or null; for a thread other than the current one a moment old. */
    static @Nullable Activation activationOf(Thread thread) {
        Activation found = TABLE.getAcquire(slot(thread));
        if (found != null && found.thread == thread) return found;
        return spilled ? SPILL.get(thread) : null;
    }

    static ProcessCell processOrThrow(String verb) {
        ProcessCell process = process();
        if (process == null) {
            throw new IllegalStateException(
                    "cannot "
                            + verb
                            + ": thread '"
                            + Thread.currentThread().getName()
                            + "' is no process; run the code with Processes.run or in an actor");
        }
        return process;
    }

    /** All activations that run now, of all runtimes; for reports. */
    static List<Activation> activations() {
        var all = new ArrayList<Activation>(SPILL.values());
        for (int slot = 0; slot < SIZE; slot++) {
            Activation found = TABLE.getAcquire(slot);
            if (found != null) all.add(found);
        }
        return all;
    }

    private static int slot(Thread thread) {
        return (int) thread.threadId() & (SIZE - 1);
    }
}
