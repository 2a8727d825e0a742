/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.boot;

import dev.otp4j.internal.path.Path;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The gate through which the start of a tree goes, child by child, so that a start which takes too
 * long can be called off in order. Each supervisor passes it before each of its children. When the
 * gate closes, the supervisor that waits for a child's initialiser is interrupted and fails, the
 * supervisors above it fail with it, and each of them stops what it had started.
 *
 * <pre>
 * why      null -> why     by the thread that calls the start off      -> null   by the next start
 * stages   entered and left by the thread that starts the children; interrupted by the thread that calls off
 * </pre>
 *
 * <p>Everything is guarded by the monitor. An interrupt is sent under it and so meets a thread that
 * has not left its stage; a thread that leaves a stage clears the interrupt. No user code runs
 * under the monitor.
 *
 * <p>The gate of a system is a listener of its runtime: that is how a supervisor finds it.
 */
public final class StartGate implements ProcessListener {
    private final List<Stage> stages = new ArrayList<>();
    private @Nullable String why;
    private @Nullable String stuck;
    private @Nullable Pid root;

    /**
     * Belongs to the supervisors, which are above this package: it is handed from the root of one
     * life to that of the next and never looked at here.
     */
    private @Nullable Object predecessor;

    /** Makes a gate that is open and has seen no root yet. */
    public StartGate() {}

    /** One supervisor that is starting its children. Used by its process only. */
    public static final class Stage {
        private final List<StartGate> gates =
                List.copyOf(ProcessRuntime.current().listeners(StartGate.class));
        private final Pid supervisor = Processes.self();
        private final Thread thread = Thread.currentThread();
        private String child = "";
        private @Nullable Object predecessor;

        private Stage() {}

        /**
         * The supervisor is about to start the child of that id.
         *
         * @return why the child must not be started, or null if it may
         */
        public @Nullable String next(String id) {
            for (StartGate gate : gates) {
                synchronized (gate) {
                    child = id;
                    if (gate.why != null) return gate.why;
                }
            }
            return null;
        }

        /**
         * The supervisor has started its last child, or one of them failed.
         *
         * @return why the start was called off, or null if it was not
         */
        public @Nullable String leave() {
            String why = null;
            for (StartGate gate : gates) {
                synchronized (gate) {
                    gate.stages.remove(this);
                    if (gate.why != null) why = gate.why;
                }
            }
            if (why != null) Thread.interrupted();
            return why;
        }

        /** What {@link StartGate#begin} was given, if this supervisor is the root; else null. */
        public @Nullable Object predecessor() {
            return predecessor;
        }

        private String path() {
            String path = ProcessInfo.pathOf(supervisor).orElseGet(supervisor::toString);
            return Path.join(path, child);
        }
    }

    /** The current process begins to start its children. */
    public static Stage enter() {
        var stage = new Stage();
        for (StartGate gate : stage.gates) {
            synchronized (gate) {
                gate.stages.add(stage);
                if (gate.isRoot(stage.supervisor)) gate.rootEnters(stage);
            }
        }
        return stage;
    }

    private boolean isRoot(Pid supervisor) {
        return root == null && ProcessInfo.pathOf(supervisor).filter(Path.ROOT::equals).isPresent();
    }

    private void rootEnters(Stage stage) {
        root = stage.supervisor;
        stage.predecessor = predecessor;
        predecessor = null;
    }

    /**
     * A start begins: it is not called off, and there is no root yet.
     *
     * @param before is handed to the root, see {@link Stage#predecessor}
     */
    public synchronized void begin(@Nullable Object before) {
        predecessor = before;
        why = null;
        stuck = null;
        root = null;
    }

    /**
     * Calls the start off: whatever is being started, or will be, fails until the next start. Does
     * nothing if it was called off already.
     */
    public synchronized void callOff(String reason) {
        if (why != null) return;
        why = reason;
        for (Stage stage : stages) {
            if (!waitsForAnother(stage)) {
                stuck = stage.path();
                stage.thread.interrupt();
            }
        }
    }

    /** Whether the child that it is starting is a supervisor that is starting children itself. */
    private boolean waitsForAnother(Stage stage) {
        for (Stage other : stages) {
            Pid parent = ProcessInfo.parentOf(other.supervisor).orElse(null);
            if (Objects.equals(parent, stage.supervisor)) return true;
        }
        return false;
    }

    /** {@return why the start was called off, or null} */
    public synchronized @Nullable String calledOff() {
        return why;
    }

    /** {@return path of the child that was being started when it was called off, or null} */
    public synchronized @Nullable String stuck() {
        return stuck;
    }

    /** {@return the root supervisor of the present start, as soon as it runs; or null} */
    public synchronized @Nullable Pid root() {
        return root;
    }
}
