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
    static final int SIZE = 4096;
    private static final AtomicReferenceArray<@Nullable Runner> TABLE =
            new AtomicReferenceArray<>(SIZE);
    private static final ConcurrentHashMap<Thread, Runner> SPILL = new ConcurrentHashMap<>();

    /** Set for good with the first spill: until then a miss in the table is a miss. */
    private static volatile boolean spilled;

    private Current() {}

    /** True if it stands in the table, where the sentry looks at hand-overs. */
    static boolean enter(Runner runner, Thread thread) {
        int slot = slot(thread);
        if (TABLE.getPlain(slot) == null && TABLE.compareAndSet(slot, null, runner)) return true;
        spilled = true;
        SPILL.put(thread, runner);
        return false;
    }

    static void leave(Runner runner, Thread thread) {
        int slot = slot(thread);
        if (TABLE.getPlain(slot) == runner) {
            TABLE.setRelease(slot, null);
        } else {
            SPILL.remove(thread);
        }
    }

    /** The process that the current thread runs, or null. It may be dead already. */
    static @Nullable ProcessCell process() {
        Runner found = runner();
        return found == null ? null : found.current;
    }

    /** Runs code on a thread that may run a process, as if it did not. */
    static void outside(Runnable code) {
        Runner runner = runner();
        if (runner == null || runner.current == null) {
            code.run();
            return;
        }
        runner.current = null;
        try {
            code.run();
        } finally {
            runner.current = runner.cell();
        }
    }

    /**
     * To be called before each wait of the engine: what the current thread has handed over, or what
     * an error left undone, does not wait with it.
     */
    static void settleBeforeWait() {
        Runner runner = runner();
        if (runner != null) runner.settleBeforeWait();
    }

    /** What the current thread runs, or null. */
    static @Nullable Runner runner() {
        return runnerOf(Thread.currentThread());
    }

    /** What a thread runs, or null; for a thread other than the current one a moment old. */
    static @Nullable Runner runnerOf(Thread thread) {
        Runner found = TABLE.getAcquire(slot(thread));
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
                            + "' runs no process; run the code with Processes.run or in an actor");
        }
        return process;
    }

    /** All that run now, of all runtimes; for reports. */
    static List<Runner> runners() {
        var all = new ArrayList<Runner>(SPILL.values());
        for (int slot = 0; slot < SIZE; slot++) {
            Runner found = TABLE.getAcquire(slot);
            if (found != null) all.add(found);
        }
        return all;
    }

    /** What stands at a place of the table, or null. */
    static @Nullable Runner at(int slot) {
        return TABLE.getAcquire(slot);
    }

    private static int slot(Thread thread) {
        return (int) thread.threadId() & (SIZE - 1);
    }
}
