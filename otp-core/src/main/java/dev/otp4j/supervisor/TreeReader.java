/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.supervisor.TreeNode.Kind;
import dev.otp4j.supervisor.TreeNode.State;
import java.util.ArrayList;
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
        var root = new Child("root", ChildType.SUPERVISOR, Restart.TEMPORARY);
        root.running(pid);
        return node("/", root.info(), "root", null, depth);
    }

    /** The node at a path below the root. */
    Optional<TreeNode> find(Pid root, String path, int depth) {
        TreeNode node = root(root, 0);
        if (path.equals("/") || path.isEmpty()) return Optional.of(root(root, depth));
        String[] names = (path.startsWith("/") ? path.substring(1) : path).split("/", -1);
        Pid pid = root;
        String at = "/";
        for (int i = 0; i < names.length; i++) {
            SupervisorView view = view(pid);
            Child found = view == null ? null : view.child(names[i]);
            if (view == null || found == null) return Optional.empty();
            ChildInfo child = found.info();
            String definition = view.isFactory() ? node.name() : child.id();
            at = below(at, child.id());
            node = node(at, child, definition, child.restart(), i == names.length - 1 ? depth : 0);
            pid = child.pid();
        }
        return Optional.of(node);
    }

    /** The root and all processes below it, supervisors before their children. */
    static List<Pid> processes(Pid root) {
        var all = new ArrayList<Pid>();
        all.add(root);
        for (int i = 0; i < all.size(); i++) {
            SupervisorView view = view(all.get(i));
            if (view == null) continue;
            view.forEachChild(
                    child -> {
                        Pid pid = child.pid();
                        if (pid != null) all.add(pid);
                    });
        }
        return all;
    }

    private static @Nullable SupervisorView view(@Nullable Pid pid) {
        return pid != null && ProcessInfo.viewOf(pid) instanceof SupervisorView view ? view : null;
    }

    private TreeNode node(
            String path, ChildInfo child, String definition, @Nullable Restart policy, int depth) {
        Pid pid = child.pid();
        SupervisorView view = view(pid);
        var below = new Below(depth <= 0 || view == null ? 0 : limit, view);
        List<TreeNode> children =
                below.shown().stream()
                        .map(shown -> childNode(path, child, view, shown.info(), depth - 1))
                        .toList();
        return new TreeNode(
                path,
                child.id(),
                definition,
                kind(child, view),
                state(child),
                pid,
                pid == null ? 0 : ProcessInfo.mailboxSize(pid),
                child.restarts(),
                policy,
                view == null ? null : view.strategy(),
                view == null ? null : view.tolerance(),
                view == null ? 0 : view.toleranceUsed(),
                child.lastFailure(),
                below.count(),
                below.states(),
                children,
                children.size() < below.count());
    }

    private TreeNode childNode(
            String path,
            ChildInfo parent,
            @Nullable SupervisorView view,
            ChildInfo info,
            int depth) {
        boolean made = view != null && view.isFactory();
        return node(
                below(path, info.id()),
                info,
                made ? parent.id() : info.id(),
                info.restart(),
                depth);
    }

    private static String below(String path, String id) {
        return path.equals("/") ? "/" + id : path + "/" + id;
    }

    private static Kind kind(ChildInfo child, @Nullable SupervisorView view) {
        if (view != null) return view.isFactory() ? Kind.FACTORY_SUPERVISOR : Kind.SUPERVISOR;
        return child.type() == ChildType.SUPERVISOR ? Kind.SUPERVISOR : Kind.ACTOR;
    }

    private static State state(ChildInfo child) {
        return state(child.pid(), child.state(), child.restart());
    }

    static State state(Child child) {
        return state(child.pid(), child.state(), child.restart);
    }

    private static State state(@Nullable Pid pid, ChildInfo.State booked, Restart restart) {
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
