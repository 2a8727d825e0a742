/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.util.ArrayDeque;

/**
 * How many restarts there were lately: at most {@code intensity} within any {@code period} are
 * tolerated.
 *
 * <p>Pure but for its own list: times come as arguments. The supervisor adds, tools read; both take
 * the monitor.
 */
final class RestartWindow {
    private final int intensity;
    private final long period;
    private final ArrayDeque<Long> restarts = new ArrayDeque<>();

    /** A window in whatever unit the times have. */
    RestartWindow(int intensity, long period) {
        this.intensity = intensity;
        this.period = period;
    }

    /** Counts a restart at {@code now}. False: it exceeds the tolerance. */
    synchronized boolean restart(long now) {
        expire(now);
        restarts.add(now);
        return restarts.size() <= intensity;
    }

    /** How many restarts count at {@code now}. */
    synchronized int used(long now) {
        expire(now);
        return restarts.size();
    }

    private void expire(long now) {
        while (!restarts.isEmpty() && now - restarts.peek() > period) restarts.poll();
    }
}
