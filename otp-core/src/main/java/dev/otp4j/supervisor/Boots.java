/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

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
 * The supervisors of a system that are starting their children, so that a start which takes too
 * long can be called off in order: the one that waits for a child's initialiser is interrupted and
 * fails, whoever started it fails with it, and each stops what it had started.
 *
 * <pre>
 * why      null -> why     whoever calls the start off      -> null   the next start
 * stages   entered and left by the thread that starts the children; interrupted by whoever calls off
 * </pre>
 *
 * <p>Everything is guarded by the monitor: an interrupt is sent under it and meets a thread that
 * has not left its stage; who leaves a stage clears the interrupt. No user code runs under it.
 */
final class Boots implements ProcessListener {
    private final List<Stage> stages = new ArrayList<>();
    private @Nullable String why;
    private @Nullable String stuck;
    private @Nullable Pid root;
    private @Nullable SupervisorView predecessor;

    /** One supervisor that is starting its children. */
    static final class Stage {
        private final List<Boots> all =
                List.copyOf(ProcessRuntime.current().listeners(Boots.class));
        private final Pid supervisor = Processes.self();
        private final Thread thread = Thread.currentThread();
        private String child = "";
        private @Nullable SupervisorView predecessor;

        private Stage() {}

        /** The child of that id is next. Why it is not to be started, or null. */
        @Nullable String next(String id) {
            for (Boots boots : all) {
                synchronized (boots) {
                    child = id;
                    if (boots.why != null) return boots.why;
                }
            }
            return null;
        }

        /**
         * The last child was started, or one failed. Why the start failed all the same, or null.
         */
        @Nullable String leave() {
            String why = null;
            for (Boots boots : all) {
                synchronized (boots) {
                    boots.stages.remove(this);
                    if (boots.why != null) why = boots.why;
                }
            }
            if (why != null) Thread.interrupted();
            return why;
        }

        /** What the root of the life before showed, if this is the root; or null. */
        @Nullable SupervisorView predecessor() {
            return predecessor;
        }

        private String path() {
            String path = ProcessInfo.pathOf(supervisor);
            return (path == null ? supervisor.toString() : path.equals("/") ? "" : path)
                    + "/"
                    + child;
        }
    }

    /** The current process begins to start its children. */
    static Stage enter() {
        var stage = new Stage();
        for (Boots boots : stage.all) {
            synchronized (boots) {
                boots.stages.add(stage);
                boolean isRoot = boots.isRoot(stage.supervisor);
                if (isRoot) {
                    boots.root = stage.supervisor;
                    stage.predecessor = boots.predecessor;
                    boots.predecessor = null;
                }
            }
        }
        return stage;
    }

    private boolean isRoot(Pid supervisor) {
        return root == null && "/".equals(ProcessInfo.pathOf(supervisor));
    }

    /**
     * Another start: it is not called off, and there is no root yet.
     *
     * @param before what the root of the life before showed, or null
     */
    synchronized void begin(@Nullable SupervisorView before) {
        predecessor = before;
        why = null;
        stuck = null;
        root = null;
    }

    /** Has everything fail that is being started, and that will be, until the next start. */
    synchronized void callOff(String reason) {
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
            if (Objects.equals(stage.supervisor, ProcessInfo.parentOf(other.supervisor)))
                return true;
        }
        return false;
    }

    /** Why the start was called off, or null. */
    synchronized @Nullable String calledOff() {
        return why;
    }

    /** Path of the child that was being started when the start was called off, or null. */
    synchronized @Nullable String stuck() {
        return stuck;
    }

    /** The root supervisor of the present start, as soon as it runs; or null. */
    synchronized @Nullable Pid root() {
        return root;
    }
}
