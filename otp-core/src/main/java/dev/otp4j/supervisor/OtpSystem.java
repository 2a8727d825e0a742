/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartError;
import dev.otp4j.actor.StartException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
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
    private static final System.Logger LOG = System.getLogger(OtpSystem.class.getName());

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

    /** One life of the tree. */
    private record Life(
            Pid root,
            Instant startedAt,
            CompletableFuture<ExitReason> ended,
            CompletableFuture<ExitReason> terminated) {}

    /*
     * state, life, terminated are changed together under the status monitor, by whoever starts, stops, or sees the root
     * end; they are read alone (volatile). The lifecycle monitor only makes starts and stops follow each other; it is
     * held while children start and stop, the status monitor never.
     */
    private final String name;
    private final ProcessRuntime runtime;
    private final Supplier<StaticSupervisor.Builder> root;
    private final @Nullable Duration startTimeout;
    private final AtomicLong restarts;
    private final Object lifecycle = new Object();
    private final Object status = new Object();

    private volatile State state = State.STOPPED;
    private volatile @Nullable Life life;
    private volatile CompletableFuture<ExitReason> terminated = new CompletableFuture<>();

    private OtpSystem(Builder builder) {
        name = builder.name;
        restarts = new AtomicLong();
        root = Objects.requireNonNull(builder.root, "'root' must be given");
        startTimeout = builder.startTimeout;
        var runtimes = ProcessRuntime.builder().name(name).listener(new RestartCounter(restarts));
        builder.listeners.forEach(runtimes::listener);
        runtime = runtimes.build();
    }

    private record RestartCounter(AtomicLong restarts) implements SupervisorListener {
        @Override
        public void reported(SupervisorReport report) {
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

        private Builder(String name) {
            this.name = name;
        }

        /** The root supervisor; asked for at each start. */
        public Builder root(Supplier<StaticSupervisor.Builder> supervisor) {
            root = Objects.requireNonNull(supervisor, "'supervisor' must not be null");
            return this;
        }

        /** Adds a listener of the runtime; a {@link SupervisorListener} is told the reports. */
        public Builder listener(ProcessListener listener) {
            listeners.add(Objects.requireNonNull(listener, "'listener' must not be null"));
            return this;
        }

        /** How long the start of the whole tree may take; no limit by default. */
        public Builder startTimeout(Duration limit) {
            if (!limit.isPositive()) {
                throw new IllegalArgumentException("'limit' must be positive: " + limit);
            }
            startTimeout = limit;
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
     * child.
     *
     * @throws OtpStartException if a child could not be started, or all took too long; nothing is
     *     left running
     */
    public void start() {
        synchronized (lifecycle) {
            if (state == State.RUNNING) return;
            change(State.STARTING);
            try {
                Pid pid = Processes.outside(this::startRoot);
                running(pid);
            } catch (StartException e) {
                throw failed(e.error());
            } finally {
                if (state == State.STARTING) change(State.STOPPED);
            }
        }
    }

    private Pid startRoot() {
        ProcessOptions options =
                ProcessOptions.defaults()
                        .labeled("root")
                        .runtime(runtime)
                        .initTimeout(startTimeout);
        return root.get().start(options).pid();
    }

    private void running(Pid root) {
        Life now;
        synchronized (status) {
            // the first life ends the stage that was handed out before it; each later one has its
            // own
            if (life != null) terminated = new CompletableFuture<>();
            now = new Life(root, Instant.now(), new CompletableFuture<>(), terminated);
            life = now;
            state = State.RUNNING;
        }
        runtime.whenEnded(root).thenAccept(reason -> ended(now, reason));
    }

    private void change(State next) {
        synchronized (status) {
            state = next;
        }
    }

    private OtpStartException failed(StartError error) {
        if (error instanceof StartError.InitExited(ExitReason.Shutdown(ChildStartFailure outer))) {
            ChildStartFailure failure = outer.innermost();
            return new OtpStartException(
                    "'%s' could not be started by its supervisor '%s': %s"
                            .formatted(failure.path(), failure.supervisor(), failure.error()),
                    error,
                    failure);
        }
        return new OtpStartException(
                "the tree of '%s' could not be started: %s".formatted(name, error), error, null);
    }

    /** The root of a life has ended: as it was told to, or by itself. */
    private void ended(Life which, ExitReason reason) {
        if (isRunning(which)) giveUp(which, reason);
        which.ended()
                .complete(reason); // first: a stop must not wait for what users hung on the other
        which.terminated().complete(reason);
    }

    private boolean isRunning(Life which) {
        synchronized (status) {
            return life == which && state == State.RUNNING;
        }
    }

    /**
     * Names first: once the state has changed another life can begin. The log last: it may be slow.
     */
    private void giveUp(Life which, ExitReason reason) {
        runtime.abandonNames(
                "the supervision tree of '%s' has given up: %s".formatted(name, reason));
        synchronized (status) {
            if (life != which || state != State.RUNNING) return;
            state = State.GAVE_UP;
        }
        LOG.log(
                Level.ERROR,
                "supervision tree of ''{0}'' has given up: root supervisor ended with reason={1}; nothing of it runs"
                        + " any more",
                name,
                reason);
    }

    /**
     * Stops the tree: its children in reverse order, each within its shutdown time. Does nothing if
     * it does not stand. What names of its processes held is dropped and counted then.
     *
     * @param limit how long all of it may take; then every process of the tree is killed
     * @return whether everything stopped in time
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public boolean stop(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("'limit' must not be negative: " + limit);
        }
        synchronized (lifecycle) {
            Life now = life;
            if (now == null || state != State.RUNNING) return true;
            change(State.STOPPING);
            Processes.outside(() -> exit(now));
            boolean inTime = await(now, limit);
            if (!inTime) killAll(now, limit);
            runtime.abandonNames("'%s' was stopped".formatted(name));
            change(State.STOPPED);
            return inTime;
        }
    }

    /** In the name of the runtime, which is the root's parent. */
    private static boolean exit(Life life) {
        Processes.exit(life.root(), ExitReason.SHUTDOWN);
        return true;
    }

    private void killAll(Life now, Duration limit) {
        List<Pid> left = TreeReader.processes(now.root());
        LOG.log(
                Level.WARNING,
                "tree of ''{0}'' did not stop within {1}; killing {2} processes",
                name,
                limit,
                left.size());
        left.forEach(Processes::kill);
        await(now, Duration.ofSeconds(1));
    }

    private static boolean await(Life life, Duration limit) {
        long nanos = limit.compareTo(LONGEST) < 0 ? limit.toNanos() : Long.MAX_VALUE;
        try {
            life.ended().get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    /** Stops the tree, killing what is left after 20 s, and closes the runtime. */
    @Override
    public void close() {
        stop(Duration.ofSeconds(20));
        runtime.close();
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
        return state;
    }

    /** {@return when the tree was started last, by the wall clock} */
    public Optional<Instant> startedAt() {
        Life now = life;
        return now == null ? Optional.empty() : Optional.of(now.startedAt());
    }

    /** {@return why the root ended last} Empty while it runs. */
    public Optional<ExitReason> exitReason() {
        Life now = life;
        return now == null ? Optional.empty() : Optional.ofNullable(now.ended().getNow(null));
    }

    /** {@return completes with the root's exit reason when the present life of the tree ends} */
    public CompletionStage<ExitReason> whenTerminated() {
        return terminated.minimalCompletionStage();
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
     * {@return the tree now, or empty if there is none}
     *
     * @param depth how many levels below the root
     * @param limit how many children of each supervisor
     */
    public Optional<TreeNode> tree(int depth, int limit) {
        return find("/", depth, limit);
    }

    /**
     * {@return the node at a path now, or empty if there is none}
     *
     * @param path as the tree shows it, such as {@code /orders/intake}
     * @param depth how many levels below it
     * @param limit how many children of each supervisor
     */
    public Optional<TreeNode> find(String path, int depth, int limit) {
        Life now = life;
        if (now == null || !Processes.isAlive(now.root())) return Optional.empty();
        return new TreeReader(limit).find(now.root(), path, depth);
    }

    @Override
    public String toString() {
        return "OtpSystem[" + name + ", " + state + "]";
    }
}
