/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.application.TreeNode.State;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.supervisor.ChildInfo;
import dev.otp4j.supervisor.SupervisorInfo;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The children of one node, read in one pass: all are counted, and no more than the limit are
 * copied.
 *
 * <p>A static supervisor shows its first children, in start order. A factory shows those with most
 * messages queued or held, the oldest first among equals.
 */
final class ShownChildren {
    private record Ranked(ChildInfo child, int size, long number) {}

    private static final Comparator<Ranked> LEAST_FIRST =
            Comparator.comparingInt(Ranked::size)
                    .thenComparing(Comparator.comparingLong(Ranked::number).reversed());

    private final int limit;
    private final boolean bySize;
    private final PriorityQueue<Ranked> best = new PriorityQueue<>(LEAST_FIRST);
    private final int[] states = new int[State.values().length];
    private int count;

    /** The children of {@code view}, of which at most {@code limit} are shown. */
    ShownChildren(int limit, @Nullable SupervisorInfo view) {
        this.limit = limit;
        this.bySize = view != null && view.isFactory();
        if (view != null) view.children().forEach(this::see);
    }

    private void see(ChildInfo child) {
        int place = count++;
        states[TreeReader.state(child.pid(), child).ordinal()]++;
        if (limit <= 0 || !bySize && place >= limit) return;
        if (bySize) rank(child);
        else best.add(new Ranked(child, 0, place));
    }

    /** Allocates nothing for a child that is not among the best so far. */
    private void rank(ChildInfo child) {
        Pid pid = child.pid();
        int size = (pid == null ? 0 : ProcessInfo.mailboxSize(pid)) + child.held();
        long number = child.number();
        if (best.size() == limit) {
            Ranked last = best.element();
            if (size < last.size() || size == last.size() && number > last.number()) return;
            best.poll();
        }
        best.add(new Ranked(child, size, number));
    }

    int count() {
        return count;
    }

    /** How many are in which state; states in which there are none are left out. */
    Map<State, Integer> states() {
        var counts = new EnumMap<State, Integer>(State.class);
        for (State state : State.values()) {
            int in = states[state.ordinal()];
            if (in > 0) counts.put(state, in);
        }
        return counts;
    }

    List<ChildInfo> shown() {
        return best.stream().sorted(LEAST_FIRST.reversed()).map(Ranked::child).toList();
    }
}
