/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.Scheduler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The timers of a runtime that are set, so that they can be counted. The scheduler's own queue is
 * no substitute: a timer is void from the instant of a death, but is taken out of that queue a
 * moment later.
 *
 * <pre>
 * set      the thread that sets a timer adds it, before the timer can fire; the thread that lets it fire for the last time,
 *          cancels it or ends its process removes it; any thread reads
 * closed   set before set is emptied; a thread that sets a timer adds it and then looks here: none stays behind
 * </pre>
 */
final class Timers {
    final Scheduler scheduler;
    final Debts debts;
    private final Set<Timer> set = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Timers(Scheduler scheduler, Debts debts) {
        this.scheduler = scheduler;
        this.debts = debts;
    }

    void add(Timer timer) {
        set.add(timer);
        if (closed) set.remove(timer);
    }

    void remove(Timer timer) {
        set.remove(timer);
    }

    /** How many timers are set and not void. Looks at each timer. */
    int count() {
        int count = 0;
        for (Timer timer : set) {
            if (!timer.isVoid()) count++;
        }
        return count;
    }

    /** Forgets all timers, because none fires any more. */
    void close() {
        closed = true;
        set.clear();
    }
}
