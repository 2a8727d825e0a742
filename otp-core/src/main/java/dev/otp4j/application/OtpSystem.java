/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.internal.threads.PlatformThreads;
import dev.otp4j.internal.user.UserCode;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A runtime and its supervision tree, to be started, looked at and stopped from outside.
 *
 * {@snippet :
 * OtpSystem system = OtpSystem.builder("shop")
 *         .root(() -> StaticSupervisor.oneForOne().add(ChildSpecification.worker("stock", stock::start)))
 *         .build();
 * system.start();
 * system.tree(10, 100).ifPresent(System.out::println);
 * system.stop(Duration.ofSeconds(20));
 * }
 *
 * <p>Can be stopped and started again any number of times; each start makes a new tree. If the root
 * supervisor ends by itself, the system has given up: that is logged once and is its state until
 * the next start.
 *
 * <p>Thread-safe. Starting and stopping block the caller and exclude each other; reading never
 * blocks.
 *
 * <p>Counterpart: an OTP application.
 *
 * @since 0.1.0
 */
public final class OtpSystem extends SystemView implements AutoCloseable {
    /** Where a system is in its life. */
    public enum State {
        /** Built, or stopped in order; can be started. */
        STOPPED,
        /** Children are being started. */
        STARTING,
        /** The tree runs. */
        RUNNING,
        /** Children are being stopped. */
        STOPPING,
        /** The root supervisor ended by itself; nothing runs. */
        GAVE_UP
    }

    /**
     * What the end of the root supervisor means for everything else in the JVM. A system never
     * restarts itself.
     *
     * <p>Counterpart: the restart type of an application.
     */
    public enum Type {
        /** Everything is to end, for any reason, {@code normal} included. */
        PERMANENT,
        /**
         * Everything is to end, unless the reason is {@code normal}. A root that gives up ends with
         * {@code shutdown}, so in practice this is {@link #PERMANENT}, as in OTP.
         */
        TRANSIENT,
        /** Listeners are told and the end is logged; nothing else happens. */
        TEMPORARY;

        /** {@return whether everything is to end when the root has ended by itself} */
        boolean endsAll(ExitReason reason) {
            return switch (this) {
                case PERMANENT -> true;
                case TRANSIENT -> !(reason instanceof ExitReason.Normal);
                case TEMPORARY -> false;
            };
        }
    }

    private static final Duration TO_CLOSE = Duration.ofSeconds(20);

    private final Dependencies dependencies;

    private OtpSystem(Builder builder) {
        super(builder);
        dependencies = new Dependencies(this, builder.dependencies);
    }

    @Override
    void stateChanged() {
        for (SystemListener listener : runtime.listeners(SystemListener.class)) {
            UserCode.run(
                    () -> listener.stateChanged(this),
                    failed ->
                            runtime.listenerFailed(
                                    listener, "a change of the system's state", failed));
        }
    }

    /** {@return a builder of systems; the name is for people} */
    public static Builder builder(String name) {
        return new Builder(Objects.requireNonNull(name, "'name' must not be null"));
    }

    /**
     * Builds an {@link OtpSystem}. Mutable: each method changes the builder and returns it. Not
     * thread-safe.
     */
    public static final class Builder {
        private final @Nullable ClassLoader classLoader =
                Thread.currentThread().getContextClassLoader();
        private final List<ProcessListener> listeners = new ArrayList<>();
        private final List<OtpSystem> dependencies = new ArrayList<>();
        private Consumer<ProcessRuntime.Builder> runtime = unchanged -> {};
        private @Nullable Duration initTimeout;

        final String name;
        Type type = Type.TEMPORARY;
        Consumer<Termination> terminationHook = termination -> {};
        @Nullable Supplier<StaticSupervisor.Builder> root;
        @Nullable Duration startTimeout;

        private Builder(String name) {
            this.name = name;
        }

        /**
         * The root supervisor. The supplier is called at each start, on the thread that starts the
         * system.
         */
        public Builder root(Supplier<StaticSupervisor.Builder> supervisor) {
            root = Objects.requireNonNull(supervisor, "'supervisor' must not be null");
            return this;
        }

        /**
         * Adds a listener of the runtime: a {@link SupervisorListener} gets the reports, a {@link
         * SystemListener} the end of the tree.
         */
        public Builder listener(ProcessListener listener) {
            listeners.add(Objects.requireNonNull(listener, "'listener' must not be null"));
            return this;
        }

        /**
         * Changes settings of the system's runtime, such as its context class loader, redaction,
         * chaining and timing. Runs at each {@link #build}; can be given more than once, and the
         * last value counts. The system itself sets the runtime's name, and its {@code initTimeout}
         * if {@linkplain #initTimeout given here}.
         *
         * {@snippet :
         * OtpSystem.builder("shop").root(root).runtime(runtime -> runtime.chaining(false));
         * }
         *
         * <p>The context class loader defaults to that of the thread that makes this builder, all
         * other settings to those of {@link ProcessRuntime#builder}.
         */
        public Builder runtime(Consumer<ProcessRuntime.Builder> settings) {
            Objects.requireNonNull(settings, "'settings' must not be null");
            runtime = runtime.andThen(settings);
            return this;
        }

        /**
         * What the end of the root means; defaults to {@link Type#TEMPORARY}, as in OTP. See {@link
         * #terminationHook}.
         */
        public Builder type(Type newType) {
            type = Objects.requireNonNull(newType, "'newType' must not be null");
            return this;
        }

        /**
         * What ends everything else when the root has ended by itself and the {@linkplain #type
         * type} says that everything is to end: closing a container, completing a future that
         * {@code main} waits for. Called once per life, after the state has changed and listeners
         * were told, on a thread of its own outside of processes; may block. By default nothing
         * happens: nothing here ever ends the JVM.
         */
        public Builder terminationHook(Consumer<Termination> hook) {
            terminationHook = Objects.requireNonNull(hook, "'hook' must not be null");
            return this;
        }

        /**
         * Adds a system that this one needs. A start of this system starts it first, unless it
         * runs, and its stop stops this system first. Systems are started in the order in which
         * they are added. Nothing happens when such a system ends by itself: use its {@link
         * Builder#type type} for that.
         */
        public Builder dependsOn(OtpSystem system) {
            dependencies.add(Objects.requireNonNull(system, "'system' must not be null"));
            return this;
        }

        /**
         * How long the start of the whole tree may take; no limit by default. A start that takes
         * longer is called off: the initialiser that runs is interrupted and fails, and the
         * children started so far are stopped in order. That may take as long again, but at least
         * two seconds; then all remaining processes are killed.
         *
         * @throws IllegalArgumentException if {@code limit} is not positive
         */
        public Builder startTimeout(Duration limit) {
            if (!Objects.requireNonNull(limit, "'limit' must not be null").isPositive()) {
                throw new IllegalArgumentException("'limit' must be positive: " + limit);
            }
            startTimeout = limit;
            return this;
        }

        /**
         * How long the initialiser of an actor may take, at start and restart, also of a factory's
         * child, unless the actor's builder sets a time; defaults to 1 s.
         *
         * @throws IllegalArgumentException if {@code limit} is not positive
         */
        public Builder initTimeout(Duration limit) {
            if (!Objects.requireNonNull(limit, "'limit' must not be null").isPositive()) {
                throw new IllegalArgumentException("'limit' must be positive: " + limit);
            }
            initTimeout = limit;
            return this;
        }

        /** {@return a system that is not started yet} */
        public OtpSystem build() {
            return new OtpSystem(this);
        }

        /** Makes the runtime; the listeners of the system itself come first. */
        ProcessRuntime buildRuntime(ProcessListener... own) {
            var made = ProcessRuntime.builder().classLoader(classLoader);
            for (ProcessListener listener : own) made.listener(listener);
            runtime.accept(made);
            made.name(name).listingUnsupervised(true);
            if (initTimeout != null) made.initTimeout(initTimeout);
            listeners.forEach(made::listener);
            return made.build();
        }
    }

    /**
     * Starts the tree; returns when its last child is initialised. Does nothing if the tree runs
     * already. The systems that this one depends on are started before, unless they run. A process
     * may call it too: the new tree is not linked to that process.
     *
     * <p>While the tree starts it can be read. Another thread can stop the system, which calls the
     * start off.
     *
     * @throws OtpStartException if a child could not be started, the start took longer than {@link
     *     Builder#startTimeout}, the system was stopped meanwhile, or the calling thread was
     *     interrupted (its interrupt status is set again); nothing is left running
     */
    public void start() {
        dependencies.whileStarting(
                () -> {
                    try {
                        lifecycle.start();
                    } finally {
                        lifecycle.tellChange();
                    }
                });
    }

    /**
     * Stops the tree: its children in reverse order, each within its shutdown time. Does nothing if
     * no tree runs. A start in progress is called off and fails. Messages that names of the
     * system's processes held are dropped and counted. The systems that depend on this one are
     * stopped before, within the same limit.
     *
     * <p>When the root has ended, the processes of the runtime that had no supervisor are killed
     * too, and a log line names them. Processes on threads borrowed by {@link Processes#run} are
     * ended and their threads interrupted. The same happens when a start fails and when the root
     * ends by itself.
     *
     * <p>No thread is waited for: code of a killed process may run on as a {@linkplain
     * ProcessRuntime#zombies zombie} when this returns. If the calling thread is interrupted, what
     * has not stopped yet is killed at once.
     *
     * <p>The limit holds also while handlers that compute occupy all carriers and no supervisor can
     * run: the stop runs on a platform thread, which then kills the processes without asking the
     * supervisors.
     *
     * <p>A process of this system, or of one that depends on it, may call this too. It is stopped
     * itself and so cannot wait: the stop goes on in another thread, and the call returns false at
     * once. {@link #whenTerminated} completes at the end.
     *
     * <p>Counterpart: {@code application:stop/1}; called in a process of the system, {@code
     * init:stop/0}, which returns at once too.
     *
     * @param limit how long all of it may take; then every process of the tree is killed
     * @return whether everything stopped in time; false if the call did not wait
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public boolean stop(Duration limit) {
        if (Objects.requireNonNull(limit, "'limit' must not be null").isNegative()) {
            throw new IllegalArgumentException("'limit' must not be negative: " + limit);
        }
        if (!isToStopCaller())
            return PlatformThreads.call(runtime.classLoader(), stopThread(), () -> stopAll(limit));
        PlatformThreads.start(runtime.classLoader(), stopThread(), () -> stopAll(limit));
        return false;
    }

    private String stopThread() {
        return "otp:stop:" + name();
    }

    private boolean isToStopCaller() {
        return runtime.runsCurrentThread()
                || dependencies.dependents().stream().anyMatch(OtpSystem::isToStopCaller);
    }

    private boolean stopAll(Duration limit) {
        var time = new TimeLeft(limit);
        boolean dependentsInTime = dependencies.stopDependents(time);
        try {
            return lifecycle.stop(time) && dependentsInTime;
        } finally {
            lifecycle.tellChange();
        }
    }

    /**
     * Stops the tree, killing what is left after 20 s, kills all other processes of the runtime,
     * and closes the runtime. Called by a process of this system, or of one that depends on it, it
     * returns at once, and another thread does that; see {@link #stop}.
     */
    @Override
    public void close() {
        if (isToStopCaller())
            PlatformThreads.start(runtime.classLoader(), stopThread(), this::closeAll);
        else PlatformThreads.call(runtime.classLoader(), stopThread(), this::closeAll);
    }

    private boolean closeAll() {
        boolean inTime = stopAll(TO_CLOSE);
        lifecycle.close();
        return inTime;
    }

    Dependencies dependencies() {
        return dependencies;
    }
}
