/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.Scheduler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The timers of a runtime that are set: what counts them. The scheduler's own queue does not do,
 * for a timer is void from the instant of a death, and taken out of the queue a moment later.
 *
 * <pre>
 * set      added to by the thread that sets a timer, before the timer can fire; removed from by the thread that lets
 *          it fire for the last time, cancels it or ends its process; read by everybody
 * closed   set before set is emptied; a timer is added before the thread that sets it looks here: none stays behind
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

    /** How many are set and not void. Looks at each. */
    int count() {
        int count = 0;
        for (Timer timer : set) {
            if (!timer.isVoid()) count++;
        }
        return count;
    }

    /** No timer fires any more. */
    void close() {
        closed = true;
        set.clear();
    }
}
