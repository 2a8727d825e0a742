/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.supervisor.TreeNode.Kind;
import dev.otp4j.supervisor.TreeNode.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a tree from what its supervisors publish, without asking anybody. */
final class TreeReader {
    private final int limit;

    /** At most {@code limit} children are shown of each supervisor. */
    TreeReader(int limit) {
        this.limit = limit;
    }

    TreeNode root(Pid pid, int depth) {
        var endless = new Shutdown.Infinity();
        var terms = new ChildTerms(ChildType.SUPERVISOR, Restart.TEMPORARY, endless, false);
        var root = new NamedChild("root", terms);
        root.running(pid);
        return node(new Reading("/", root.info(), "root", null, depth));
    }

    /** The node at a path below the root. */
    Optional<TreeNode> find(Pid root, String path, int depth) {
        if (path.equals("/") || path.isEmpty()) return Optional.of(root(root, depth));
        String[] names = (path.startsWith("/") ? path.substring(1) : path).split("/", -1);
        SupervisorView view = view(root);
        Child child = child(view, names[0]);
        for (int i = 1; i < names.length && child != null; i++) {
            view = view(child.pid());
            child = child(view, names[i]);
        }
        if (child == null) return Optional.empty();
        String parent = "/" + String.join("/", List.of(names).subList(0, names.length - 1));
        Reading found = reading(parent, view, child.info(), depth);
        return Optional.of(node(found));
    }

    private static @Nullable Child child(@Nullable SupervisorView view, String id) {
        return view == null ? null : view.child(id);
    }

    static @Nullable SupervisorView view(@Nullable Pid pid) {
        return pid != null && ProcessInfo.viewOf(pid) instanceof SupervisorView view ? view : null;
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

    /** A node of which the children are being read. */
    private final class Reading {
        private final String path;
        private final ChildInfo child;
        private final String definition;
        private final @Nullable Restart policy;
        private final int depth;
        private final @Nullable SupervisorView view;
        private final Below below;
        private final Iterator<Child> left;
        final List<TreeNode> children = new ArrayList<>();

        Reading(
                String path,
                ChildInfo child,
                String definition,
                @Nullable Restart policy,
                int depth) {
            this.path = path;
            this.child = child;
            this.definition = definition;
            this.policy = policy;
            this.depth = depth;
            view = view(child.pid());
            below = new Below(depth <= 0 || view == null ? 0 : limit, view);
            left = below.shown().iterator();
        }

        /** The next child, or null. */
        @Nullable Reading next() {
            return left.hasNext() ? reading(path, view, left.next().info(), depth - 1) : null;
        }

        TreeNode node() {
            Pid pid = child.pid();
            return new TreeNode(
                    path,
                    child.id(),
                    definition,
                    kind(child.type(), view),
                    state(child),
                    pid,
                    pid == null ? 0 : ProcessInfo.mailboxSize(pid),
                    child.held(),
                    child.restarts(),
                    policy,
                    view == null ? null : view.strategy(),
                    view == null ? null : view.tolerance(),
                    view == null ? 0 : view.toleranceUsed(),
                    child.lastFailure(),
                    below.count(),
                    below.states(),
                    List.copyOf(children),
                    children.size() < below.count());
        }
    }

    private Reading reading(String path, @Nullable SupervisorView view, ChildInfo info, int depth) {
        String definition = view != null && view.isFactory() ? view.definition() : info.id();
        return new Reading(below(path, info.id()), info, definition, info.restart(), depth);
    }

    static String below(String path, String id) {
        return path.equals("/") ? "/" + id : path + "/" + id;
    }

    static Kind kind(ChildType type, @Nullable SupervisorView view) {
        if (view != null) return view.isFactory() ? Kind.FACTORY_SUPERVISOR : Kind.SUPERVISOR;
        return type == ChildType.SUPERVISOR ? Kind.SUPERVISOR : Kind.ACTOR;
    }

    private static State state(ChildInfo child) {
        return state(child.pid(), child.state(), child.restart());
    }

    static State state(Child child) {
        return state(child.pid(), child.state(), child.terms().restart());
    }

    static State state(@Nullable Pid pid, ChildInfo.State booked, Restart restart) {
        if (pid == null) {
            return booked == ChildInfo.State.RESTARTING ? State.RESTARTING : State.STOPPED;
        }
        return switch (ProcessInfo.stateOf(pid)) {
            case STARTING -> State.STARTING;
            case EXITED -> restart == Restart.TEMPORARY ? State.STOPPED : State.RESTARTING;
            default -> State.RUNNING;
        };
    }
}
