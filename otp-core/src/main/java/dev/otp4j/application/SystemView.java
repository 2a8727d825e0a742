/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.application.OtpSystem.State;
import dev.otp4j.internal.boot.StartGate;
import dev.otp4j.internal.path.Path;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.supervisor.Offender;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The parts of a system, and all that is read of it. {@link OtpSystem} starts and stops it. */
abstract class SystemView {
    final ProcessRuntime runtime;
    final Lifecycle lifecycle;
    private final String name;
    private final AtomicLong restarts = new AtomicLong();

    SystemView(OtpSystem.Builder builder) {
        name = builder.name;
        var gate = new StartGate();
        Supplier<StaticSupervisor.Builder> root =
                Objects.requireNonNull(builder.root, "'root' must be given");
        runtime = builder.buildRuntime(new RestartCounter(restarts), gate);
        lifecycle =
                new Lifecycle(
                        name,
                        runtime,
                        () ->
                                Objects.requireNonNull(
                                        root.get(),
                                        "the 'root' supplier of " + this + " returned null"),
                        new TreeStart(name, runtime, gate, builder.startTimeout),
                        new Obituary(name, builder.type, runtime, builder.terminationHook),
                        this::stateChanged);
    }

    private record RestartCounter(AtomicLong restarts) implements SupervisorListener {
        @Override
        public void counted(SupervisorReport report) {
            if (report.context() == SupervisorReport.Context.RESTARTED) restarts.incrementAndGet();
        }
    }

    /** Tells listeners that the system has reached another lasting state. */
    abstract void stateChanged();

    /** {@return its name} */
    public String name() {
        return name;
    }

    /** {@return the runtime of all its processes} */
    public ProcessRuntime runtime() {
        return runtime;
    }

    /** {@return where it is in its life} */
    public State state() {
        return lifecycle.state();
    }

    /** {@return when the tree was started last, by the wall clock} */
    public Optional<Instant> startedAt() {
        Lifecycle.Life now = lifecycle.life();
        return now == null ? Optional.empty() : Optional.of(now.startedAt());
    }

    /** {@return why the root ended last} Empty while it runs. */
    public Optional<ExitReason> exitReason() {
        Lifecycle.Life now = lifecycle.life();
        return now == null ? Optional.empty() : Optional.ofNullable(now.ended().getNow(null));
    }

    /**
     * {@return the child because of which the root gave up} Empty if the system has not given up,
     * or if the root ended otherwise: because it was killed, for example.
     */
    public Optional<Offender> offender() {
        Lifecycle.Life now = lifecycle.life();
        if (now == null || state() != State.GAVE_UP) return Optional.empty();
        return now.view().offender();
    }

    /** {@return completes with the root's exit reason when the present life of the tree ends} */
    public CompletionStage<ExitReason> whenTerminated() {
        return lifecycle.terminated().minimalCompletionStage();
    }

    /** {@return how many children were started again, since the system was built} */
    public long restarts() {
        return restarts.get();
    }

    /** {@return how many messages reached no handler, since the system was built} */
    public long deadLetters() {
        return runtime.deadLetters();
    }

    /**
     * {@return how many messages the names of processes hold until those processes run again} Also
     * while no tree runs. Each name that holds messages is locked for a moment.
     */
    public long heldMessages() {
        return runtime.heldMessages();
    }

    /**
     * {@return the tree now, or empty if there is none} While the tree starts, it shows the
     * children that were started so far.
     *
     * @param depth how many levels below the root
     * @param limit how many children of each supervisor
     * @throws IllegalArgumentException if {@code depth} or {@code limit} is negative
     */
    public Optional<TreeNode> tree(int depth, int limit) {
        return find(Path.ROOT, depth, limit);
    }

    /**
     * {@return the node at a path now, or empty if there is none}
     *
     * @param path as the tree shows it, such as {@code /orders/intake}
     * @param depth how many levels below it
     * @param limit how many children of each supervisor
     * @throws IllegalArgumentException if {@code depth} or {@code limit} is negative
     */
    public Optional<TreeNode> find(String path, int depth, int limit) {
        notNegative("depth", depth);
        notNegative("limit", limit);
        Pid top = lifecycle.top();
        if (top == null || !Processes.isAlive(top)) return Optional.empty();
        return new TreeReader(limit).find(top, path, depth);
    }

    /**
     * Shows each process of the tree to a visitor, a supervisor before its children; none if there
     * is no tree. While the tree starts, it shows the children that were started so far. Copies
     * nothing, so that it needs as little memory for a million children as for one, and sends no
     * message. The visitor is called on the current thread.
     */
    public void visit(Consumer<? super TreeVisit> visitor) {
        Objects.requireNonNull(visitor, "'visitor' must not be null");
        Pid top = lifecycle.top();
        if (top != null && Processes.isAlive(top)) TreeWalk.through(top, visitor);
    }

    private static void notNegative(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException("'" + name + "' must not be negative: " + value);
        }
    }

    @Override
    public String toString() {
        return "OtpSystem[" + name + ", " + state() + "]";
    }
}
