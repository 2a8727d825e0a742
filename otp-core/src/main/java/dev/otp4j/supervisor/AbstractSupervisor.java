/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.internal.log.Logs;
import dev.otp4j.internal.threads.Nanos;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What both kinds of supervisor have in common: a process that traps exits, a tolerance that
 * restarts use up, and reports. The supervisor's process alone runs it; tools read the view at any
 * time.
 *
 * @param <E> what the supervisor handles
 */
abstract class AbstractSupervisor<E> extends Behavior<E> implements SupervisorView {
    private static final System.Logger LOG = Logs.of("dev.otp4j.supervisor");

    private final Tolerance tolerance;
    private final RestartWindow window;
    private ProcessRuntime runtime = ProcessRuntime.defaultRuntime();

    /** The highest serial of a child so far: a process with a higher one is not recorded yet. */
    private long youngest;

    private volatile @Nullable Reporter reporter; // written once, before there is a child to show
    private volatile @Nullable Offender offender; // written once, before it makes the process end

    /** Written by the supervisor around a start, read by the process that is being started. */
    private volatile @Nullable SupervisorView replaced;

    AbstractSupervisor(Tolerance tolerance) {
        this.tolerance = tolerance;
        this.window = tolerance.window();
    }

    /** What the supervisor receives; called once, in its process. */
    abstract Selector<E> selector();

    /**
     * Starts the children that it has from the beginning. Ends the process if one of them fails.
     */
    abstract void boot() throws Exception;

    // ---- the process

    @Override
    protected final Object init() throws Exception {
        runtime = ProcessRuntime.current();
        reporter = new Reporter(this::report, tolerance, isFactory());
        select(selector());
        boot();
        return this;
    }

    @Override
    protected final void unexpected(Object message) {
        Pid self = Processes.self();
        report(
                () ->
                        LOG.log(
                                Level.ERROR,
                                "supervisor {0} discards an unexpected message of type {1}",
                                self,
                                message.getClass().getName()));
    }

    @Override
    protected final @Nullable Object view() {
        return reporter == null ? null : this; // null until it knows its own path
    }

    /** The children. */
    @Override
    protected final Object snapshot() {
        return snapshots();
    }

    // ---- for what starts and stops children

    final Reporter reporter() {
        return Objects.requireNonNull(reporter, "not started");
    }

    /** Runs a start function so that what it starts becomes a child under that id. */
    final <D> StartResult<D> launch(
            String id, ChildTerms terms, Callable<@Nullable Started<D>> start) {
        return timed(
                () -> placingChildren(id, terms.interruptOnKill(), terms.concurrency(), start));
    }

    /** The same for a child that computes its path only on request. */
    final <D> StartResult<D> launch(
            Supplier<String> path, ChildTerms terms, Callable<@Nullable Started<D>> start) {
        return timed(
                () -> placingChildren(path, terms.interruptOnKill(), terms.concurrency(), start));
    }

    private <D> StartResult<D> timed(Callable<@Nullable Started<D>> start) {
        ProcessRuntime runtime = ProcessRuntime.current();
        long begun = runtime.nanoTime();
        StartResult<D> outcome = supervised(Children.start(start));
        reporter().tookToStart(runtime.nanoTime() - begun);
        return outcome;
    }

    /** The child that has that process now, or null. */
    abstract @Nullable Child childWith(Pid pid);

    /**
     * Makes sure that the supervisor is told when the process that a start function returned ends.
     * Refuses the supervisor itself, a process of another node, and one that is a child already:
     * once its end was recorded, a second record of it would stay for ever.
     */
    private <D> StartResult<D> supervised(StartResult<D> outcome) {
        if (!(outcome instanceof StartResult.Ok<D>(Started<D> started))) return outcome;
        String refusal = refusal(started.pid());
        if (refusal != null) {
            String text = "the start function returned %s, %s".formatted(started.pid(), refusal);
            return new StartResult.Failed<>(new StartError.InitFailed(text));
        }
        supervises(started.pid());
        youngest = Math.max(youngest, started.pid().serial());
        return outcome;
    }

    private @Nullable String refusal(Pid pid) {
        if (pid.equals(Processes.self())) return "which is the supervisor itself";
        Child known = pid.serial() > youngest ? null : childWith(pid);
        if (known != null) return "which is child '%s' already".formatted(known.id());
        try {
            Processes.tryLink(pid); // does nothing if the start function has linked it
            return null;
        } catch (IllegalArgumentException foreign) {
            return "which runs on node %s and not on that of its supervisor".formatted(pid.node());
        }
    }

    /** Starts a child, which can see meanwhile what its predecessor showed. */
    final <O> O replacing(Child child, Supplier<O> start) {
        replaced = child.lastView();
        try {
            return start.get();
        } finally {
            replaced = null;
        }
    }

    /** Counts a restart. False: it exceeds the tolerance, and the supervisor has to give up. */
    final boolean tolerates() {
        return window.restart(runtime.nanoTime());
    }

    // ---- delayed restarts

    /** The delay before the restart of a child that has failed, or null if it has no back-off. */
    final @Nullable Delay nextDelay(Child child) {
        Backoff backoff = child.terms().backoff();
        if (backoff == null) return null;
        long now = runtime.nanoTime();
        Attempts attempts = Attempts.next(child.attempts(), backoff, now);
        child.attempts(attempts);
        Duration time = backoff.delay(attempts.last(), chance(child, now));
        return new Delay(attempts.last(), time, later(now, time));
    }

    /** Depends on child and time only, so that a simulation is the same each time. */
    private double chance(Child child, long now) {
        long seed = 31L * reporter().path().hashCode() + child.id().hashCode();
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ now).nextDouble();
    }

    private static long later(long now, Duration time) {
        return now + Math.min(Nanos.of(time), Long.MAX_VALUE / 2);
    }

    /** The restarts in a row of a child that was started. */
    final void countsFrom(Child child) {
        Attempts attempts = child.attempts();
        if (attempts != null) child.attempts(attempts.started(runtime.nanoTime()));
    }

    /**
     * The process for whose code the successor of {@code child} waits, or null: the child does not
     * ask for it, or no code of the process runs.
     */
    final @Nullable Lingering lingering(Child child, @Nullable Pid ended) {
        Duration limit = child.terms().awaitThread();
        if (ended == null || limit.isZero()) return null;
        var lingering = new Lingering(later(runtime.nanoTime(), limit));
        return whenReturned(ended, lingering) ? lingering : null;
    }

    /** What a child waits for, or null if it is started again at once. */
    final @Nullable Waiting waiting(
            ExitReason reason, @Nullable Delay delay, List<Lingering> lingering) {
        if (delay == null && lingering.isEmpty()) return null;
        return new Waiting(runtime, reason, delay, lingering);
    }

    /** A child waits from now on, and the supervisor is woken by an event for itself. */
    final void begin(Child child, Waiting waiting, Subject<? super E> events, E wakeUp) {
        child.waits(waiting);
        expects(child, waiting);
        Pid self = Processes.self();
        waiting.begin(
                delay -> events.sendAfter(delay, wakeUp),
                () -> {
                    if (Processes.isAlive(self)) events.trySend(wakeUp); // else a dead letter
                });
    }

    /** The name of a child learns when its next process is due. */
    final void expects(Child child, Waiting waiting) {
        Pid last = child.lastPid();
        if (last == null) return;
        Backoff backoff = child.terms().backoff();
        boolean failFast = backoff != null && backoff.callsFailFast();
        startsLater(last, waiting.left(), waiting.attempt(), failFast);
    }

    // ---- its end

    /** Reports that it gives up; the supervisor ends after its current message. */
    final void giveUp(Offender because, Child failed) {
        reporter().givesUp(failed);
        stopBecauseOf(because);
    }

    final void stopBecauseOf(Offender because) {
        offender = because;
        stop(ExitReason.SHUTDOWN);
    }

    /** The child that has ended, or the one below it because of which it gave up itself. */
    final Offender offender(Child ended, ExitReason reason) {
        SupervisorView below = ended.lastView();
        Optional<Offender> inner = below == null ? Optional.empty() : below.offender();
        return inner.orElseGet(() -> reporter().offender(ended, reason));
    }

    /** The child that could not be started again, or the one below it. */
    final Offender offender(Child child, ChildFailure failure) {
        ExitReason reason = failure.reason();
        if (!(reason instanceof ExitReason.Shutdown(ChildStartFailure outer))) {
            return reporter().offender(child, reason);
        }
        ChildStartFailure inner = outer.innermost();
        return new Offender(
                inner.path(),
                inner.supervisor(),
                new ChildFailure(failure.at(), Children.reason(inner.error())));
    }

    // ---- read by tools

    @Override
    public final String definition() {
        return reporter().definition();
    }

    @Override
    public final Tolerance tolerance() {
        return tolerance;
    }

    @Override
    public final Optional<Offender> offender() {
        return Optional.ofNullable(offender);
    }

    @Override
    public final @Nullable SupervisorView replaced() {
        return replaced;
    }

    @Override
    public final int toleranceUsed() {
        return window.used(runtime.nanoTime());
    }
}
