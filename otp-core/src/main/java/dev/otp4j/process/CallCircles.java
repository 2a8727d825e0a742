/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The sentry's look at calls: processes that wait for each other in a circle. A circle that stands
 * at two looks in a row, a second apart, is told once; and {@link CircularCalls} may fail a call of
 * it. The sentry's thread alone uses this, but for {@link #now}.
 */
final class CallCircles {
    private static final int LONGEST = 64;

    private final Engine runtime;
    private Set<List<Pid>> before = Set.of();
    private Set<List<Pid>> told = Set.of();
    private final CircularCalls failing = new CircularCalls();

    CallCircles(Engine runtime) {
        this.runtime = runtime;
    }

    void look(Consumer<CallCircle> listener) {
        Set<List<Pid>> now = find(runtime);
        var standing = new HashSet<List<Pid>>();
        for (List<Pid> circle : now) {
            if (!before.contains(circle)) continue;
            standing.add(circle);
            if (!told.contains(circle)) listener.accept(new CallCircle(circle));
        }
        before = now;
        told = standing;
        failing.look(now); // after they were told
    }

    /** The circles of calls in a runtime at this moment, each beginning with its oldest process. */
    static Set<List<Pid>> find(Engine runtime) {
        var circles = new HashSet<List<Pid>>();
        var done = new HashSet<Pid>();
        for (Runner runner : Current.runners()) {
            if (runner.runtime == runtime) follow(runner.cell(), done, circles);
        }
        return circles;
    }

    /** Each process waits for one reply at most, so each is looked at once. */
    private static void follow(ProcessCell from, Set<Pid> done, Set<List<Pid>> circles) {
        var path = new ArrayList<Pid>();
        ProcessPort next = from;
        while (next instanceof ProcessCell cell && path.size() < LONGEST) {
            int at = path.indexOf(cell);
            if (at >= 0) {
                circles.add(fromOldest(path.subList(at, path.size())));
                break;
            }
            if (done.contains(cell)) break;
            path.add(cell);
            next = Diagnosis.awaited(cell);
        }
        done.addAll(path);
    }

    private static List<Pid> fromOldest(List<Pid> circle) {
        Pid oldest = circle.stream().min(Comparator.comparingLong(Pid::serial)).orElseThrow();
        return CallCircle.from(oldest, circle).processes();
    }
}
