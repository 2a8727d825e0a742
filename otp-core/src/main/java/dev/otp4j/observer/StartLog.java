/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The starts of children in the present life of a system: the first {@value #BOOT} in order, and
 * the last {@value #LAST} after them. Thread-safe.
 *
 * @since 0.1.0
 */
public final class StartLog {
    static final int BOOT = 500;
    static final int LAST = 200;

    private final List<Start> boot = new ArrayList<>();
    private final ArrayDeque<Start> last = new ArrayDeque<>();
    private long order;

    StartLog() {}

    synchronized void begin() {
        boot.clear();
        last.clear();
        order = 0;
    }

    synchronized void add(
            Instant at, String path, String definition, Duration took, boolean restart) {
        var start = new Start(++order, at, path, definition, took, restart);
        if (boot.size() < BOOT) {
            boot.add(start);
            return;
        }
        if (last.size() == LAST) last.removeFirst();
        last.add(start);
    }

    /** {@return what is kept, in order} Between the two parts some may be missing. */
    public synchronized List<Start> all() {
        var all = new ArrayList<>(boot);
        all.addAll(last);
        return List.copyOf(all);
    }

    /** {@return how many starts there were in this life} */
    public synchronized long count() {
        return order;
    }
}
