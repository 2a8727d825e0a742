/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.log.Logs;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.user.UserCode;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
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
 * <p>Threads that are no process use the {@linkplain #defaultRuntime() default runtime} unless they
 * name another. All processes run on virtual threads; a runtime has no other thread but one for its
 * timers, while there are timers, and one that watches over the virtual threads, while processes
 * are started.
 *
 * @since 0.1.0
 */
public final class ProcessRuntime implements AutoCloseable {
    private static final System.Logger LOG = Logs.of(ProcessRuntime.class.getName());

    private static final Duration TO_REPORT = Duration.ofSeconds(1);

    private final NodeId node;
    private final @Nullable ClassLoader classLoader; // before the scheduler, which asks for it
    private final Scheduler scheduler;
    private final Timers timers;
    private final RuntimePort pid = new RuntimePort(this);
    private final AtomicLong serials = new AtomicLong();
    private final CopyOnWriteArrayList<ProcessListener> listeners;
    private final ListenerFailures listenerFailures = new ListenerFailures();
    private final Redaction redaction;
    private final @Nullable ReportQueue reports; // null: delivered at once, in a simulation
    private final DeadLetters deadLetters = new DeadLetters(this::dropped);
    private final Zombies zombies = new Zombies();
    private final Debts debts = new Debts(this);
    private final LongAdder starvations = new LongAdder();
    private final Set<Name<?>> holdingNames = Collections.newSetFromMap(new WeakHashMap<>());
    private final Set<Name<?>> namesWithMessages = Collections.newSetFromMap(new WeakHashMap<>());
    private final Map<SubjectReference, Subject<?>> exported = new ConcurrentHashMap<>();
    private final Set<AsyncCall<?>> openCalls = ConcurrentHashMap.newKeySet();

    /** Set before open calls are failed; a call is listed before it looks here: none is missed. */
    private volatile boolean closed;

    private final boolean silent;
    private final boolean chaining;
    // both are written once: when the runtime is built, or under its monitor if they were null then
    private volatile @Nullable Runnable cleaner;
    private volatile @Nullable Timing timing;
    private final Duration initTimeout;
    private final LongAdder rescues = new LongAdder();
    private final @Nullable Unsupervised unsupervised; // null: not listed

    private ProcessRuntime(Builder builder) {
        silent = builder.silent;
        chaining = builder.chaining;
        cleaner = builder.cleaner;
        timing = builder.timing;
        unsupervised = builder.listsUnsupervised ? new Unsupervised() : null;
        initTimeout = builder.initTimeout;
        node = new NodeId(builder.name, builder.incarnation);
        classLoader = builder.classLoader;
        scheduler = builder.scheduler.apply(this);
        timers = new Timers(scheduler, debts);
        listeners = new CopyOnWriteArrayList<>(builder.listeners);
        redaction = builder.redaction;
        reports = builder.reportsLater ? new ReportQueue(scheduler, classLoader) : null;
    }

    private static final class Default {
        // it is never closed: the class loader of the thread that comes first would be kept for
        // ever
        static final ProcessRuntime INSTANCE =
                builder().classLoader(ProcessRuntime.class.getClassLoader()).build();
    }

    /**
     * {@return the runtime of threads that are no process} Made when first asked for, never closed.
     */
    public static ProcessRuntime defaultRuntime() {
        return Default.INSTANCE;
    }

    /** {@return the runtime of the current process, or the default one} */
    public static ProcessRuntime current() {
        ProcessCell self = Current.process();
        return self == null ? defaultRuntime() : self.runtime;
    }

    /** {@return a builder of runtimes} */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds a {@link ProcessRuntime}. Not thread-safe. */
    public static final class Builder {
        private String name = "local";
        private long incarnation = ThreadLocalRandom.current().nextLong();
        private Function<ProcessRuntime, Scheduler> scheduler = VirtualThreads::new;
        private @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
        private final List<ProcessListener> listeners = new CopyOnWriteArrayList<>();
        private Redaction redaction = Redaction::typeAndSize;
        private boolean reportsLater = true;
        private boolean silent;
        private boolean chaining = true;
        private @Nullable Runnable cleaner;
        private @Nullable Timing timing;
        private boolean listsUnsupervised;
        private Duration initTimeout = ProcessOptions.DEFAULT_INIT_TIMEOUT;

        private Builder() {}

        /** Names the node; defaults to {@code local}. */
        public Builder name(String nodeName) {
            name = Arguments.notNull("name", nodeName);
            return this;
        }

        /** Adds a listener. */
        public Builder listener(ProcessListener listener) {
            listeners.add(Arguments.notNull("listener", listener));
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
            classLoader = loader;
            return this;
        }

        /** Puts another scheduler in the place of the one there was. */
        Builder scheduler(UnaryOperator<Scheduler> change) {
            Function<ProcessRuntime, Scheduler> before = scheduler;
            scheduler = runtime -> change.apply(before.apply(runtime));
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
            initTimeout = limit;
            return this;
        }

        /** How messages and states are shown in reports; defaults to types and sizes only. */
        public Builder redaction(Redaction how) {
            redaction = Arguments.notNull("how", how);
            return this;
        }

        /**
         * Whether a process that is idle and gets a message from a handler may run on the handler's
         * thread, when that has ended, instead of on a new one. Defaults to true. Off for a single
         * definition: {@link ProcessOptions#chaining}.
         */
        public Builder chaining(boolean chain) {
            chaining = chain;
            return this;
        }

        /**
         * Cleans a thread before another process runs on it, on that thread: clears what libraries
         * keep for the current thread. If it throws, the thread is not used again. Defaults to
         * nothing.
         */
        public Builder threadCleaner(Runnable threadCleaner) {
            cleaner = Arguments.notNull("threadCleaner", threadCleaner);
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
            timing = Timing.of(oneIn, sink);
            return this;
        }

        /**
         * Whether the runtime keeps a list of its processes that no supervisor looks after, for
         * {@link ProcessRuntime#unsupervised} and {@link ProcessRuntime#killUnsupervised}. Defaults
         * to false. Costs some 40 bytes for each of these processes, and nothing for a supervised
         * one.
         */
        public Builder listingUnsupervised(boolean list) {
            listsUnsupervised = list;
            return this;
        }

        /** No log and no listener is told of a crash. */
        Builder silent() {
            silent = true;
            return this;
        }

        /** {@return a new runtime} */
        public ProcessRuntime build() {
            if (!silent && reportsLater) Rehearsal.begin();
            return new ProcessRuntime(this);
        }
    }

    /** Which messages are measured, and who is told. */
    record Timing(int oneIn, HandlerTiming sink) {
        static Timing of(int oneIn, HandlerTiming sink) {
            if (oneIn < 1) {
                throw new IllegalArgumentException("'oneIn' must be positive: " + oneIn);
            }
            return new Timing(oneIn, Arguments.notNull("sink", sink));
        }

        HandlerTiming.@Nullable Recorder recorder(ProcessCell process) {
            try {
                return sink.recorder(process);
            } catch (Throwable e) {
                process.runtime.timingFailed(process, e);
                return null;
            }
        }
    }

    /** A runtime for one {@link Simulation}, with a few changes. */
    static ProcessRuntime deterministic(long seed, Consumer<Builder> changes) {
        Builder builder = builder().name("simulation");
        changes.accept(builder);
        builder.incarnation = seed;
        builder.reportsLater = false;
        builder.chaining = false;
        return builder.scheduler(real -> new DeterministicScheduler(seed, builder.classLoader))
                .build();
    }

    /** {@return the runtime's monotonic clock, in nanoseconds; only differences mean something} */
    public long nanoTime() {
        return scheduler.nanoTime();
    }

    /** {@return the identity of this node} */
    public NodeId node() {
        return node;
    }

    /** {@return the context class loader of its threads, or null for the bootstrap class loader} */
    public @Nullable ClassLoader classLoader() {
        return classLoader;
    }

    /** {@return the pid in whose name threads that are no process act} */
    public Pid pid() {
        return pid;
    }

    /** {@return how long the initialiser of an actor may take whose builder does not say it} */
    public Duration initTimeout() {
        return initTimeout;
    }

    /** {@return how many messages reached no handler, for whatever reason} */
    public long deadLetters() {
        long sum = 0;
        for (DropReason reason : DropReason.values()) sum += deadLetters.count(reason);
        return sum;
    }

    /** {@return how many messages reached no handler for that reason} */
    public long deadLetters(DropReason reason) {
        return deadLetters.count(Arguments.notNull("reason", reason));
    }

    /**
     * {@return how many messages vacant names hold for their next processes, of names whose last
     * process was of this runtime, or that were made for it} Each of these names is locked for a
     * moment.
     */
    public long heldMessages() {
        List<Name<?>> names;
        synchronized (namesWithMessages) {
            names = List.copyOf(namesWithMessages);
        }
        long sum = 0;
        for (Name<?> name : names) sum += name.heldCount();
        return sum;
    }

    /** {@return the last messages that reached no handler, 64 at most, oldest first} */
    public List<DroppedMessage> lastDeadLetters() {
        return deadLetters.last();
    }

    /**
     * {@return how many reports were dropped because logs or listeners did not keep up} A report is
     * a log line and a call of a listener; counters are exact all the same.
     */
    public long droppedReports() {
        return reports == null ? 0 : reports.dropped();
    }

    /**
     * Waits until logs and listeners have been given what was reported before.
     *
     * @return false if that took longer than {@code limit}, or the thread was interrupted
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public boolean awaitReports(Duration limit) {
        long nanos = Arguments.nanos("limit", limit);
        return reports == null || reports.await(Duration.ofNanos(nanos));
    }

    /**
     * {@return how many timers and time limits of asynchronous calls are set} Those of a process
     * that has ended do not count, from the instant of its end. Looks at each.
     */
    public int timerCount() {
        int limits = 0;
        for (AsyncCall<?> call : openCalls) {
            if (call.outcome() == null) limits++;
        }
        return timers.count() + limits;
    }

    /** {@return how many dead processes there are whose code still runs} */
    public int zombieCount() {
        return zombies.count();
    }

    /**
     * {@return the dead processes whose code still runs, the longest dead first} Reads their
     * stacks.
     */
    public List<Zombie> zombies() {
        return zombies.list(scheduler.nanoTime());
    }

    /** {@return how often no virtual thread could begin for a second or more} */
    public long starvations() {
        return starvations.sum();
    }

    /**
     * {@return how often a receiver had to be given a thread of its own because its sender went on
     * after the send} Each of them began a millisecond or two late.
     */
    public long rescues() {
        return rescues.sum();
    }

    /** {@return the listeners of that kind, in the order in which they were added} */
    public <L extends ProcessListener> List<L> listeners(Class<L> kind) {
        List<L> found = new ArrayList<>();
        for (ProcessListener listener : listeners) {
            if (kind.isInstance(listener)) found.add(kind.cast(listener));
        }
        return found;
    }

    /**
     * Adds a listener to a runtime that is built already: it is told what happens from now on, by
     * processes that run already as well. Thread-safe.
     *
     * @return false if it was one of the runtime's listeners before
     */
    public synchronized boolean addListener(ProcessListener listener) {
        Arguments.notNull("listener", listener);
        for (ProcessListener known : listeners) {
            if (known == listener) return false; // not equals, which is the listener's code
        }
        return listeners.add(listener);
    }

    /**
     * Has handlers timed in a runtime that is built already, as {@link Builder#timing} does, unless
     * they are timed. Processes that have started before are not timed. Thread-safe.
     *
     * @return false if handlers were timed before; nothing changes then
     * @throws IllegalArgumentException if {@code oneIn} is not positive
     */
    public synchronized boolean timingIfAbsent(int oneIn, HandlerTiming sink) {
        Timing added = Timing.of(oneIn, sink);
        if (timing != null) return false;
        timing = added;
        return true;
    }

    /**
     * Has threads cleaned in a runtime that is built already, as {@link Builder#threadCleaner}
     * does, unless they are cleaned. Thread-safe.
     *
     * @return false if there was a thread cleaner before; nothing changes then
     */
    public synchronized boolean threadCleanerIfAbsent(Runnable threadCleaner) {
        Arguments.notNull("threadCleaner", threadCleaner);
        if (cleaner != null) return false;
        cleaner = threadCleaner;
        return true;
    }

    /**
     * Logs that a listener has thrown: at the first time at once, after that at most once a minute
     * for each listener, with the number of failures that were not logged. For those who call
     * listeners of the runtime; returns at once and throws nothing.
     *
     * @param event what the listener was told; its text is made only if it is logged
     */
    public void listenerFailed(ProcessListener listener, Object event, Throwable thrown) {
        long unlogged = listenerFailures.failed(listener, scheduler.nanoTime());
        if (unlogged == ListenerFailures.NOT_LOGGED) return;
        String type = listener.getClass().getName();
        report(
                () ->
                        LOG.log(
                                Level.WARNING,
                                "listener "
                                        + type
                                        + " failed at "
                                        + event
                                        + "; this is logged at most once a minute"
                                        + (unlogged == 0
                                                ? ""
                                                : ", since the last time it failed "
                                                        + unlogged
                                                        + " times more"),
                                UserCode.printable(thrown)));
    }

    /**
     * {@return completes with the reason when that process ends} At once, with {@link
     * ExitReason#NO_PROCESS}, if it has ended before and its reason is not known any more.
     */
    public CompletionStage<ExitReason> whenEnded(Pid process) {
        return whenEnded(process, task -> scheduler.start("otp:ended", task));
    }

    /**
     * {@link #whenEnded(Pid)}, completed by an executor. What depends on the result runs there, so
     * an executor of platform threads lets it run even while all carriers are occupied.
     *
     * @param executor is called while the end of the process is told, on any thread, and must not
     *     block; if it throws, a virtual thread of the runtime is taken instead
     */
    public CompletionStage<ExitReason> whenEnded(Pid process, Executor executor) {
        Arguments.notNull("executor", executor);
        var future = new CompletableFuture<ExitReason>();
        ProcessPort port = ProcessPort.of(process);
        boolean watched =
                port.watch(
                        new Watcher() {
                            @Override
                            void targetEnded(ProcessCell target, ExitReason reason) {
                                execute(executor, () -> future.complete(reason));
                            }
                        });
        if (!watched) {
            ExitReason reason = port.exitReason();
            future.complete(reason == null ? ExitReason.NO_PROCESS : reason);
        }
        return future.minimalCompletionStage();
    }

    private void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (Throwable refused) {
            scheduler.start("otp:ended", task);
        }
    }

    /**
     * {@return whether the current thread runs a process of this runtime} Also in code that {@link
     * Processes#outside} runs, and in a listener that such a thread calls.
     */
    public boolean runsCurrentThread() {
        Runner runner = Current.runner();
        return runner != null && runner.runtime == this;
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
     * <p>Blocks the caller for {@code grace} at most. Their code may run on as {@linkplain #zombies
     * zombies}.
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
    public void endBorrowed() {
        Runner own = Current.runner();
        for (Runner runner : Current.runners()) {
            if (runner != own && runner.runtime == this && runner.isBorrowed()) {
                runner.cell().end(ExitReason.KILLED);
            }
        }
    }

    /** A process is about to run that no supervisor has in its book yet. */
    void launching(ProcessCell cell) {
        Unsupervised list = unsupervised;
        if (list != null) list.enter(cell);
    }

    /** A supervisor has a process in its book. */
    void adopted(ProcessCell supervisor, ProcessCell child) {
        Unsupervised list = unsupervised;
        if (list != null) list.adopt(supervisor, child);
    }

    /** A process has ended, of which those linked to it have not heard yet. */
    void leavesBehind(ProcessCell dead, List<ProcessPort> links) {
        Unsupervised list = unsupervised;
        if (list != null) list.enterChildren(dead, links);
    }

    /**
     * Writes a subject of this node as plain numbers. A subject of a name is written by the name's
     * stable key.
     *
     * @throws IllegalArgumentException if the subject is no engine's subject, or its name has no
     *     key
     */
    public SubjectReference reference(Subject<?> subject) {
        SubjectReference reference =
                switch (subject) {
                    case LocalSubject<?> local ->
                            new SubjectReference(node, local.owner().serial(), local.tag(), null);
                    case NamedSubject<?> named when named.name().key() != null ->
                            new SubjectReference(node, 0, 0, named.name().key());
                    default -> throw new IllegalArgumentException("cannot be written: " + subject);
                };
        boolean written = exported.putIfAbsent(reference, subject) != null;
        if (!written && subject instanceof LocalSubject<?> local) {
            whenEnded(local.owner()).thenRun(() -> exported.remove(reference));
        }
        return reference;
    }

    /**
     * {@return the subject that was written as {@code reference}, or null if its process has ended
     * or it was not written by this runtime} The caller vouches for the type.
     */
    @SuppressWarnings("unchecked")
    public <M> @Nullable Subject<M> resolve(SubjectReference reference) {
        Subject<?> found = exported.get(reference);
        if (found instanceof LocalSubject<?> local && !local.bound().alive()) return null;
        return (Subject<M>) found;
    }

    /**
     * Cancels all timers, for good: those that are set later never fire. Asynchronous calls whose
     * time runs on this runtime's clock fail with {@link CallException.RuntimeClosed}, open ones
     * and later ones. Gives logs and listeners a second for what was reported. Does not stop
     * processes.
     */
    @Override
    public void close() {
        closed = true;
        awaitReports(TO_REPORT);
        scheduler.close();
        timers.close();
        openCalls.forEach(this::fail);
    }

    /** An asynchronous call has begun. */
    void opened(AsyncCall<?> call) {
        openCalls.add(call);
        if (closed) fail(call);
    }

    private void fail(AsyncCall<?> call) {
        call.complete(new ReplyCell.Failure.Closed(this));
    }

    /** An asynchronous call has its outcome; or was never begun. */
    void over(AsyncCall<?> call) {
        openCalls.remove(call);
    }

    /** How many asynchronous calls have no outcome yet, or have told nobody of it. */
    int openCalls() {
        return openCalls.size();
    }

    /** A name that holds messages was adopted by a process of this runtime. */
    void holds(Name<?> name) {
        synchronized (holdingNames) {
            holdingNames.add(name);
        }
    }

    /** A vacant name holds its first message. Called under the name's lock. */
    void holdsMessages(Name<?> name) {
        synchronized (namesWithMessages) {
            namesWithMessages.add(name);
        }
    }

    /** A name holds no message any more. Called under the name's lock. */
    void holdsNothing(Name<?> name) {
        synchronized (namesWithMessages) {
            namesWithMessages.remove(name);
        }
    }

    /** Has a line written, without waiting for it. */
    void warn(String line) {
        report(() -> LOG.log(Level.WARNING, line));
    }

    /**
     * Gives up all names that processes of this runtime have held and that hold messages while
     * vacant, if they are vacant: what they hold is dropped and counted, calls among it fail,
     * senders fail with {@code why} until a process adopts the name again. Of a name whose vacancy
     * {@linkplain Vacancy.Varying varies} only what is held is dropped.
     */
    public void abandonNames(String why) {
        takeNames(why).run();
    }

    /**
     * {@link #abandonNames} in two steps. This one runs no code but the engine's, so that it can be
     * made under the lock under which its caller changes a state that a vacancy depends on.
     *
     * @return the second step, which counts what is dropped, fails calls and tells listeners; to be
     *     run under no lock
     */
    public Runnable takeNames(String why) {
        List<Name<?>> names;
        synchronized (holdingNames) {
            names = List.copyOf(holdingNames);
        }
        List<Runnable> drops = names.stream().map(name -> name.abandonWithRuntime(why)).toList();
        return () -> drops.forEach(Runnable::run);
    }

    ProcessPort port() {
        return pid;
    }

    boolean chaining() {
        return chaining;
    }

    @Nullable Timing timing() {
        return timing;
    }

    /** A process is not timed, or not any more: what should have been told has thrown. */
    void timingFailed(ProcessCell process, Throwable thrown) {
        report(
                () ->
                        LOG.log(
                                Level.WARNING,
                                "handlers of " + process + " are not timed",
                                UserCode.printable(thrown)));
    }

    void rescued() {
        rescues.increment();
    }

    /** Whether code that is not the engine's runs on a thread between two processes. */
    boolean cleansThreads() {
        return cleaner != null;
    }

    /** Prepares the current thread for another process. False if it must not be used again. */
    boolean cleanThread() {
        Runnable clean = cleaner;
        try {
            if (clean != null) clean.run();
            ThreadContext.restore(Thread.currentThread(), classLoader);
            return true;
        } catch (Throwable e) {
            report(
                    () ->
                            LOG.log(
                                    Level.WARNING,
                                    "cannot clean a thread for the next process; it is not used again",
                                    UserCode.printable(e)));
            return false;
        }
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Timers timers() {
        return timers;
    }

    long nextSerial() {
        return serials.incrementAndGet();
    }

    /** A timer; one that is for a process is void when that process ends. */
    Timer timer(Duration delay, @Nullable ProcessPort target, Runnable task) {
        return new DelayedSend(timers, Arguments.nanos("delay", delay), target, task).set(null);
    }

    void drop(DropReason reason, Node node, Pid receiver) {
        deadLetters.drop(reason, node, receiver, null);
    }

    void drop(DropReason reason, Node node, Name<?> name) {
        deadLetters.drop(reason, node, null, name);
    }

    private void dropped(DroppedMessage message) {
        tell("a dropped message", listener -> listener.messageDropped(message));
    }

    /** The code of a dead process runs on {@code thread} still. */
    void zombified(ProcessCell cell, Thread thread) {
        zombies.enter(cell, thread, scheduler.nanoTime());
    }

    /** The code of a dead process has returned. */
    void returned(ProcessCell cell) {
        long age = zombies.leave(cell, scheduler.nanoTime());
        if (age < Sentry.OLD_ZOMBIE.toNanos()) return;
        zombieEnded(cell, Duration.ofNanos(age));
    }

    void zombieEnded(ProcessCell cell, Duration age) {
        tell("the end of a zombie", listener -> listener.zombieEnded(cell, age));
    }

    void oldZombie(Zombie zombie) {
        tell("a zombie", listener -> listener.zombieFound(zombie));
    }

    void starved(Starvation starvation) {
        starvations.increment();
        tell("starvation", listener -> listener.carriersStarved(starvation));
    }

    void ended(ProcessCell cell, ExitReason reason) {
        Unsupervised list = unsupervised;
        if (list != null) list.leave(cell);
        tell("the end of a process", listener -> listener.processEnded(cell, reason));
    }

    Redaction redaction() {
        return redaction;
    }

    /** Has a report delivered without waiting for it. Throws nothing. */
    void report(Runnable delivery) {
        try {
            reportSurely(delivery);
        } catch (Throwable noMemory) {
            if (reports != null) reports.lost();
        }
    }

    /**
     * {@link #report} for a report that must not be lost.
     *
     * @throws OutOfMemoryError if there is no memory to keep it
     */
    void reportSurely(Runnable delivery) {
        if (silent) return;
        ReportQueue later = reports;
        if (later != null) later.hand(delivery);
        else Current.outside(() -> ReportQueue.deliver(delivery));
    }

    /** Whether logs and listeners are told nothing. */
    boolean isSilent() {
        return silent;
    }

    /** Whether reports wait that no thread delivers. */
    boolean reportsAreStuck() {
        return reports != null && reports.isStuck();
    }

    /** Delivers reports for which no thread could be started before. */
    void deliverStuckReports() {
        if (reports != null) reports.begin();
    }

    /** Telling a watcher that {@code ended} has ended has failed. */
    void watcherFailed(ProcessCell ended, Throwable thrown) {
        report(
                () ->
                        LOG.log(
                                Level.ERROR,
                                "telling a watcher that " + ended + " has ended failed",
                                UserCode.printable(thrown)));
    }

    /** What threads owe that may fail to pay. */
    Debts debts() {
        return debts;
    }

    void crashed(CrashReport report) {
        tell("a crash", listener -> listener.processCrashed(report));
    }

    private void tell(String what, Consumer<ProcessListener> event) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        for (ProcessListener listener : listeners) {
            UserCode.run(
                    () -> event.accept(listener), failed -> listenerFailed(listener, what, failed));
            ThreadContext.restore(current, before); // the timers' thread goes on with others
        }
    }

    @Override
    public String toString() {
        return "ProcessRuntime[" + node + "]";
    }
}
