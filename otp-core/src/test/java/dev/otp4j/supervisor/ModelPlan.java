/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the next starts of a child come to, by its path. The model has one and the system another.
 */
final class ModelPlan {
    enum Outcome {
        OK,
        /** The initialiser takes its time. */
        SLOW,
        /** The initialiser says that it cannot start. */
        FAIL,
        /** The initialiser throws. */
        CRASH,
        /** The initialiser never ends. */
        TIMEOUT,
        /** The start function throws before there is a process. */
        THROW,
        /** The start function returns null. */
        NOTHING,
        /** There is nothing to do for the child. */
        IGNORE,
        /** The start function waits while others talk to the supervisor, then throws. */
        GATE
    }

    private final Map<String, Deque<Outcome>> next = new HashMap<>();

    synchronized void add(String path, List<Outcome> outcomes) {
        next.computeIfAbsent(path, p -> new ArrayDeque<>()).addAll(outcomes);
    }

    synchronized Outcome next(String path) {
        Deque<Outcome> outcomes = next.get(path);
        return outcomes == null || outcomes.isEmpty() ? Outcome.OK : outcomes.remove();
    }

    synchronized void clear() {
        next.clear();
    }

    @Override
    public synchronized String toString() {
        return next.toString();
    }
}
