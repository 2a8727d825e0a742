/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.internal.threads.SentryDuties;
import dev.otp4j.internal.threads.ThreadContext;
import dev.otp4j.internal.user.UserCode;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a {@link ProcessRuntime}: what processes use of it. What is to be said of them
 * (logs, listeners, counters) are abstract methods, which {@link ReportingEngine} implements.
 *
 * <pre>
 * field            written by                                     read by
 * closed           {@link #closeCalls}, before it fails the open  a thread that has listed a call: one of the two
 *                  calls (volatile)                               fails it
 * cleaner, timing, when the runtime is built; or later, once,     any thread (volatile)
 * callTiming       under the monitor, if they were null;
 *                  callTiming is null again after a failure
 * watchesCalls     with callTiming, or when messages carry a      any thread (volatile)
 *                  context; true for good
 * unsupervised     when the runtime is built; or later, once,     any thread (volatile)
 *                  under the monitor
 * openCalls        the calling thread adds, the thread that       any thread
 *                  completes the call removes
 * </pre>
 */
abstract class Engine extends NoteTaker {
    final NodeId node;
    final @Nullable ClassLoader classLoader; // before the scheduler, which asks for it
    final Scheduler scheduler;
    final Timers timers;
    final RuntimePort port = new RuntimePort(this);
    final Debts debts = new Debts(this);
    final HoldingNames names = new HoldingNames();
    final Trusts trusts = new Trusts();
    final Contexts contexts;
    final boolean chaining;
    final Duration callTimeout;
    volatile @Nullable Unsupervised unsupervised; // null: not listed

    /** The limits of which its processes have taken permits, as long as they are in use. */
    final Set<ConcurrencyLimit> limits =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final AtomicLong serials = new AtomicLong();
    private final Set<ReplyCell> openCalls = ConcurrentHashMap.newKeySet();
    private final LongAdder rescues = new LongAdder();
    private final LongAdder lateReplies = new LongAdder();
    private volatile @Nullable Runnable cleaner;
    private volatile @Nullable Timing timing;
    private volatile @Nullable CallTiming callTiming;
    private volatile boolean watchesCalls;
    private volatile boolean closed;

    Engine(EngineSettings settings) {
        super(settings.stampsMessages, settings.messageContext);
        node = new NodeId(settings.name, settings.incarnation);
        classLoader = settings.classLoader;
        chaining = settings.chaining;
        callTimeout = settings.callTimeout;
        cleaner = settings.cleaner;
        timing = settings.timing;
        callTiming = settings.callTiming;
        watchesCalls = callTiming != null || settings.messageContext != null;
        contexts = new Contexts(this, settings.context);
        unsupervised = settings.listsUnsupervised ? new Unsupervised() : null;
        scheduler = settings.scheduler(duties());
        timers = new Timers(scheduler, debts);
    }

    /** What the sentry looks at. Called once, by the constructor: keeps the engine, no more. */
    abstract SentryDuties duties();

    final long nextSerial() {
        return serials.incrementAndGet();
    }

    // ---- threads

    /** Whether code of the application runs on a thread between two processes. */
    final boolean cleansThreads() {
        return cleaner != null || contexts.isEnteredByProcesses();
    }

    /** Prepares the current thread for another process. False if it must not be used again. */
    final boolean cleanThread() {
        Runnable clean = cleaner;
        try {
            if (clean != null) clean.run();
            ThreadContext.restore(Thread.currentThread(), classLoader);
            return true;
        } catch (Throwable thrown) {
            threadNotCleaned(thrown);
            return false;
        }
    }

    /** False if threads are cleaned already. */
    final synchronized boolean setCleaner(Runnable threadCleaner) {
        if (cleaner != null) return false;
        cleaner = threadCleaner;
        return true;
    }

    final @Nullable Timing timing() {
        return timing;
    }

    /** False if handlers are timed already. */
    final synchronized boolean setTiming(Timing added) {
        if (timing != null) return false;
        timing = added;
        return true;
    }

    // ---- what is noted with messages

    @Override
    final long now() {
        return scheduler.nanoTime();
    }

    @Override
    final @Nullable Noted capture(
            MessageContext context, MessageContext.Kind kind, @Nullable Pid to, Object message) {
        return contexts.capture(context, kind, to, message);
    }

    /** False if messages carry a context already. */
    final synchronized boolean setMessageContext(MessageContext context) {
        if (passesContext()) return false;
        passContext(context);
        watchesCalls = true;
        return true;
    }

    final synchronized void stampMessages() {
        noteTimes();
    }

    /** Whether the caller of a process may have more to do than to call. */
    @AnyThread
    final boolean watchesCalls() {
        return watchesCalls;
    }

    final @Nullable CallTiming callTiming() {
        return callTiming;
    }

    /** False if calls are timed already. */
    final synchronized boolean setCallTiming(CallTiming added) {
        if (callTiming != null) return false;
        callTiming = added;
        watchesCalls = true;
        return true;
    }

    /** Tells how long a call has taken that began at {@code begun}. Throws nothing. */
    final void called(@Nullable Pid callee, long begun, boolean failed) {
        CallTiming timed = callTiming;
        if (callee == null || timed == null) return;
        long nanos = Math.max(0, scheduler.nanoTime() - begun);
        UserCode.run(
                () -> timed.called(callee, nanos, failed),
                thrown -> {
                    CallTiming failing = callTiming;
                    callTiming = null;
                    if (failing != null) callTimingFailed(failing, thrown);
                });
    }

    /** A receiver was given a thread of its own because its sender went on. */
    final void rescued() {
        rescues.increment();
    }

    /** A callee has replied to a call that was over. */
    final void repliedLate() {
        lateReplies.increment();
    }

    final long lateReplyCount() {
        return lateReplies.sum();
    }

    final long rescueCount() {
        return rescues.sum();
    }

    // ---- processes without a supervisor

    /** Lists processes that start from now on, if they are not listed already. */
    final synchronized void listUnsupervised() {
        if (unsupervised == null) unsupervised = new Unsupervised();
    }

    /** A process is about to run that no supervisor has in its book yet. */
    final void launching(ProcessCell cell) {
        Unsupervised list = unsupervised;
        if (list != null) list.enter(cell);
    }

    /** A supervisor has a process in its book. */
    final void adopted(ProcessCell supervisor, ProcessCell child) {
        Unsupervised list = unsupervised;
        if (list != null) list.adopt(supervisor, child);
    }

    /** A process has ended, of which those linked to it have not heard yet. */
    final void leavesBehind(ProcessCell dead, List<ProcessPort> links) {
        Unsupervised list = unsupervised;
        if (list != null) list.enterChildren(dead, links);
    }

    // ---- open calls

    /** An asynchronous call has begun. */
    final void opened(ReplyCell call) {
        openCalls.add(call);
        if (closed) fail(call);
    }

    /** An asynchronous call has its outcome; or was never begun. */
    final void over(ReplyCell call) {
        openCalls.remove(call);
    }

    /** How many asynchronous calls have no outcome yet, or were not reported yet. */
    final int openCalls() {
        return openCalls.size();
    }

    /** How many asynchronous calls wait for their outcome. Looks at each. */
    final int waitingCalls() {
        int waiting = 0;
        for (ReplyCell call : openCalls) {
            if (call.outcome() == null) waiting++;
        }
        return waiting;
    }

    /**
     * No asynchronous call can begin any more; open ones fail afterwards with {@link #failCalls}.
     */
    final void closeCalls() {
        closed = true;
    }

    final void failCalls() {
        openCalls.forEach(this::fail);
    }

    private void fail(ReplyCell call) {
        call.complete(new ReplyCell.Failure.Closed(this));
    }

    // ---- what is to be said of processes

    /** A message reached no handler of {@code receiver}. */
    final void drop(DropReason reason, Node node, Pid receiver) {
        dropped(reason, node, receiver, null);
    }

    /** A message reached no process of that name. */
    final void drop(DropReason reason, Node node, NameState name) {
        dropped(reason, node, null, name);
    }

    abstract void dropped(
            DropReason reason, Node node, @Nullable Pid receiver, @Nullable NameState name);

    /** So many messages of a dead process wait for the next process of its name. */
    abstract void retained(int messages);

    /** A message is handled no more; of the name of {@code dead}, {@code most} are kept. */
    abstract void park(ProcessCell dead, Envelope.Retained message, String cause, int most);

    /** How many messages of that name are parked. */
    abstract int parkedOf(NameState name);

    /** A process crashes. Throws if there is no memory for the report: it is made again. */
    abstract void crashed(ProcessCell cell, ExitReason reason, @Nullable Node handled);

    /** {@link #crashed} for a process whose report could not be made while it lived. */
    abstract void crashedBefore(ProcessCell cell, ExitReason reason);

    /** A call got no reply. */
    abstract void callFailed(
            Pid caller,
            @Nullable Pid callee,
            @Nullable NameState name,
            Object request,
            CallException failure);

    abstract void ended(ProcessCell cell, ExitReason reason);

    /** The code of a dead process runs on {@code thread} still. */
    abstract void zombified(Pid process, Thread thread);

    /** The code of a dead process has returned. */
    abstract void returned(Pid process);

    /**
     * Has something done, on a thread that runs no process, once the code of a dead process has
     * returned. False if no code of it runs.
     */
    abstract boolean whenReturned(Pid process, Runnable then);

    /** A recorder of handler times has thrown; the process is not timed any more. */
    abstract void timingFailed(Pid process, Throwable thrown);

    /** The timing of calls has thrown; no call is timed any more. */
    abstract void callTimingFailed(CallTiming timing, Throwable thrown);

    /** A context of processes or of messages has thrown. */
    abstract void contextFailed(Object context, Supplier<String> when, Throwable thrown);

    /** A thread cleaner has thrown. */
    abstract void threadNotCleaned(Throwable thrown);

    /** Telling a watcher that {@code ended} has ended has failed. */
    abstract void watcherFailed(Pid ended, Throwable thrown);

    /** Has a line written, without waiting for it. */
    abstract void warn(String line);

    /** What a process does instead of replying to a call, for the message of the failed call. */
    abstract String describe(ProcessCell cell, ReplyCell call);

    @Override
    public final String toString() {
        return "ProcessRuntime[" + node + "]";
    }
}
