/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.supervisor.ChildInfo;
import dev.otp4j.supervisor.SupervisorInfo;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a tree, a supervisor before its children. Copies nothing and keeps one place for
 * each level that it is below the root, not for each child, and it does not recurse.
 */
final class TreeWalk {
    /** How far the walk is among the children of a supervisor. */
    private record Level(SupervisorInfo view, String path, Iterator<ChildInfo> left) {
        static Level of(SupervisorInfo view, String path) {
            return new Level(view, path, view.children().iterator());
        }
    }

    private final ArrayDeque<Level> levels = new ArrayDeque<>();
    private final TreeVisit visit = new TreeVisit("root");
    private final Consumer<? super TreeVisit> visitor;

    private TreeWalk(Consumer<? super TreeVisit> visitor) {
        this.visitor = visitor;
    }

    /** Shows the root and all that is below it to a visitor. */
    static void through(Pid root, Consumer<? super TreeVisit> visitor) {
        new TreeWalk(visitor).walk(root);
    }

    /** Kills the root and all that is below it. */
    static void kill(Pid root) {
        through(root, visit -> visit.pid().ifPresent(Processes::kill));
    }

    private void walk(Pid root) {
        SupervisorInfo top = TreeReader.view(root);
        visit.atRoot(root, top);
        enterAfterVisit(top);
        for (Level in; (in = levels.peek()) != null; ) {
            if (!in.left().hasNext()) {
                levels.pop();
                continue;
            }
            ChildInfo child = in.left().next();
            Pid pid = child.pid();
            SupervisorInfo view = TreeReader.view(pid);
            visit.at(in.view(), in.path(), child, pid, view);
            enterAfterVisit(view);
        }
    }

    /**
     * A visitor may kill a process that it sees; the children of a dead supervisor can no longer be
     * found.
     */
    private void enterAfterVisit(@Nullable SupervisorInfo view) {
        Level below = view == null ? null : Level.of(view, visit.path());
        visitor.accept(visit);
        if (below != null) levels.push(below);
    }
}
