/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.log.Logs;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.threads.ReportQueue;
import dev.otp4j.internal.threads.ThreadContext;
import dev.otp4j.internal.user.UserCode;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An engine that says what happens to its processes: to the log, to listeners, in counters. Its
 * public methods are part of {@link ProcessRuntime}.
 */
abstract class ReportingEngine extends Engine {
    private static final System.Logger LOG = Logs.of(ProcessRuntime.class.getName());

    private final CopyOnWriteArrayList<ProcessListener> listeners;
    private final ListenerFailures listenerFailures = new ListenerFailures();
    private final Redaction redaction;
    private final @Nullable ReportQueue reports; // null: delivered at once, in a simulation
    private final DeadLetters deadLetters = new DeadLetters(this::tellDropped);
    private final LongAdder retained = new LongAdder();
    private final ParkedMessages parked = new ParkedMessages();
    private final boolean silent;

    ReportingEngine(RuntimeSettings settings) {
        super(settings);
        listeners = new CopyOnWriteArrayList<>(settings.listeners);
        redaction = settings.redaction;
        silent = settings.silent;
        reports = settings.reportsLater ? new ReportQueue(scheduler, classLoader) : null;
    }

    // ---- counters

    /**
     * {@return how many messages vacant names hold for their next processes, of names whose last
     * process was of this runtime, or that were made for it} Each of these names is locked for a
     * moment.
     */
    public final long heldMessages() {
        return names.heldMessages();
    }

    /**
     * {@return how many timers and time limits of asynchronous calls are set} Those of a process
     * that has ended do not count, from the instant of its end. Looks at each.
     */
    public final int timerCount() {
        return timers.count() + waitingCalls();
    }

    /** {@return the identity of this node} */
    public final NodeId node() {
        return node;
    }

    /** {@return the runtime's monotonic clock, in nanoseconds; only differences mean something} */
    public final long nanoTime() {
        return scheduler.nanoTime();
    }

    /** {@return the context class loader of its threads, or null for the bootstrap class loader} */
    public final @Nullable ClassLoader classLoader() {
        return classLoader;
    }

    /** {@return the pid in whose name threads that are no process act} */
    public final Pid pid() {
        return port;
    }

    /** {@return how many messages reached no handler, for whatever reason} */
    public final long deadLetters() {
        long sum = 0;
        for (DropReason reason : DropReason.values()) sum += deadLetters.count(reason);
        return sum;
    }

    /** {@return how many messages reached no handler for that reason} */
    public final long deadLetters(DropReason reason) {
        return deadLetters.count(Arguments.notNull("reason", reason));
    }

    /**
     * {@return how many replies of processes of this runtime came when the call was over} The
     * caller's time was over, it was interrupted, or its process had ended. Such a reply is dropped
     * without a trace, as in OTP; its number says how much work was done for nothing.
     */
    public final long lateReplies() {
        return lateReplyCount();
    }

    /** {@return the last messages that reached no handler, 64 at most, oldest first} */
    public final List<DroppedMessage> lastDeadLetters() {
        return deadLetters.last();
    }

    /**
     * {@return how many messages dead processes have left to the next processes of their names} See
     * {@link MailboxRetention}.
     */
    public final long retainedMessages() {
        return retained.sum();
    }

    /** {@return the parked messages, the oldest first} See {@link MailboxRetention#retrying}. */
    public final List<ParkedMessage> parkedMessages() {
        return parked.all();
    }

    /**
     * Sends the oldest parked messages of a name to that name again, as messages that were never
     * handled. Each is sent once, even if several threads call this. One that cannot be sent,
     * because the name has no process and does not hold it, stays parked, and so do those after it.
     * They get into a mailbox or a name even beyond its limit: {@code most} is the limit.
     *
     * @param name the name as {@link ParkedMessage#name} says it
     * @param most how many at most
     * @return how many were sent
     * @throws IllegalArgumentException if {@code most} is not positive
     * @throws ProcessExit if the calling process has ended
     */
    public final int replayParked(String name, int most) {
        List<ParkedMessages.Parked> taken = takeParked(name, most);
        int sent = 0;
        try {
            while (sent < taken.size() && isSentAgain(taken.get(sent))) sent++;
        } finally {
            taken.subList(sent, taken.size()).reversed().forEach(parked::putBack);
        }
        return sent;
    }

    private static boolean isSentAgain(ParkedMessages.Parked message) {
        return ((Name<?>) message.name()).sendAgain(message.message(), message.note());
    }

    /**
     * Drops the oldest parked messages of a name, each counted as {@link DropReason#PARKED}.
     *
     * @param name the name as {@link ParkedMessage#name} says it
     * @param most how many at most
     * @return how many were dropped
     * @throws IllegalArgumentException if {@code most} is not positive
     */
    public final int discardParked(String name, int most) {
        List<ParkedMessages.Parked> taken = takeParked(name, most);
        taken.forEach(this::discarded);
        return taken.size();
    }

    private List<ParkedMessages.Parked> takeParked(String name, int most) {
        Arguments.notNull("name", name);
        if (most < 1) throw new IllegalArgumentException("'most' must be positive: " + most);
        return parked.take(message -> message.name().equals(name), most);
    }

    /** {@return how many messages are parked} */
    public final int parkedCount() {
        return parked.count();
    }

    /**
     * {@return how many reports were dropped because logs or listeners did not keep up} A report is
     * a log line and a call of a listener; counters are exact all the same.
     */
    public final long droppedReports() {
        return reports == null ? 0 : reports.dropped();
    }

    /**
     * Waits until logs and listeners have been given what was reported before.
     *
     * @return false if that took longer than {@code limit}, or the thread was interrupted
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public final boolean awaitReports(Duration limit) {
        long nanos = Arguments.nanos("limit", limit);
        return reports == null || reports.await(Duration.ofNanos(nanos));
    }

    /** {@return the listeners of that kind, in the order in which they were added} */
    public final <L extends ProcessListener> List<L> listeners(Class<L> kind) {
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
    public final synchronized boolean addListener(ProcessListener listener) {
        Arguments.notNull("listener", listener);
        for (ProcessListener known : listeners) {
            if (known == listener) return false; // not equals, which is the listener's code
        }
        return listeners.add(listener);
    }

    /**
     * Logs that a listener has thrown: at the first time at once, after that at most once a minute
     * for each listener, with the number of failures that were not logged. For those who call
     * listeners of the runtime; returns at once and throws nothing.
     *
     * @param event what the listener was told; its text is made only if it is logged
     */
    public final void listenerFailed(ProcessListener listener, Object event, Throwable thrown) {
        String type = listener.getClass().getName();
        failed(listener, () -> "listener " + type + " failed when it was told of " + event, thrown);
    }

    private void failed(Object failing, Supplier<String> line, Throwable thrown) {
        long unlogged = listenerFailures.failed(failing, scheduler.nanoTime());
        if (unlogged == ListenerFailures.NOT_LOGGED) return;
        String more =
                unlogged == 0
                        ? ""
                        : "; since the last such line it failed " + unlogged + " more times";
        report(
                () ->
                        LOG.log(
                                Level.WARNING,
                                line.get() + more + "; this is logged at most once a minute",
                                UserCode.printable(thrown)));
    }

    /**
     * Runs code that logs something about a process, in the {@link ProcessContext} of that process,
     * as the log lines of the library are. Runs it on the current thread, also if there is no
     * context; throws what it throws.
     */
    public final void inContextOf(Pid process, Runnable code) {
        contexts.about(Arguments.notNull("process", process), Arguments.notNull("code", code));
    }

    /**
     * {@return whether the current thread runs a process of this runtime} Also in code that {@link
     * Processes#outside} runs, and in a listener that such a thread calls.
     */
    public final boolean runsCurrentThread() {
        Runner runner = Current.runner();
        return runner != null && runner.runtime == this;
    }

    // ---- what the engine tells

    @Override
    final void dropped(
            DropReason reason, Node node, @Nullable Pid receiver, @Nullable NameState name) {
        deadLetters.drop(reason, node, receiver, (Name<?>) name);
    }

    @Override
    final void retained(int messages) {
        retained.add(messages);
    }

    @Override
    final void park(ProcessCell dead, Envelope.Retained message, String cause, int most) {
        NameState name = dead.ownName();
        if (name == null) throw new IllegalStateException("no name: " + dead);
        ParkedMessages.Parked oldest = parked.park(name, message, dead.path(), cause, most);
        String type = message.item.getClass().getName();
        warn(
                "'%s' parked a message of type %s after %d attempts, the last of which ended with %s"
                        .formatted(name, type, message.attempts, cause));
        if (oldest != null) discarded(oldest);
    }

    @Override
    final int parkedOf(NameState name) {
        return parked.count(name);
    }

    final void discarded(ParkedMessages.Parked message) {
        deadLetters.drop(DropReason.PARKED, message.message(), null, (Name<?>) message.name());
    }

    private void tellDropped(DroppedMessage message) {
        tell("a dropped message", listener -> listener.messageDropped(message));
    }

    @Override
    final void crashed(ProcessCell cell, ExitReason reason, @Nullable Node handled) {
        CrashReports.of(this, cell, reason, handled);
    }

    @Override
    final void crashedBefore(ProcessCell cell, ExitReason reason) {
        CrashReports.ofDead(this, cell, reason);
    }

    /** A process was suspended, or resumed. */
    final void tellSuspended(ProcessCell cell, boolean on) {
        if (on) tell("a suspended process", listener -> listener.processSuspended(cell));
        else tell("a resumed process", listener -> listener.processResumed(cell));
    }

    final void tellCrash(CrashReport report) {
        tell("a crash", listener -> listener.processCrashed(report));
    }

    @Override
    final void callFailed(
            Pid caller,
            @Nullable Pid callee,
            @Nullable NameState name,
            Object request,
            CallException failure) {
        String type = request.getClass().getName();
        var failed = new FailedCall(Instant.now(), caller, callee, (Name<?>) name, type, failure);
        tell("a failed call", listener -> listener.callFailed(failed));
    }

    @Override
    final void ended(ProcessCell cell, ExitReason reason) {
        Unsupervised list = unsupervised;
        if (list != null) list.leave(cell);
        tell("the end of a process", listener -> listener.processEnded(cell, reason));
    }

    @Override
    final void timingFailed(Pid process, Throwable thrown) {
        log(process, Level.WARNING, "handlers of " + process + " are not timed", thrown);
    }

    @Override
    final void contextFailed(Object context, Supplier<String> when, Throwable thrown) {
        String line = "context " + context.getClass().getName() + " failed when ";
        failed(context, () -> line + when.get(), thrown);
    }

    @Override
    final void callTimingFailed(CallTiming timing, Throwable thrown) {
        String line =
                "the call timing %s failed, so runtime '%s' measures no more calls"
                        .formatted(timing.getClass().getName(), node.name());
        log(null, Level.WARNING, line, thrown);
    }

    @Override
    final void threadNotCleaned(Throwable thrown) {
        String line =
                "runtime '%s' cannot clean thread '%s' for the next process; it does not use the thread again"
                        .formatted(node.name(), Thread.currentThread().getName());
        log(null, Level.WARNING, line, thrown);
    }

    @Override
    final void watcherFailed(Pid ended, Throwable thrown) {
        log(ended, Level.ERROR, "cannot tell a watcher that " + ended + " has ended", thrown);
    }

    private void log(@Nullable Pid about, Level level, String line, Throwable thrown) {
        report(about, () -> LOG.log(level, line, UserCode.printable(thrown)));
    }

    @Override
    final void warn(String line) {
        warn(null, line);
    }

    final void warn(@Nullable Pid about, String line) {
        report(about, () -> LOG.log(Level.WARNING, line));
    }

    @Override
    final String describe(ProcessCell cell, ReplyCell call) {
        return Diagnosis.of(cell, call);
    }

    // ---- reports

    final Redaction redaction() {
        return redaction;
    }

    /** Has a report delivered without waiting for it. Throws nothing. */
    final void report(Runnable delivery) {
        report(null, delivery);
    }

    /** {@link #report(Runnable)} in the context of a process. */
    final void report(@Nullable Pid about, Runnable delivery) {
        try {
            reportSurely(about, delivery);
        } catch (Throwable noMemory) {
            if (reports != null) reports.lost();
        }
    }

    /**
     * {@link #report(Pid, Runnable)} for a report that must not be lost.
     *
     * @throws OutOfMemoryError if there is no memory to keep it
     */
    final void reportSurely(@Nullable Pid about, Runnable delivery) {
        if (silent) return;
        Runnable inContext = about == null ? delivery : () -> contexts.about(about, delivery);
        ReportQueue later = reports;
        if (later != null) later.hand(inContext);
        else Current.outside(() -> ReportQueue.deliver(inContext));
    }

    /** Whether logs and listeners are told nothing. */
    final boolean isSilent() {
        return silent;
    }

    /** Whether reports wait that no thread delivers. */
    final boolean reportsAreStuck() {
        return reports != null && reports.isStuck();
    }

    /** Delivers reports for which no thread could be started before. */
    final void deliverStuckReports() {
        if (reports != null) reports.begin();
    }

    final void tell(String what, Consumer<ProcessListener> event) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        for (ProcessListener listener : listeners) {
            UserCode.run(
                    () -> event.accept(listener), failed -> listenerFailed(listener, what, failed));
            ThreadContext.restore(current, before); // the timers' thread goes on with others
        }
    }
}
