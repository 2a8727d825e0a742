/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.DeterministicScheduler;
import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.internal.threads.SentryDuties;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What processes run in: threads, clock, timers, listeners, and the node they belong to. A process
 * passes its runtime on to whatever it spawns.
 *
 * {@snippet :
 * try (ProcessRuntime runtime = ProcessRuntime.builder().name("orders").build()) {
 *     Actor.startingWith(() -> 0).onMessage(handler).runtime(runtime).start();
 * }
 * }
 *
 * <p>A thread that runs no process uses the {@linkplain #defaultRuntime() default runtime} unless
 * it names another one. All processes run on virtual threads. A runtime has two platform threads:
 * one for timers while there are any, and one that watches the virtual threads while processes run.
 *
 * @since 0.1.0
 */
public final class ProcessRuntime extends WatchedEngine implements AutoCloseable {
    private static final Duration TO_REPORT = Duration.ofSeconds(1);
    private static final Duration TO_WARM_UP = Duration.ofSeconds(5);

    private final Duration initTimeout;
    private final ExportedSubjects exported = new ExportedSubjects(this);

    private ProcessRuntime(RuntimeSettings settings) {
        super(settings);
        initTimeout = settings.initTimeout;
    }

    @Override
    SentryDuties duties() {
        return new Patrol(this);
    }

    private static final class Default {
        // it is never closed, and would keep the class loader of the first thread for ever
        static final ProcessRuntime INSTANCE =
                builder().classLoader(ProcessRuntime.class.getClassLoader()).build();
    }

    /**
     * {@return the runtime of threads that run no process} Made when first asked for, never closed.
     */
    public static ProcessRuntime defaultRuntime() {
        return Default.INSTANCE;
    }

    /** {@return the runtime of the current process, or the default one} */
    public static ProcessRuntime current() {
        ProcessCell self = Current.process();
        return self == null ? defaultRuntime() : of(self.runtime);
    }

    /** The runtime whose inside {@code engine} is. */
    static ProcessRuntime of(Engine engine) {
        return (ProcessRuntime) engine;
    }

    /** {@return a builder of runtimes} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Builds a {@link ProcessRuntime}. Mutable: each method changes the builder and returns it. Not
     * thread-safe.
     */
    public static final class Builder {
        private final RuntimeSettings settings = new RuntimeSettings();

        private Builder() {}

        /** Names the node; defaults to {@code local}. */
        public Builder name(String nodeName) {
            settings.name = Arguments.notNull("name", nodeName);
            return this;
        }

        /** Adds a listener. */
        public Builder listener(ProcessListener listener) {
            settings.listeners.add(Arguments.notNull("listener", listener));
            return this;
        }

        /**
         * The context class loader of all threads of the runtime: of processes, listeners,
         * completions of asynchronous calls. Libraries find drivers, services and resources through
         * it. Defaults to the context class loader of the thread that makes this builder; the
         * {@linkplain ProcessRuntime#defaultRuntime() default runtime} uses the one that loaded
         * this class.
         *
         * <p>A handler may set another one for its own thread; the next process that runs on the
         * thread does not see it.
         *
         * @param loader null for the bootstrap class loader
         */
        public Builder classLoader(@Nullable ClassLoader loader) {
            settings.classLoader = loader;
            return this;
        }

        /** Puts another scheduler in the place of the one there was. */
        Builder scheduler(UnaryOperator<Scheduler> change) {
            settings.scheduler(change);
            return this;
        }

        /**
         * How long the initialiser of an actor may take whose builder does not say it; defaults to
         * 1 s.
         *
         * @throws IllegalArgumentException if {@code limit} is not positive
         */
        public Builder initTimeout(Duration limit) {
            if (!Arguments.notNull("limit", limit).isPositive()) {
                throw new IllegalArgumentException("'limit' must be positive: " + limit);
            }
            settings.initTimeout = limit;
            return this;
        }

        /**
         * How long a {@linkplain Subject#call(Function) call that names no time} waits for the
         * reply of a process of this runtime, or of the holder of one of its names; defaults to
         * {@link Subject#DEFAULT_CALL_TIMEOUT}, 5 s. Any thread may call, also one of another
         * runtime.
         *
         * @throws IllegalArgumentException if {@code limit} is not positive
         */
        public Builder callTimeout(Duration limit) {
            if (!Arguments.notNull("limit", limit).isPositive()) {
                throw new IllegalArgumentException("'limit' must be positive: " + limit);
            }
            settings.callTimeout = limit;
            return this;
        }

        /**
         * How long a handler may be busy with one message before it counts as stuck; defaults to
         * {@link StuckHandler#DEFAULT_LIMIT}, 5 s. A stuck handler is logged with its stack and
         * told to listeners; nothing is done to it.
         *
         * @throws IllegalArgumentException if {@code limit} is not positive
         */
        public Builder stuckAfter(Duration limit) {
            long nanos = Arguments.positiveNanos("limit", limit);
            return stuckAfter(process -> Duration.ofNanos(nanos));
        }

        /**
         * {@link #stuckAfter(Duration)} with a limit for each process. The function is asked once a
         * second for each handler that has been busy for a second; it must not block.
         */
        public Builder stuckAfter(Function<? super Pid, Duration> limits) {
            settings.stuckAfter = Arguments.notNull("limits", limits);
            return this;
        }

        /** How messages and states are shown in reports; defaults to types and sizes only. */
        public Builder redaction(Redaction how) {
            settings.redaction = Arguments.notNull("how", how);
            return this;
        }

        /**
         * Whether a process that is idle and gets a message from a handler may run on the handler's
         * thread, when that has ended, instead of on a new one. Defaults to true. Off for a single
         * definition: {@link ProcessOptions#chaining}.
         */
        public Builder chaining(boolean chain) {
            settings.chaining = chain;
            return this;
        }

        /**
         * Whether the runtime compensates for a JDK that does not serve all queues of its scheduler
         * of virtual threads in turn, by holding starts back from time to time. Defaults to true,
         * and to false if the system property {@code otp.scheduler.diversion} is {@code false}.
         * Without it a few flooded processes can keep all other virtual threads of the JVM waiting.
         */
        public Builder diversion(boolean divert) {
            settings.diverting = divert;
            return this;
        }

        /**
         * Cleans a thread before another process runs on it, on that thread: clears what libraries
         * keep for the current thread. If it throws, the thread is not used again. Defaults to
         * nothing.
         */
        public Builder threadCleaner(Runnable threadCleaner) {
            settings.cleaner = Arguments.notNull("threadCleaner", threadCleaner);
            return this;
        }

        /**
         * What the runtime enters and leaves while a thread runs a process, and while it delivers
         * log lines and calls listeners about one. Defaults to nothing, which costs one look at a
         * field for each activation.
         */
        public Builder processContext(ProcessContext context) {
            settings.context = Arguments.notNull("context", context);
            return this;
        }

        /**
         * What messages to processes of this runtime carry from the thread that sends them to the
         * handler that gets them, such as entries of the logging context or a span. Defaults to
         * nothing, which costs a send no more than a look at a field that it has in any case.
         * Otherwise it costs each message some 50 bytes and the token for as long as it is queued,
         * and the work of {@code context}.
         */
        public Builder messageContext(MessageContext context) {
            settings.messageContext = Arguments.notNull("context", context);
            return this;
        }

        /**
         * Has handlers timed: of each process one message in {@code oneIn}, or all of them. Not by
         * default; a message costs no look at the clock then. With all of them a message costs one,
         * seldom two, and the recorder's own work; with one in {@code oneIn} only that one does. A
         * number that is prime does not keep step with a conversation.
         *
         * @param oneIn 1 for all messages
         * @param sink is asked for a recorder of each process
         * @throws IllegalArgumentException if {@code oneIn} is not positive
         */
        public Builder timing(int oneIn, HandlerTiming sink) {
            settings.timing = new Timing(oneIn, sink);
            return this;
        }

        /**
         * Has calls of this runtime's processes timed, on the caller's side. Not by default; a call
         * costs no look at the clock then. Otherwise it costs two, and the work of {@code sink}.
         *
         * @param sink is told of each call that has ended
         */
        public Builder callTiming(CallTiming sink) {
            settings.callTiming = Arguments.notNull("sink", sink);
            return this;
        }

        /**
         * Has the time noted at which each message is queued, so that {@link #timing} tells {@link
         * HandlerTiming.Recorder#waited}. Not by default. Costs each send a look at the clock and
         * some 32 bytes for as long as the message is queued.
         */
        public Builder queueTiming() {
            settings.stampsMessages = true;
            return this;
        }

        /**
         * Whether the runtime keeps a list of its processes that no supervisor looks after, for
         * {@link ProcessRuntime#unsupervised} and {@link ProcessRuntime#killUnsupervised}. Defaults
         * to false. Costs some 40 bytes for each of these processes, and nothing for a supervised
         * one.
         */
        public Builder listingUnsupervised(boolean list) {
            settings.listsUnsupervised = list;
            return this;
        }

        /**
         * Has processes run one at a time on a clock that a test advances; see {@link
         * VirtualClock}. For tests alone.
         *
         * @throws IllegalStateException at {@link #build}, if the clock drives another runtime
         */
        public Builder virtualTime(VirtualClock clock) {
            settings.clock = Arguments.notNull("clock", clock);
            return this;
        }

        /** No log and no listener is told of a crash. */
        Builder silent() {
            settings.silent = true;
            return this;
        }

        /** {@return a new runtime} */
        public ProcessRuntime build() {
            if (!settings.silent && settings.reportsLater) ExhaustionWarmUp.begin();
            if (settings.clock != null) settings.runOn(settings.clock);
            boolean watched = RuntimeWatch.isAnyOpen();
            settings.listsUnsupervised |= watched;
            var built = new ProcessRuntime(settings);
            if (watched) RuntimeWatch.built(built);
            return built;
        }
    }

    /** A runtime for one {@link Simulation}, with a few changes. */
    static ProcessRuntime deterministic(long seed, Consumer<Builder> changes) {
        Builder builder = builder().name("simulation");
        changes.accept(builder);
        RuntimeSettings settings = builder.settings;
        settings.incarnation = seed;
        settings.reportsLater = false;
        settings.chaining = false;
        settings.scheduler(real -> new DeterministicScheduler(seed, settings.classLoader));
        return builder.build();
    }

    /** {@return how long the initialiser of an actor may take whose builder does not say it} */
    public Duration initTimeout() {
        return initTimeout;
    }

    /** {@return how long a call that names no time waits for a process of this runtime} */
    public Duration callTimeout() {
        return callTimeout;
    }

    /**
     * {@return the living processes of this runtime that no supervisor looks after} These are
     * processes that a body, a handler or a thread outside of processes started; a root supervisor;
     * and children whose supervisor has ended before them. Those that {@link Processes#run} runs on
     * a borrowed thread are not among them. Empty unless {@link Builder#listingUnsupervised} was
     * set.
     */
    public List<Pid> unsupervised() {
        Unsupervised list = unsupervised;
        return list == null ? List.of() : List.copyOf(list.living());
    }

    /**
     * Kills the processes that no supervisor looks after, and what they leave behind, until there
     * are none. Actors whose parent has ended are ending by themselves and get some time first.
     * Does nothing unless {@link Builder#listingUnsupervised} was set.
     *
     * <p>Blocks the caller for {@code grace} at most. Their code may run on as {@linkplain
     * #zombies() zombies}.
     *
     * <p>Counterpart: the application master, which kills what has its group leader when the top
     * supervisor has ended.
     *
     * @param grace how long actors without a parent may take, all together
     * @return those that were killed
     * @throws IllegalArgumentException if {@code grace} is negative
     */
    public List<Pid> killUnsupervised(Duration grace) {
        Unsupervised list = unsupervised;
        long nanos = Arguments.nanos("grace", grace);
        return list == null ? List.of() : new Leftovers(this, list).kill(nanos);
    }

    /**
     * Ends the processes that {@link Processes#run} runs in this runtime and interrupts their
     * threads: {@code run} throws {@link ProcessExit} there. The current thread's process is left
     * out.
     */
    public void endOnCallerThreads() {
        Runner own = Current.runner();
        for (Runner runner : Current.runners()) {
            if (runner != own && runner.runtime == this && runner.isCallersThread()) {
                runner.cell().end(ExitReason.KILLED);
            }
        }
    }

    /**
     * Writes a subject of this node as plain numbers. A subject of a name is written by the name's
     * stable key.
     *
     * @throws IllegalArgumentException if the subject is no engine's subject, or its name has no
     *     key
     */
    public SubjectReference reference(Subject<?> subject) {
        return exported.export(subject);
    }

    /**
     * {@return the subject that was written as {@code reference}} Empty if its process has ended or
     * it was not written by this runtime. The caller vouches for the type.
     */
    @SuppressWarnings("unchecked")
    public <M> Optional<Subject<M>> resolve(SubjectReference reference) {
        return Optional.ofNullable((Subject<M>) exported.find(reference));
    }

    /**
     * Cancels all timers, for good: those that are set later never fire. Asynchronous calls whose
     * time runs on this runtime's clock fail with {@link CallException.RuntimeClosed}, open ones
     * and later ones. Gives logs and listeners a second for what was reported, and five to the
     * warm-up that the first runtime of a JVM begins. Does not stop processes.
     */
    @Override
    public void close() {
        closeCalls();
        awaitReports(TO_REPORT);
        ExhaustionWarmUp.awaitEnd(TO_WARM_UP);
        scheduler.close();
        timers.close();
        failCalls();
    }
}
