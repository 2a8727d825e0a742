/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.OwnerThread;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a process that has no thread while it is idle: an initialiser, a handler of one
 * message at a time, and what is done at the end. Actors and supervisors are behaviours; most users
 * write an {@code Actor}.
 *
 * {@snippet :
 * class Printer extends Behavior<String> {
 *     protected Object init() {
 *         return self();
 *     }
 *
 *     protected void handle(String line) {
 *         System.out.println(line);
 *     }
 * }
 * Startup started = Behavior.start(new Printer(), ProcessOptions.defaults());
 * }
 *
 * <p>All methods run in the process, one after another, on virtual threads; they may block. An exit
 * of the parent that was trapped ends the process with the parent's reason and never reaches the
 * handler.
 *
 * <p>Counterpart: a special process, {@code proc_lib} and {@code sys}.
 *
 * @param <P> what the handler takes
 * @since 0.1.0
 */
public abstract class Behavior<P> {
    private @Nullable ProcessCell cell;
    private @Nullable Subject<?> self;
    private @Nullable Selector<P> selector;
    private @Nullable ExitReason stopping;
    private boolean started;
    private boolean suspended;
    private Trust trust = Trust.NEVER;
    private boolean chaining;
    private @Nullable Attendance attendance;

    /** For subclasses. */
    protected Behavior() {}

    /**
     * The first act in the new process, after its name was registered. What it returns is handed to
     * the starter.
     *
     * @throws InitFailedException if the process cannot start, in an orderly way
     * @throws InitIgnoredException if there is nothing to do for it
     * @throws Exception if it crashes
     */
    protected abstract @Nullable Object init() throws Exception;

    /** Handles one message. What it throws ends the process with that reason. */
    protected abstract void handle(P message) throws Exception;

    /** A message that no handler selects. The default drops it. */
    protected void unexpected(Object message) {}

    /**
     * The last act before the process ends by itself: after {@link #stop}, an exception of the
     * handler, or the parent's exit. Not run for a kill, a fatal signal, or a failed initialiser.
     * The process is alive still.
     */
    protected void terminate(ExitReason reason) throws Exception {}

    /**
     * What tools can read of this process at any time, from any thread, without asking it; or null.
     */
    protected @Nullable Object view() {
        return null;
    }

    /**
     * The state as tools may see it, between two messages, in the process; or null. Never what the
     * process still changes.
     */
    protected @Nullable Object snapshot() {
        return null;
    }

    /**
     * Replaces the state between two messages.
     *
     * @return the new state
     * @throws UnsupportedOperationException if that is not possible, as by default
     */
    protected @Nullable Object replaceState(UnaryOperator<@Nullable Object> change) {
        throw new UnsupportedOperationException(
                "the state of a " + module().getName() + " cannot be replaced");
    }

    /** The class whose code this is, for tools. */
    protected Class<?> module() {
        return getClass();
    }

    /** {@return the process's own subject: the one of its name if it was started with one} */
    @SuppressWarnings("unchecked") // the behaviour decides what its own subject takes
    protected final <M> Subject<M> self() {
        return (Subject<M>) Objects.requireNonNull(self, "not started");
    }

    /**
     * Receives with {@code next} from now on, instead of the own subject or an earlier selector.
     */
    protected final void select(Selector<P> next) {
        selector = Arguments.notNull("next", next);
    }

    /** Ends the process with {@code reason} when the handler has returned. */
    protected final void stop(ExitReason reason) {
        stopping = Arguments.notNull("reason", reason);
    }

    /**
     * Hands a report on: to logs and listeners, which may be slow, on a thread that is no process,
     * in the order of the reports of this runtime. Returns at once; a report too many is dropped
     * and {@linkplain ProcessRuntime#droppedReports counted}, and so is what the delivery throws.
     */
    protected final void report(Runnable delivery) {
        Arguments.notNull("delivery", delivery);
        Objects.requireNonNull(cell, "not started").runtime.report(delivery);
    }

    /** Whether exit signals become messages; see {@link Processes#trapExits}. */
    protected final void trapExits(boolean trap) {
        Objects.requireNonNull(cell, "not started").trapExits = trap;
    }

    /**
     * Runs a start function of a child.
     *
     * @param label the last part of the path of the processes it starts
     * @param interruptOnKill whether their threads are interrupted when they are killed, if their
     *     own options say so too
     */
    protected final <T> T placingChildren(String label, boolean interruptOnKill, Callable<T> start)
            throws Exception {
        return placing(ProcessCell.placeBelow(cell, label), interruptOnKill, start);
    }

    /**
     * Runs a start function of a child whose path is only made when somebody wants to see it.
     *
     * @param path the path of the processes it starts, always the same; called by any thread
     * @param interruptOnKill as above
     */
    protected final <T> T placingChildren(
            Supplier<String> path, boolean interruptOnKill, Callable<T> start) throws Exception {
        return placing(Arguments.notNull("path", path), interruptOnKill, start);
    }

    /**
     * Says that a process which a start function has started is in this supervisor's book: the
     * supervisor ends it when it ends itself. The runtime need not look after it then; see {@link
     * ProcessRuntime#unsupervised}. A process that is not this one's child is left as it is.
     */
    protected final void supervises(Pid child) {
        ProcessCell own = Objects.requireNonNull(cell, "not started");
        if (child instanceof ProcessCell local) own.runtime.adopted(own, local);
    }

    private <T> T placing(Object place, boolean interruptOnKill, Callable<T> start)
            throws Exception {
        ProcessCell own = Objects.requireNonNull(cell, "not started");
        own.placement(new ProcessCell.Placement(place, interruptOnKill));
        try {
            return start.call();
        } finally {
            own.placement(null);
        }
    }

    /**
     * Starts a process and waits until its initialiser has finished.
     *
     * <p>Called in a process, the new one is its child and linked to it from the first instant.
     * Blocks the calling thread for at most the options' time limit.
     *
     * @return what came of it; after anything but {@link Startup.Running} the process is dead and
     *     its name free
     * @throws ProcessExit if the calling process has ended, or is not trapping exits and the
     *     initialiser crashed
     * @throws CallException.Interrupted if the thread was interrupted; the new process was killed
     */
    public static Startup start(Behavior<?> behavior, ProcessOptions options) {
        return Starter.start(
                Arguments.notNull("behavior", behavior), Arguments.notNull("options", options));
    }

    // ---- the engine's side

    final void bind(ProcessCell ownCell, Subject<?> ownSubject, boolean mayChain) {
        if (cell != null) throw new IllegalStateException("behavior was started before: " + cell);
        cell = ownCell;
        self = ownSubject;
        chaining = mayChain;
    }

    @Nullable Subject<?> ownSubject() {
        return self;
    }

    @Nullable ExitReason stopping() {
        return stopping;
    }

    /** Written once by the owner; a stale value is {@link Trust#NEVER}. */
    final Trust trust() {
        return trust;
    }

    final boolean hasStarted() {
        return started;
    }

    /** Whether only what is urgent is dispatched. Tools may read a stale value. */
    final boolean isSuspended() {
        return suspended;
    }

    @OwnerThread
    final void suspend(boolean on) {
        suspended = on;
    }

    @OwnerThread
    final SystemControl.@Nullable Observer observer() {
        return attendance == null ? null : attendance.observer;
    }

    @OwnerThread
    final void observe(SystemControl.@Nullable Observer next) {
        Attendance looking = attendance;
        if (looking == null && next == null) return;
        if (looking == null) looking = Attendance.untimed();
        looking.observer = next;
        attendance = next == null && !looking.isTimed() ? null : looking;
    }

    /** Whether its handlers are timed, if only some of them. */
    @OwnerThread
    final boolean isTimed() {
        return attendance != null && attendance.isTimed();
    }

    /** Runs the initialiser; the process is ready when this returns. */
    @OwnerThread
    final @Nullable Object begin() throws Exception {
        Object data = init();
        if (chaining) trust = Trust.of(module());
        attendance = Attendance.ofStarted(Objects.requireNonNull(cell));
        started = true;
        return data;
    }

    /** Hands one node to the handler it is for. */
    @OwnerThread
    final void dispatch(Runner runner, ProcessCell own, Node node) throws Exception {
        Attendance looking = attendance;
        if (looking == null || node.getClass() == Node.class && looking.passes()) {
            deliver(own, node);
        } else {
            attended(looking, runner, own, node);
        }
    }

    private void attended(Attendance looking, Runner runner, ProcessCell own, Node node)
            throws Exception {
        if (node instanceof Signal.SystemRequest || Inbox.cancelled(node)) {
            runner.lapped = false;
            deliver(own, node);
            return;
        }
        looking.begin(runner, node);
        boolean failed = true;
        try {
            deliver(own, node);
            failed = false;
        } finally {
            looking.end(runner, own, failed);
        }
    }

    private void deliver(ProcessCell own, Node node) throws Exception {
        if (node.getClass() == Node.class && selector == null) {
            handle(message(node.item));
        } else if (node instanceof Signal.SystemRequest request) {
            request.serve(new SystemControl(own, this));
        } else if (node instanceof Signal.Exit exit && exit.message().pid() == own.parent) {
            if (attendance != null) attendance.unhandled();
            stop(exit.message().reason());
        } else if (!Inbox.cancelled(node)) {
            select(node);
        }
    }

    private void select(Node node) throws Exception {
        if (node instanceof Tick tick) tick.taken();
        P message;
        if (selector != null) {
            message = selector.accept(node, self);
        } else {
            boolean own = node instanceof Envelope e && (e.to == null || e.to == self);
            message = own ? message(node.item) : null;
        }
        if (message != null) {
            handle(message);
            return;
        }
        if (attendance != null) attendance.unhandled();
        ProcessCell own = Objects.requireNonNull(cell);
        own.runtime.drop(DropReason.UNEXPECTED, node, own);
        unexpected(node.item);
    }

    @SuppressWarnings("unchecked") // without a selector P is what the own subject takes
    private P message(Object item) {
        return (P) item;
    }
}
