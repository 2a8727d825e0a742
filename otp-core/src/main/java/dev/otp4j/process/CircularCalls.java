/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fails a call of a circle of calls, if all its processes were started with {@code
 * failCircularCalls} and none of them can have left its reply to another process. The sentry's
 * thread alone uses this.
 *
 * <p>For each call of the circle it has to be known that
 *
 * <ul>
 *   <li>the caller has sent, started and answered nothing since it took its message, but for this
 *       request: so it has passed the subject to reply to on to no process ({@link
 *       HandingRunner#countActs});
 *   <li>the callee is handling this very request, or the request is still queued: so it has not
 *       handled the request before, and passed the subject on in doing so.
 * </ul>
 *
 * <p>The same calls have to stand at two looks in a row, a second apart. All of their callers wait,
 * so nothing of this changes while they stand. What the engine does not see can still open the
 * circle: a subject that was given to another thread through memory, and the time limit of a call.
 */
final class CircularCalls {
    private Map<List<Pid>, List<ReplyCell>> before = Map.of();

    /** A call that stands in a circle. */
    private record Edge(ProcessCell caller, ReplyCell call, boolean queued) {}

    void look(Collection<List<Pid>> circles) {
        if (circles.isEmpty() && before.isEmpty()) return;
        var now = new HashMap<List<Pid>, List<ReplyCell>>();
        for (List<Pid> circle : circles) {
            List<Edge> edges = edges(circle);
            List<ReplyCell> calls = edges.stream().map(Edge::call).toList();
            if (calls.isEmpty()) continue;
            if (calls.equals(before.get(circle))) fail(circle, edges);
            else now.put(circle, calls);
        }
        before = now;
    }

    /** The calls of a circle, or none if one of them may get its reply from elsewhere. */
    private static List<Edge> edges(List<Pid> circle) {
        var edges = new ArrayList<Edge>();
        for (int i = 0; i < circle.size(); i++) {
            Edge edge = edge(circle.get(i), circle.get((i + 1) % circle.size()));
            if (edge == null) return List.of();
            edges.add(edge);
        }
        return edges;
    }

    private static @Nullable Edge edge(Pid from, Pid to) {
        if (!(from instanceof ProcessCell caller) || !(to instanceof ProcessCell callee))
            return null;
        ReplyCell call = Diagnosis.callOf(caller);
        if (call == null || call.callee() != callee || !call.isAwaited()) return null;
        if (!hasOnlyCalled(caller)) return null;
        Node request = call.request;
        if (request == null) return null;
        Runner.Handling inHand = Runner.handling(callee);
        if (inHand != null && inHand.node() == request) return new Edge(caller, call, false);
        return callee.ahead(request) < 0 ? null : new Edge(caller, call, true);
    }

    /** Whether a process that waits for a reply has done nothing but to send that request. */
    private static boolean hasOnlyCalled(ProcessCell caller) {
        Runner runner = caller.runner;
        return runner != null
                && runner.cell() == caller
                && runner.acts() == 1
                && !runner.answered
                && caller.alive();
    }

    /**
     * Fails the call whose request is not handled yet: it has closed the circle. If two processes
     * have closed it at the same time, that of the younger one.
     */
    private static void fail(List<Pid> circle, List<Edge> edges) {
        Optional<Edge> last =
                edges.stream()
                        .filter(Edge::queued)
                        .max(Comparator.comparingLong(edge -> edge.caller().serial()));
        boolean stands = edges.stream().allMatch(edge -> edge.call().outcome() == null);
        if (last.isEmpty() || !stands) return;
        ProcessCell caller = last.get().caller();
        var failure = new ReplyCell.Failure.Circle(CallCircle.from(caller, circle).toString());
        var unused = last.get().call().replyFromOutside(failure);
    }
}
