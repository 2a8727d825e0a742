/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Says which process the current thread runs.
 *
 * <p>A table by thread id; a lookup is exact because an entry names its thread. If the slot of a
 * thread is taken, its entry is in a map. This is cheaper than a thread-local or a scoped value,
 * and leaves nothing on a thread. Only a thread itself writes and looks up its own entry, so no
 * ordering is needed, a reference only must not tear. The field {@code thread} of an entry shows
 * when it belongs to another thread.
 */
final class Current {
    static final int SIZE = 4096;
    private static final AtomicReferenceArray<@Nullable Runner> TABLE =
            new AtomicReferenceArray<>(SIZE);
    private static final ConcurrentHashMap<Thread, Runner> SPILL = new ConcurrentHashMap<>();

    /** Set for good with the first spill: until then a miss in the table is a miss. */
    private static volatile boolean spilled;

    private Current() {}

    /**
     * Enters the runner of a thread. True if it has a slot of the table, where the sentry looks at
     * hand-overs.
     */
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

    /** The process that the current thread runs, or null. The process may be dead already. */
    static @Nullable ProcessCell process() {
        Runner found = runner();
        return found == null ? null : found.current;
    }

    /** Runs code as if the current thread ran no process, even if it runs one. */
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
     * Each wait of the engine calls this first: a receiver that the current thread has handed over,
     * and what an error left undone, do not wait with the thread.
     */
    static void settleBeforeWait() {
        Runner runner = runner();
        if (runner != null) runner.settleBeforeWait();
    }

    /** The runner of the current thread, or null. */
    static @Nullable Runner runner() {
        return runnerOf(Thread.currentThread());
    }

    /**
     * The runner of a thread, or null. For a thread other than the current one the answer may be a
     * moment old.
     */
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

    /** The runners of all runtimes that run now; for reports. */
    static List<Runner> runners() {
        var all = new ArrayList<Runner>(SPILL.values());
        for (int slot = 0; slot < SIZE; slot++) {
            Runner found = TABLE.getAcquire(slot);
            if (found != null) all.add(found);
        }
        return all;
    }

    /** The runner in a slot of the table, or null. */
    static @Nullable Runner at(int slot) {
        return TABLE.getAcquire(slot);
    }

    private static int slot(Thread thread) {
        return (int) thread.threadId() & (SIZE - 1);
    }
}
