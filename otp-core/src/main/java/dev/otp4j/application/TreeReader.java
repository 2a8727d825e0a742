/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.application.TreeNode.Kind;
import dev.otp4j.application.TreeNode.State;
import dev.otp4j.internal.path.Path;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.supervisor.ChildInfo;
import dev.otp4j.supervisor.ChildType;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.SupervisorInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a tree from what its supervisors publish, without sending any of them a message. */
final class TreeReader {
    private final int limit;

    /** Shows at most {@code limit} children of each supervisor. */
    TreeReader(int limit) {
        this.limit = limit;
    }

    TreeNode root(Pid pid, int depth) {
        return node(new Reading(Path.ROOT, "root", "root", pid, null, depth));
    }

    /** The node at a path below the root. */
    Optional<TreeNode> find(Pid root, String path, int depth) {
        String[] ids = Path.ids(path);
        if (ids.length == 0) return Optional.of(root(root, depth));
        String at = Path.ROOT;
        SupervisorInfo above = view(root);
        ChildInfo child = child(above, ids[0]);
        for (int i = 1; i < ids.length && child != null; i++) {
            at = Path.join(at, child.id());
            above = view(child.pid());
            child = child(above, ids[i]);
        }
        if (child == null || above == null) return Optional.empty();
        return Optional.of(node(reading(at, above, child, depth)));
    }

    private static @Nullable ChildInfo child(@Nullable SupervisorInfo view, String id) {
        return view == null ? null : view.child(id).orElse(null);
    }

    static @Nullable SupervisorInfo view(@Nullable Pid pid) {
        return pid == null ? null : SupervisorInfo.of(pid).orElse(null);
    }

    /** Not by recursion: a tree may be deeper than the stack. */
    private TreeNode node(Reading first) {
        var open = new ArrayDeque<Reading>();
        open.push(first);
        while (true) {
            Reading top = open.getFirst();
            Reading next = top.next();
            if (next != null) {
                open.push(next);
                continue;
            }
            TreeNode read = open.pop().node();
            if (open.isEmpty()) return read;
            open.getFirst().children.add(read);
        }
    }

    private Reading reading(String above, SupervisorInfo supervisor, ChildInfo child, int depth) {
        String name = child.id();
        String definition = supervisor.isFactory() ? supervisor.definition() : name;
        return new Reading(Path.join(above, name), name, definition, child.pid(), child, depth);
    }

    /** A node, while its children are read. */
    private final class Reading {
        private final String path;
        private final String name;
        private final String definition;
        private final @Nullable Pid pid;
        private final @Nullable ChildInfo child;
        private final int depth;
        private final @Nullable SupervisorInfo view;
        private final ShownChildren below;
        private final Iterator<ChildInfo> left;
        final List<TreeNode> children = new ArrayList<>();

        /**
         * @param pid the process that {@code child} had when it was looked at
         * @param child null for the root
         */
        Reading(
                String path,
                String name,
                String definition,
                @Nullable Pid pid,
                @Nullable ChildInfo child,
                int depth) {
            this.path = path;
            this.name = name;
            this.definition = definition;
            this.pid = pid;
            this.child = child;
            this.depth = depth;
            view = view(pid);
            below = new ShownChildren(depth <= 0 || view == null ? 0 : limit, view);
            left = below.shown().iterator();
        }

        /** The next child, or null. */
        @Nullable Reading next() {
            if (view == null || !left.hasNext()) return null;
            return reading(path, view, left.next(), depth - 1);
        }

        TreeNode node() {
            return new TreeNode(
                    path,
                    name,
                    definition,
                    kind(child, view),
                    state(pid, child),
                    pid,
                    pid == null ? 0 : ProcessInfo.mailboxSize(pid),
                    child == null ? 0 : child.held(),
                    child == null ? 0 : child.restarts(),
                    child == null ? null : child.restart(),
                    view == null ? null : view.strategy().orElse(null),
                    view == null ? null : view.tolerance(),
                    view == null ? 0 : view.toleranceUsed(),
                    view == null ? null : view.keyCounts().orElse(null),
                    child == null ? null : child.lastFailure(),
                    child == null ? null : child.pendingRestart(),
                    child == null ? null : child.declaredBy(),
                    below.count(),
                    below.states(),
                    List.copyOf(children),
                    children.size() < below.count());
        }
    }

    /**
     * What a node is.
     *
     * @param child null for the root
     * @param view what can be read of it, if it is a supervisor that runs
     */
    static Kind kind(@Nullable ChildInfo child, @Nullable SupervisorInfo view) {
        if (view != null) return view.isFactory() ? Kind.FACTORY_SUPERVISOR : Kind.SUPERVISOR;
        boolean works = child != null && child.type() == ChildType.WORKER;
        return works ? Kind.ACTOR : Kind.SUPERVISOR;
    }

    /**
     * What a node is doing. A child that runs now and had no process before was being started
     * again.
     *
     * @param pid the process it had when it was looked at, or null if it had none
     * @param child null for the root
     */
    static State state(@Nullable Pid pid, @Nullable ChildInfo child) {
        if (pid == null) {
            return child == null ? State.STOPPED : stateWithoutProcess(child.state());
        }
        return switch (ProcessInfo.stateOf(pid)) {
            case STARTING -> State.STARTING;
            case STUCK -> State.STUCK;
            case SUSPENDED -> State.SUSPENDED;
            case EXITED -> staysDown(child) ? State.STOPPED : State.RESTARTING;
            default -> State.RUNNING;
        };
    }

    private static State stateWithoutProcess(ChildInfo.State state) {
        return switch (state) {
            case STOPPED -> State.STOPPED;
            case STARTING -> State.STARTING;
            case FAILED -> State.FAILED;
            case RUNNING, RESTARTING -> State.RESTARTING;
        };
    }

    private static boolean staysDown(@Nullable ChildInfo child) {
        return child == null || child.restart() == Restart.TEMPORARY;
    }
}
