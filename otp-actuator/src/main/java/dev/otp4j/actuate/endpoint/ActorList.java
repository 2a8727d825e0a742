/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.actuate.endpoint.Views.ActorDescriptor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.application.TreeVisit;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A flat list of the processes of a tree, filtered and sorted in one pass over the tree: it keeps
 * no more than it returns, however many processes there are.
 */
final class ActorList {
    /** What the list is sorted by, the greatest first. */
    enum Sort {
        /** In the order of the tree. */
        TREE,
        /** Most messages queued or held. */
        MAILBOX,
        /** The oldest message. */
        AGE,
        /** Most restarts. */
        RESTARTS,
        /** The handler that has been busy the longest. */
        BUSY
    }

    /**
     * What is asked for.
     *
     * @param below only processes below this path; empty for all
     * @param match only processes whose path contains this text, in lower case; empty for all
     * @param offset so many of the first ones are left out
     * @param limit number of processes that are returned at most
     */
    record Wanted(
            Sort sort,
            TreeNode.@Nullable State state,
            String below,
            String match,
            int offset,
            int limit) {
        boolean lets(TreeVisit visit) {
            if (state != null && visit.state() != state) return false;
            if (below.isEmpty() && match.isEmpty()) return true;
            String path = visit.path();
            return isBelow(path) && path.toLowerCase(Locale.ROOT).contains(match);
        }

        private boolean isBelow(String path) {
            if (below.isEmpty()) return true;
            String parent = below.equals("/") ? "" : below;
            return path.length() > parent.length() + 1
                    && path.charAt(parent.length()) == '/'
                    && path.startsWith(parent);
        }
    }

    private record Ranked(long rank, int place, ActorDescriptor actor) {}

    private static final Comparator<Ranked> LEAST_FIRST =
            Comparator.comparingLong(Ranked::rank)
                    .thenComparing(Comparator.comparingInt(Ranked::place).reversed());

    private final ProcessRuntime runtime;
    private final Wanted wanted;
    private final int most;
    private final PriorityQueue<Ranked> best = new PriorityQueue<>(LEAST_FIRST);
    private int total;
    private int matching;

    private ActorList(ProcessRuntime runtime, Wanted wanted) {
        this.runtime = runtime;
        this.wanted = wanted;
        this.most = wanted.offset() + wanted.limit();
    }

    static Views.Actors of(OtpSystem system, SystemSummary summary, Wanted wanted) {
        var list = new ActorList(system.runtime(), wanted);
        system.visit(list::see);
        List<ActorDescriptor> actors =
                list.best.stream()
                        .sorted(LEAST_FIRST.reversed())
                        .skip(wanted.offset())
                        .map(Ranked::actor)
                        .toList();
        return new Views.Actors(summary, list.total, list.matching, actors);
    }

    private void see(TreeVisit visit) {
        int place = total++;
        if (!wanted.lets(visit)) return;
        matching++;
        long rank = rank(visit);
        Ranked last = best.peek();
        if (best.size() == most && last != null && rank <= last.rank()) return;
        if (best.size() == most) best.poll();
        best.add(new Ranked(rank, place, actor(visit)));
    }

    private long rank(TreeVisit visit) {
        Pid pid = visit.pid().orElse(null);
        return switch (wanted.sort()) {
            case TREE -> 0;
            case MAILBOX -> visit.mailboxSize() + (long) visit.held();
            case AGE -> pid == null ? 0 : runtime.oldestMessageAge(pid).toNanos();
            case RESTARTS -> visit.restarts();
            case BUSY -> pid == null ? 0 : busy(pid);
        };
    }

    private static long busy(Pid pid) {
        ProcessInfo.Handling handling = handling(pid);
        return handling == null ? 0 : handling.busyFor().toNanos();
    }

    /** An idle process is not looked at any closer. */
    private static ProcessInfo.@Nullable Handling handling(Pid pid) {
        boolean idle = ProcessInfo.stateOf(pid) == ProcessInfo.State.IDLE;
        return idle ? null : ProcessInfo.handlingOf(pid).orElse(null);
    }

    private ActorDescriptor actor(TreeVisit visit) {
        Pid pid = visit.pid().orElse(null);
        ProcessInfo.Handling handling = pid == null ? null : handling(pid);
        Duration oldest = pid == null ? Duration.ZERO : runtime.oldestMessageAge(pid);
        return new ActorDescriptor(
                visit.path(),
                visit.definition(),
                Texts.lowerCase(visit.kind()),
                Texts.lowerCase(visit.state()),
                visit.mailboxSize(),
                oldest.isZero() ? null : oldest,
                visit.held(),
                visit.restarts(),
                handling == null ? null : handling.messageType().getName(),
                handling == null ? null : handling.busyFor(),
                NodeDescriptor.PendingRestartDescriptor.of(visit.pendingRestart().orElse(null)));
    }
}
