/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.supervisor.TreeNode.Kind;
import dev.otp4j.supervisor.TreeNode.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Reads a tree from what its supervisors publish, without asking anybody. */
final class TreeReader {
    private final int limit;

    /** At most {@code limit} children are shown of each supervisor. */
    TreeReader(int limit) {
        this.limit = limit;
    }

    TreeNode root(Pid pid, int depth) {
        var root =
                new ChildInfo(
                        "root",
                        pid,
                        ChildInfo.State.RUNNING,
                        ChildType.SUPERVISOR,
                        Restart.TEMPORARY,
                        0,
                        null);
        return node("/", root, "root", null, depth);
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
            ChildInfo child = view == null ? null : child(view, names[i]);
            if (view == null || child == null) return Optional.empty();
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
            for (ChildInfo child : view.children()) {
                if (child.pid() != null) all.add(child.pid());
            }
        }
        return all;
    }

    private static @Nullable ChildInfo child(SupervisorView view, String id) {
        for (ChildInfo child : view.children()) {
            if (child.id().equals(id)) return child;
        }
        return null;
    }

    private static @Nullable SupervisorView view(@Nullable Pid pid) {
        return pid != null && ProcessInfo.of(pid).view() instanceof SupervisorView view
                ? view
                : null;
    }

    private TreeNode node(
            String path, ChildInfo child, String definition, @Nullable Restart policy, int depth) {
        Pid pid = child.pid();
        SupervisorView view = view(pid);
        List<ChildInfo> below = view == null ? List.of() : view.children();
        List<ChildInfo> shown = depth <= 0 ? List.of() : shown(view, below);
        List<TreeNode> children =
                shown.stream().map(info -> childNode(path, child, view, info, depth - 1)).toList();
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
                below.size(),
                states(below),
                children,
                children.size() < below.size());
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

    /**
     * Of a factory those with most messages queued; ties by age. Keeps a heap of the limit, not a
     * sorted copy.
     */
    private List<ChildInfo> shown(@Nullable SupervisorView view, List<ChildInfo> children) {
        if (view == null || !view.isFactory()) {
            return children.size() <= limit ? children : children.subList(0, limit);
        }
        record Ranked(ChildInfo child, int size, long number) {}
        Comparator<Ranked> worstFirst =
                Comparator.comparingInt(Ranked::size)
                        .thenComparing(Comparator.comparingLong(Ranked::number).reversed());
        var best = new PriorityQueue<>(worstFirst);
        for (ChildInfo child : children) {
            Pid pid = child.pid();
            best.add(
                    new Ranked(
                            child,
                            pid == null ? 0 : ProcessInfo.mailboxSize(pid),
                            Long.parseLong(child.id())));
            if (best.size() > limit) best.poll();
        }
        return best.stream().sorted(worstFirst.reversed()).map(Ranked::child).toList();
    }

    private static Kind kind(ChildInfo child, @Nullable SupervisorView view) {
        if (view != null) return view.isFactory() ? Kind.FACTORY_SUPERVISOR : Kind.SUPERVISOR;
        return child.type() == ChildType.SUPERVISOR ? Kind.SUPERVISOR : Kind.ACTOR;
    }

    private static State state(ChildInfo child) {
        Pid pid = child.pid();
        if (pid == null) {
            return child.state() == ChildInfo.State.RESTARTING ? State.RESTARTING : State.STOPPED;
        }
        return switch (ProcessInfo.of(pid).state()) {
            case STARTING -> State.STARTING;
            case EXITED -> child.restart() == Restart.TEMPORARY ? State.STOPPED : State.RESTARTING;
            default -> State.RUNNING;
        };
    }

    private static Map<State, Integer> states(List<ChildInfo> children) {
        var counts = new EnumMap<State, Integer>(State.class);
        for (ChildInfo child : children) counts.merge(state(child), 1, Integer::sum);
        return counts;
    }
}
