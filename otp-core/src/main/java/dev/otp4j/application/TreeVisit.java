/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.application.TreeNode.Kind;
import dev.otp4j.application.TreeNode.State;
import dev.otp4j.internal.path.Path;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.supervisor.ChildInfo;
import dev.otp4j.supervisor.PendingRestart;
import dev.otp4j.supervisor.Strategy;
import dev.otp4j.supervisor.SupervisorInfo;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One node of a supervision tree while {@link OtpSystem#visit} is at it. Valid during the visitor's
 * call only, on its thread: the next node is shown by the same object.
 *
 * @since 0.1.0
 */
public final class TreeVisit {
    private final String root;
    private @Nullable SupervisorInfo above;
    private String pathAbove = "";
    private @Nullable ChildInfo child;
    private @Nullable Pid pid;
    private @Nullable SupervisorInfo view;

    TreeVisit(String root) {
        this.root = root;
    }

    void atRoot(Pid newPid, @Nullable SupervisorInfo newView) {
        pid = newPid;
        view = newView;
    }

    void at(
            SupervisorInfo newAbove,
            String newPathAbove,
            ChildInfo newChild,
            @Nullable Pid newPid,
            @Nullable SupervisorInfo newView) {
        above = newAbove;
        pathAbove = newPathAbove;
        child = newChild;
        pid = newPid;
        view = newView;
    }

    /** {@return where it stands, {@code /} for the root} Made when it is asked for. */
    public String path() {
        return child == null ? Path.ROOT : Path.join(pathAbove, child.id());
    }

    /** {@return what it is an instance of: its name, or that of its factory} */
    public String definition() {
        if (above == null || child == null) return root;
        return above.isFactory() ? above.definition() : child.id();
    }

    /** {@return what its supervisor is an instance of} Empty for the root. */
    public Optional<String> supervisorDefinition() {
        return above == null ? Optional.empty() : Optional.of(above.definition());
    }

    /** {@return what it is} */
    public Kind kind() {
        return TreeReader.kind(child, view);
    }

    /** {@return what it is doing} */
    public State state() {
        return TreeReader.state(pid, child);
    }

    /** {@return its process} Empty if there is none now. */
    public Optional<Pid> pid() {
        return Optional.ofNullable(pid);
    }

    /** {@return the strategy of a static supervisor} Empty for anything else. */
    public Optional<Strategy> strategy() {
        return view == null ? Optional.empty() : view.strategy();
    }

    /**
     * {@return how many messages its name holds until it has a process again} They are not part of
     * {@link #mailboxSize}.
     */
    public int held() {
        return child == null ? 0 : child.held();
    }

    /** {@return how often its supervisor has started it again} */
    public int restarts() {
        return child == null ? 0 : child.restarts();
    }

    /** {@return when its supervisor starts it again} Empty if it does not wait for that. */
    public Optional<PendingRestart> pendingRestart() {
        return child == null ? Optional.empty() : Optional.ofNullable(child.pendingRestart());
    }

    /** {@return what can be read of it, if it is a supervisor that runs} */
    public Optional<SupervisorInfo> supervisor() {
        return Optional.ofNullable(view);
    }

    /** {@return how many messages are queued} */
    public int mailboxSize() {
        return pid == null ? 0 : ProcessInfo.mailboxSize(pid);
    }
}
