/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.supervisor.TreeNode.Kind;
import dev.otp4j.supervisor.TreeNode.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
        return node("/", root.info(), "root", null, depth);
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
        return Optional.of(childNode(parent, view, child.info(), depth));
    }

    private static @Nullable Child child(@Nullable SupervisorView view, String id) {
        return view == null ? null : view.child(id);
    }

    /** The root and all processes below it, supervisors before their children. */
    static List<Pid> processes(Pid root) {
        var all = new ArrayList<Pid>();
        all.add(root);
        for (int i = 0; i < all.size(); i++) {
            SupervisorView view = view(all.get(i));
            if (view == null) continue;
            view.childStream().map(Child::pid).filter(Objects::nonNull).forEach(all::add);
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
                        .map(shown -> childNode(path, view, shown.info(), depth - 1))
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
            String path, @Nullable SupervisorView view, ChildInfo info, int depth) {
        String definition = view != null && view.isFactory() ? view.definition() : info.id();
        return node(below(path, info.id()), info, definition, info.restart(), depth);
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
        return state(child.pid(), child.state(), child.terms().restart());
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
