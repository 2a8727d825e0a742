/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Decides which failures of a runtime's listeners, and of its context, are logged: the first one of
 * each listener, and then one a minute. Otherwise a listener that fails at every event would fill
 * the log, and push other reports out of the queue.
 *
 * <p>The monitor guards everything; no code of a listener runs under it.
 */
final class ListenerFailures {
    /** The result of {@link #failed} for a failure that is not to be logged. */
    static final long NOT_LOGGED = -1;

    private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

    private final Map<Object, Failing> failing = new IdentityHashMap<>();

    private static final class Failing {
        long logged;
        long since;

        Failing(long logged) {
            this.logged = logged;
        }
    }

    /**
     * Counts a failure of a listener.
     *
     * @param now time of the runtime's clock
     * @return {@link #NOT_LOGGED}, or how many failures of this listener were not logged since the
     *     last logged one
     */
    synchronized long failed(Object listener, long now) {
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
