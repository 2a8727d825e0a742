/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.internal.boot.StartGate;
import dev.otp4j.internal.path.Path;
import dev.otp4j.internal.threads.PlatformThreads;
import dev.otp4j.internal.user.UserCode;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Redaction;
import dev.otp4j.supervisor.Offender;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
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
public final class OtpSystem implements AutoCloseable {
    /** Where a system is in its life. */
    public enum State {
        /** Built, or stopped in order; can be started. */
        STOPPED,
        /** Children are being started. */
        STARTING,
        /** The tree stands. */
        RUNNING,
        /** Children are being stopped. */
        STOPPING,
        /** The root supervisor ended by itself; nothing runs. */
        GAVE_UP
    }

    /**
     * What the end of the root supervisor means for everything else in the JVM. A system is never
     * restarted by itself.
     *
     * <p>Counterpart: the restart type of an application.
     */
    public enum Type {
        /** Everything is to end, whatever the reason, {@code normal} included. */
        PERMANENT,
        /**
         * Everything is to end, unless the reason is {@code normal}. A root that gives up ends with
         * {@code shutdown}, so in practice this is {@link #PERMANENT}, as in OTP.
         */
        TRANSIENT,
        /** It is told and logged, nothing else happens. */
        TEMPORARY;

        /** {@return whether everything is to end after a root that ended by itself} */
        boolean endsAll(ExitReason reason) {
            return switch (this) {
                case PERMANENT -> true;
                case TRANSIENT -> !(reason instanceof ExitReason.Normal);
                case TEMPORARY -> false;
            };
        }
    }

    private static final Duration TO_CLOSE = Duration.ofSeconds(20);

    private final String name;
    private final ProcessRuntime runtime;
    private final Lifecycle lifecycle;
    private final Dependencies dependencies;
    private final AtomicLong restarts = new AtomicLong();

    private OtpSystem(Builder builder) {
        name = builder.name;
        var gate = new StartGate();
        var runtimes = ProcessRuntime.builder().name(name).redaction(builder.redaction);
        runtimes.listener(new RestartCounter(restarts)).listener(gate);
        runtimes.chaining(builder.chaining)
                .listingUnsupervised(true)
                .classLoader(builder.classLoader);
        if (builder.threadCleaner != null) runtimes.threadCleaner(builder.threadCleaner);
        builder.timing.accept(runtimes);
        runtimes.initTimeout(builder.initTimeout);
        builder.listeners.forEach(runtimes::listener);
        runtime = runtimes.build();
        var obituary = new Obituary(name, builder.type, runtime, builder.terminationHook);
        Supplier<StaticSupervisor.Builder> root =
                Objects.requireNonNull(builder.root, "'root' must be given");
        lifecycle =
                new Lifecycle(
                        name,
                        runtime,
                        () ->
                                Objects.requireNonNull(
                                        root.get(),
                                        "the 'root' supplier of " + this + " returned null"),
                        builder.startTimeout,
                        gate,
                        obituary,
                        this::stateChanged);
        dependencies = new Dependencies(this, builder.dependencies);
    }

    private void stateChanged() {
        for (SystemListener listener : runtime.listeners(SystemListener.class)) {
            UserCode.run(
                    () -> listener.stateChanged(this),
                    failed ->
                            runtime.listenerFailed(
                                    listener, "a change of the system's state", failed));
        }
    }

    private record RestartCounter(AtomicLong restarts) implements SupervisorListener {
        @Override
        public void counted(SupervisorReport report) {
            if (report.context() == SupervisorReport.Context.RESTARTED) restarts.incrementAndGet();
        }
    }

    /** {@return a builder of systems; the name is for people} */
    public static Builder builder(String name) {
        return new Builder(Objects.requireNonNull(name, "'name' must not be null"));
    }

    /** Builds an {@link OtpSystem}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final List<ProcessListener> listeners = new ArrayList<>();
        private @Nullable Supplier<StaticSupervisor.Builder> root;
        private @Nullable Duration startTimeout;
        private Redaction redaction = Redaction::typeAndSize;
        private Type type = Type.TEMPORARY;
        private Consumer<Termination> terminationHook = termination -> {};
        private final List<OtpSystem> dependencies = new ArrayList<>();

        private Duration initTimeout = ProcessOptions.DEFAULT_INIT_TIMEOUT;
        private boolean chaining = true;
        private @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
        private @Nullable Runnable threadCleaner;
        private Consumer<ProcessRuntime.Builder> timing = untimed -> {};

        private Builder(String name) {
            this.name = name;
        }

        /** The root supervisor; asked for at each start. */
        public Builder root(Supplier<StaticSupervisor.Builder> supervisor) {
            root = Objects.requireNonNull(supervisor, "'supervisor' must not be null");
            return this;
        }

        /**
         * Adds a listener of the runtime; a {@link SupervisorListener} is told the reports, a
         * {@link SystemListener} the end of the tree.
         */
        public Builder listener(ProcessListener listener) {
            listeners.add(Objects.requireNonNull(listener, "'listener' must not be null"));
            return this;
        }

        /**
         * The context class loader of all threads of the system; see {@link
         * ProcessRuntime.Builder#classLoader}. Defaults to that of the thread that makes this
         * builder.
         *
         * @param loader null for the bootstrap class loader
         */
        public Builder classLoader(@Nullable ClassLoader loader) {
            classLoader = loader;
            return this;
        }

        /** Whether processes are chained; see {@link ProcessRuntime.Builder#chaining}. */
        public Builder chaining(boolean chain) {
            chaining = chain;
            return this;
        }

        /** Cleans threads between processes; see {@link ProcessRuntime.Builder#threadCleaner}. */
        public Builder threadCleaner(Runnable cleaner) {
            threadCleaner = Objects.requireNonNull(cleaner, "'cleaner' must not be null");
            return this;
        }

        /**
         * Has handlers timed; see {@link ProcessRuntime.Builder#timing}. Defaults to not.
         *
         * @param oneIn 1 for all messages
         * @throws IllegalArgumentException if {@code oneIn} is not positive
         */
        public Builder timing(int oneIn, HandlerTiming sink) {
            Objects.requireNonNull(sink, "'sink' must not be null");
            if (oneIn < 1) {
                throw new IllegalArgumentException("'oneIn' must be positive: " + oneIn);
            }
            timing = runtimes -> runtimes.timing(oneIn, sink);
            return this;
        }

        /** How messages and states are shown in reports; defaults to types and sizes only. */
        public Builder redaction(Redaction how) {
            redaction = Objects.requireNonNull(how, "'how' must not be null");
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
         * A system that this one cannot do without: a start starts it before, unless it runs, and
         * its stop stops this one before. Can be given more than once; the order counts. Nothing
         * happens when such a system ends by itself: use its {@link Builder#type type} for that.
         */
        public Builder dependsOn(OtpSystem system) {
            dependencies.add(Objects.requireNonNull(system, "'system' must not be null"));
            return this;
        }

        /**
         * How long the start of the whole tree may take; no limit by default. A start that takes
         * longer is called off: the initialiser that runs is interrupted and fails, and the
         * children there are stopped in order, for which there is as much time again, two seconds
         * at least; what is left then is killed.
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
         * How long the initialiser of an actor may take whose builder does not say it, at start and
         * restart, also of a factory's child; defaults to 1 s.
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
    }

    /**
     * Starts the tree; returns when its last child is initialised. Does nothing if it stands
     * already. Called in a process, it starts a tree of its own all the same, which is nobody's
     * child. The systems it depends on are started before, unless they run.
     *
     * <p>While it starts the tree can be read. It can be stopped from another thread, which calls
     * the start off.
     *
     * @throws OtpStartException if a child could not be started, all took too long, the system was
     *     stopped meanwhile, or the thread was interrupted, whose interrupt status is set then;
     *     nothing is left running
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
     * it does not stand. A start in progress is called off; it fails then. What names of its
     * processes held is dropped and counted. The systems that depend on this one are stopped
     * before, within the same limit.
     *
     * <p>When the root has ended, the processes of the runtime that no supervisor looked after are
     * killed too, and a log line names them. Processes on threads borrowed by {@link Processes#run}
     * are ended and their threads interrupted. The same happens when a start fails and when the
     * root ends by itself.
     *
     * <p>No thread is waited for: code of a killed process may run on as a {@linkplain
     * ProcessRuntime#zombies zombie} when this returns. If the calling thread is interrupted, what
     * has not stopped yet is killed at once.
     *
     * <p>The limit holds also while handlers that compute occupy all carriers and no supervisor can
     * run: the stop runs on a platform thread, which then kills the processes without asking the
     * supervisors.
     *
     * <p>A process of this system, or of one that depends on it, may call this but cannot wait for
     * it, since it is to end itself: the stop goes on on another thread, and the call returns false
     * at once. {@link #whenTerminated} tells the end.
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
        return "otp:stop:" + name;
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
        return Optional.ofNullable(now.view().offender());
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
     * {@return how many messages the names of processes hold until these are there again} Also
     * while no tree stands. Each name that holds messages is locked for a moment.
     */
    public long heldMessages() {
        return runtime.heldMessages();
    }

    /**
     * {@return the tree now, or empty if there is none} While it starts it is as far as it is.
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
     * is no tree. While it starts the tree is as far as it is. Copies nothing, so that it needs as
     * little memory for a million children as for one, and asks no process. The visitor is called
     * on the current thread.
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
