/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * An engine that says what the sentry and tools see of its processes: stuck handlers, circles of
 * calls, zombies, starvation. Its public methods are part of {@link ProcessRuntime}.
 */
abstract class WatchedEngine extends ReportingEngine {
    private final StuckHandlers stuck;
    private final OldestMessages oldest;
    private final Zombies zombies = new Zombies();
    private final LongAdder starvations = new LongAdder();

    WatchedEngine(RuntimeSettings settings) {
        super(settings);
        stuck = new StuckHandlers(this, settings.stuckAfter);
        oldest = new OldestMessages(this);
    }

    /**
     * {@return completes with the reason when that process ends} At once, with {@link
     * ExitReason#NO_PROCESS}, if it has ended before and its reason is not known any more.
     */
    public final CompletionStage<ExitReason> whenEnded(Pid process) {
        return whenEnded(process, task -> scheduler.start("otp:ended", task));
    }

    /**
     * {@link #whenEnded(Pid)}, completed by an executor. What depends on the result runs there, so
     * an executor of platform threads lets it run even while all carriers are occupied.
     *
     * @param executor is called while the end of the process is told, on any thread, and must not
     *     block; if it throws, a virtual thread of the runtime is taken instead
     */
    public final CompletionStage<ExitReason> whenEnded(Pid process, Executor executor) {
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

    /** {@return the handlers that have been busy for too long, the longest first} */
    public final List<StuckHandler> stuckHandlers() {
        return stuck.now();
    }

    /** {@return whether the handler of a process has been busy for too long} */
    public final boolean isStuck(Pid process) {
        return stuck.contains(process);
    }

    /**
     * {@return for how long the oldest message of a process has been waiting, at least} A lower
     * bound that is right within a second or so; zero for a process that is idle or suspended, or
     * that runs a body of its own.
     */
    public final Duration oldestMessageAge(Pid process) {
        return oldest.age(process);
    }

    /** {@return the circles of calls at this moment} Looks at the processes that run now. */
    public final List<CallCircle> callCircles() {
        return CallCircles.find(this).stream().map(CallCircle::new).toList();
    }

    final void lookAtHandlers() {
        stuck.look(this::tellStuck, this::tellGoesOn);
        oldest.look();
    }

    final void tellStuck(StuckHandler handler) {
        warn(handler.pid(), handler.toString());
        tellAbout(handler.pid(), "a stuck handler", listener -> listener.handlerStuck(handler));
    }

    final void tellGoesOn(StuckHandler handler) {
        tellAbout(
                handler.pid(),
                "a handler that is no longer stuck",
                listener -> listener.handlerGoesOn(handler));
    }

    final void callCircle(CallCircle circle) {
        Pid first = circle.processes().getFirst();
        warn(first, circle.toString());
        tellAbout(first, "a circle of calls", listener -> listener.callCircle(circle));
    }

    private void tellAbout(Pid process, String what, Consumer<ProcessListener> event) {
        inContextOf(process, () -> tell(what, event));
    }

    /**
     * {@return the concurrency limits of processes of this runtime, by name} Also those whose
     * processes have ended, as long as other code refers to them.
     */
    public final List<ConcurrencyLimit> concurrencyLimits() {
        synchronized (limits) {
            return limits.stream().sorted(Comparator.comparing(ConcurrencyLimit::name)).toList();
        }
    }

    /** {@return how many dead processes there are whose code still runs} */
    public final int zombieCount() {
        return zombies.count();
    }

    /**
     * {@return the dead processes whose code still runs, the longest dead first} Reads their
     * stacks.
     */
    public final List<Zombie> zombies() {
        return zombies.list(scheduler.nanoTime());
    }

    /** {@return how often no virtual thread could begin for a second or more} */
    public final long starvations() {
        return starvations.sum();
    }

    /**
     * {@return how often a receiver had to be given a thread of its own because its sender went on
     * after the send} Each of them began a millisecond or two late.
     */
    public final long rescues() {
        return rescueCount();
    }

    @Override
    final void zombified(Pid cell, Thread thread) {
        zombies.enter(cell, thread, scheduler.nanoTime());
    }

    @Override
    final void returned(Pid cell) {
        Zombies.Returned zombie = zombies.leave(cell, scheduler.nanoTime());
        if (zombie == null) return;
        zombie.then().forEach(this::start);
        if (zombie.age() < Patrol.OLD_ZOMBIE.toNanos()) return;
        zombieEnded(cell, Duration.ofNanos(zombie.age()));
    }

    /** Throws nothing: the thread that calls this has to leave a process. */
    private void start(Runnable task) {
        try {
            scheduler.start("otp:returned", task);
        } catch (Throwable noThread) {
            // a time limit ends the wait for it
        }
    }

    @Override
    final boolean whenReturned(Pid process, Runnable then) {
        return zombies.whenLeft(process, then);
    }

    final void zombieEnded(Pid process, Duration age) {
        tellAbout(process, "the end of a zombie", listener -> listener.zombieEnded(process, age));
    }

    final void oldZombie(Zombie zombie) {
        tellAbout(zombie.pid(), "a zombie", listener -> listener.zombieFound(zombie));
    }

    final void starved(Starvation starvation) {
        starvations.increment();
        tell("starvation", listener -> listener.carriersStarved(starvation));
    }

    // ---- what is attached to a runtime that is built already

    /**
     * Has handlers timed in a runtime that is built already, as {@link
     * ProcessRuntime.Builder#timing} does, unless they are timed. Processes that have started
     * before are not timed. Thread-safe.
     *
     * @return false if handlers were timed before; nothing changes then
     * @throws IllegalArgumentException if {@code oneIn} is not positive
     */
    public final boolean timingIfAbsent(int oneIn, HandlerTiming sink) {
        return setTiming(new Timing(oneIn, sink));
    }

    /**
     * {@return of each process one message in this many is timed; 0 if none is} See {@link
     * ProcessRuntime.Builder#timing}.
     */
    public final int timedOneIn() {
        Timing now = timing();
        return now == null ? 0 : now.oneIn();
    }

    /**
     * Has the time noted at which messages are queued, as {@link
     * ProcessRuntime.Builder#queueTiming} does, in a runtime that is built already. Thread-safe;
     * messages that are queued at the same moment may be left out.
     */
    public final void timeQueues() {
        stampMessages();
    }

    /**
     * Has calls timed in a runtime that is built already, as {@link
     * ProcessRuntime.Builder#callTiming} does, unless they are timed. Thread-safe.
     *
     * @return false if calls were timed before; nothing changes then
     */
    public final boolean callTimingIfAbsent(CallTiming sink) {
        return setCallTiming(Arguments.notNull("sink", sink));
    }

    /**
     * Has threads cleaned in a runtime that is built already, as {@link
     * ProcessRuntime.Builder#threadCleaner} does, unless they are cleaned. Thread-safe.
     *
     * @return false if there was a thread cleaner before; nothing changes then
     */
    public final boolean threadCleanerIfAbsent(Runnable threadCleaner) {
        return setCleaner(Arguments.notNull("threadCleaner", threadCleaner));
    }

    /**
     * Gives a runtime that is built already a context, as {@link
     * ProcessRuntime.Builder#processContext} does, unless it has one. Processes enter it from their
     * next activation on. Thread-safe.
     *
     * @return false if there was a context before; nothing changes then
     */
    public final boolean processContextIfAbsent(ProcessContext context) {
        return contexts.set(Arguments.notNull("context", context));
    }

    /**
     * Gives a runtime that is built already a context of messages, as {@link
     * ProcessRuntime.Builder#messageContext} does, unless it has one. Thread-safe; messages that
     * are sent at the same moment may carry nothing.
     *
     * @return false if there was one before; nothing changes then
     */
    public final boolean messageContextIfAbsent(MessageContext context) {
        return setMessageContext(Arguments.notNull("context", context));
    }

    // ---- names

    /**
     * Gives up all names that processes of this runtime have held and that hold messages while
     * vacant, if they are vacant: what they hold is dropped and counted, calls among it fail,
     * senders fail with {@code why} until a process adopts the name again. Of a name whose vacancy
     * {@linkplain Vacancy.Varying varies} only what is held is dropped.
     */
    public final void abandonNames(String why) {
        takeNames(why).run();
    }

    /**
     * {@link #abandonNames} in two steps. This one runs no code but the engine's, so that it can be
     * made under the lock under which its caller changes a state that a vacancy depends on.
     *
     * @return the second step, which counts what is dropped, fails calls and tells listeners; to be
     *     run under no lock
     */
    public final Runnable takeNames(String why) {
        return names.giveUp(why);
    }
}
