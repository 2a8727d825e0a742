/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Decides which failures of a runtime's listeners are logged: the first one of each listener, and
 * then one a minute. A listener that fails at every event would fill the log otherwise, and push
 * other reports out of the queue.
 *
 * <p>Everything is guarded by the monitor; no code of a listener runs under it.
 */
final class ListenerFailures {
    /** {@link #failed} says this of a failure that is not to be logged. */
    static final long NOT_LOGGED = -1;

    private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

    private final Map<ProcessListener, Failing> failing = new IdentityHashMap<>();

    private static final class Failing {
        long logged;
        long since;

        Failing(long logged) {
            this.logged = logged;
        }
    }

    /**
     * A listener has failed.
     *
     * @param now on the runtime's clock
     * @return {@link #NOT_LOGGED}, or how many of its failures were not logged since the last one
     *     that was
     */
    synchronized long failed(ProcessListener listener, long now) {
        Failing known = failing.get(listener);
        if (known == null) {
            failing.put(listener, new Failing(now));
            return 0;
        }
        if (now - known.logged < PAUSE) {
            known.since++;
            return NOT_LOGGED;
        }
        long before = known.since;
        known.logged = now;
        known.since = 0;
        return before;
    }
}
