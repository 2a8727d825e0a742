/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The engine's side of a {@link Behavior}: what the engine keeps of a process that has no thread
 * while it is idle, and which method it calls for which node.
 *
 * <pre>
 * cell, self, traits     the starter, before the process runs       the process; tools; dropsExpired: its callers,
 *                                                                   after the subject was published
 * stopping               the process; the thread that ends it       the process
 *                        because it is idle
 * started, holdsBack,    the process, plain                         the process; tools may read a stale value
 * watch
 * trust                  the process, once                          the process, and the sentry: a stale value is NEVER
 * all others             the process
 * </pre>
 */
abstract class BehaviorState<P> {
    /** Bits of {@link #holdsBack}: the process is suspended; it is under a limit. */
    private static final int SUSPENDED = 1;

    private static final int LIMITED = 2;

    /** Bits of {@link #traits}. */
    private static final int CHAINS = 1;

    private static final int DROPS_EXPIRED = 2;
    private static final int FAILS_CIRCLES = 4;

    private @Nullable ProcessCell cell;
    private @Nullable Object self;
    private @Nullable MessageFilter<P> selector;
    @Nullable ExitReason stopping;
    private boolean started;
    private byte holdsBack;
    private Trust trust = Trust.NEVER;

    /** What was asked for at the start, one bit each: in an idle process a field would count. */
    private byte traits;

    private @Nullable HandlerWatch watch;

    protected abstract @Nullable Object init() throws Exception;

    protected abstract void handle(P message) throws Exception;

    protected abstract void unexpected(Object message);

    protected abstract void begun() throws Exception;

    protected abstract boolean hasFirstStep();

    protected abstract boolean isDue();

    protected abstract void reminded(boolean due) throws Exception;

    protected abstract void terminate(ExitReason reason) throws Exception;

    protected abstract @Nullable Object view();

    protected abstract @Nullable Object snapshot();

    protected abstract @Nullable Object replaceState(UnaryOperator<@Nullable Object> change);

    protected abstract Class<?> module();

    final ProcessCell cell() {
        return Objects.requireNonNull(cell, "not started");
    }

    final void receiveWith(MessageFilter<P> next) {
        selector = next;
    }

    final void stopWith(ExitReason reason) {
        stopping = reason;
    }

    final void bind(ProcessCell ownCell, Object ownSubject, boolean mayChain, CallRules calls) {
        if (cell != null)
            throw new IllegalStateException(
                    "%s was already started as %s: create a new object for each start"
                            .formatted(getClass().getName(), cell));
        cell = ownCell;
        self = ownSubject;
        traits =
                (byte)
                        ((mayChain ? CHAINS : 0)
                                | (calls.dropsExpired() ? DROPS_EXPIRED : 0)
                                | (calls.failsCircles() ? FAILS_CIRCLES : 0));
    }

    /** Whether a request whose call is over is dropped before its handler begins. */
    @AnyThread
    final boolean dropsExpired() {
        return (traits & DROPS_EXPIRED) != 0;
    }

    /** Whether calls of the process fail early in a circle of calls. */
    @AnyThread
    final boolean failsCircles() {
        return (traits & FAILS_CIRCLES) != 0;
    }

    final @Nullable Object ownSubject() {
        return self;
    }

    final @Nullable ExitReason stopping() {
        return stopping;
    }

    /** Written once by the owner; a stale value is {@link Trust#NEVER}. */
    final Trust trust() {
        return trust;
    }

    final boolean hasStarted() {
        return started;
    }

    /** Whether only urgent nodes are dispatched. Tools may read a stale value. */
    final boolean isSuspended() {
        return (holdsBack & SUSPENDED) != 0;
    }

    /** Whether some nodes may have to be put aside: it is suspended, or needs permits. */
    @OwnerThread
    final boolean holdsBack() {
        return holdsBack != 0;
    }

    @OwnerThread
    final void suspend(boolean on) {
        holdsBack = (byte) (on ? holdsBack | SUSPENDED : holdsBack & ~SUSPENDED);
    }

    /** Says that the process needs permits. Called by the starter, before the process runs. */
    final void needPermits() {
        holdsBack = LIMITED;
    }

    /** Whether it is under a limit. */
    @OwnerThread
    final boolean needsPermits() {
        return (holdsBack & LIMITED) != 0;
    }

    @OwnerThread
    final @Nullable Consumer<Object> observer() {
        return watch == null ? null : watch.observer;
    }

    /** The same for tools, which may read a stale value. */
    final @Nullable Consumer<Object> observerSeen() {
        HandlerWatch looking = watch;
        return looking == null ? null : looking.observer;
    }

    @OwnerThread
    final void observe(@Nullable Consumer<Object> next) {
        HandlerWatch looking = watch;
        if (looking == null && next == null) return;
        if (looking == null) looking = HandlerWatch.untimed();
        looking.observer = next;
        watch = next == null && !looking.isNeeded() ? null : looking;
    }

    /** Whether its handlers are timed, all of them or only some. */
    @OwnerThread
    final boolean isTimed() {
        return watch != null && watch.isTimed();
    }

    /** Runs the initialiser; the process is ready when this returns. */
    @OwnerThread
    final @Nullable Object begin() throws Exception {
        Object data = init();
        ProcessCell own = cell();
        if ((traits & CHAINS) != 0) trust = own.runtime.trusts.of(module(), own.label());
        watch = HandlerWatch.ofStarted(own, new CallRules(dropsExpired(), failsCircles()));
        started = true;
        return data;
    }

    /** Hands one node to its handler. */
    @OwnerThread
    final void dispatch(Runner runner, ProcessCell own, Node node) throws Exception {
        HandlerWatch looking = watch;
        if (looking == null) {
            deliver(own, node);
            return;
        }
        looking.taken(runner, node);
        if (node.getClass() == Node.class && looking.passes()) {
            deliver(own, node);
        } else {
            watched(looking, runner, own, node);
        }
    }

    private void watched(HandlerWatch looking, Runner runner, ProcessCell own, Node node)
            throws Exception {
        if (node instanceof Signal.SystemRequest
                || node instanceof Signal.Reminded
                || node instanceof Signal.FirstStep
                || Inbox.cancelled(node)) {
            runner.lapped = false;
            deliver(own, node);
            return;
        }
        if (looking.refuses(node)) {
            runner.lapped = false;
            own.runtime.drop(DropReason.EXPIRED, node, own);
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
        } else if (!(node instanceof Signal signal) || !served(own, signal)) {
            select(node);
        }
    }

    /** Serves a signal that is for the engine. False: it is for the handler. */
    private boolean served(ProcessCell own, Signal signal) throws Exception {
        switch (signal) {
            case Signal.SystemRequest request -> request.serve(own, this);
            case Signal.Exit exit when exit.message().pid() == own.parent -> {
                if (watch != null) watch.unhandled();
                stopWith(exit.message().reason());
            }
            case Signal.Reminded reminded -> remind(own, reminded);
            case Signal.FirstStep first -> {
                Runner runner = own.runner;
                if (runner != null) runner.take(null); // no message is in hand
                begun();
            }
            default -> {
                return Inbox.cancelled(signal);
            }
        }
        return true;
    }

    /** Tells the behaviour of its reminder. Only one that is due counts as a message. */
    private void remind(ProcessCell own, Signal.Reminded node) throws Exception {
        boolean due = isDue();
        HandlerWatch looking = watch;
        Runner runner = own.runner;
        if (!due || looking == null || runner == null) {
            reminded(due);
            return;
        }
        looking.begin(runner, node);
        boolean failed = true;
        try {
            reminded(true);
            failed = false;
        } finally {
            looking.end(runner, own, failed);
        }
    }

    private void select(Node node) throws Exception {
        if (node instanceof Tick tick) tick.taken();
        Noted noted = Envelope.noted(node);
        if (noted == null) selectNow(node);
        else selectWith(noted, node);
    }

    /** Selects and handles a message with what it carries. */
    private void selectWith(Noted noted, Node node) throws Exception {
        ProcessCell own = cell();
        Contexts contexts = own.runtime.contexts;
        MessageContext.Scope scope = contexts.open(noted, own, node.item);
        Throwable failure = null;
        try {
            selectNow(node);
        } catch (Throwable thrown) {
            failure = thrown;
            throw thrown;
        } finally {
            if (scope != null) contexts.close(noted, scope, own, failure);
        }
    }

    private void selectNow(Node node) throws Exception {
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
        if (watch != null) watch.unhandled();
        ProcessCell own = cell();
        own.runtime.drop(DropReason.UNEXPECTED, node, own);
        unexpected(node.item);
    }

    /**
     * Takes the next message while a handler runs, if that and the message in hand are of the own
     * subject, and nothing else is queued between them. Looks at what was taken from the mailbox
     * already, or was put aside, so it never waits. The end of the process ends the batch too.
     */
    @OwnerThread
    final @Nullable P alsoTaken() {
        ProcessCell own = cell();
        Runner runner = own.runner;
        if (runner == null) return null;
        if (runner.wasTold() && !own.alive()) return null;
        Inbox inbox = runner.inbox;
        HandlerWatch looking = watch;
        Node next = oldest(runner, inbox);
        while (looking != null && next != null && looking.refuses(next)) {
            if (!isTaken(runner, inbox)) return null;
            looking.taken(runner, next);
            own.runtime.drop(DropReason.EXPIRED, next, own);
            next = oldest(runner, inbox);
        }
        if (next == null || !isOwn(next) || !isOwn(runner.handled())) return null;
        MessageFilter<P> filter = selector;
        if (filter != null && filter.handler(next, self) == null) return null;
        if (inbox == null) runner.backlog.poll();
        else if (!inbox.join()) return null;
        if (looking != null) looking.joined(runner, next);
        runner.take(next);
        return filter == null ? message(next.item) : filter.accept(next, self);
    }

    private static @Nullable Node oldest(Runner runner, @Nullable Inbox inbox) {
        return inbox == null ? runner.backlog.peek() : inbox.peek();
    }

    private static boolean isTaken(Runner runner, @Nullable Inbox inbox) {
        return (inbox == null ? runner.backlog.poll() : inbox.flushed()) != null;
    }

    private boolean isOwn(@Nullable Node node) {
        if (node == null || node.getClass() == Node.class) return node != null;
        return node instanceof Envelope envelope
                && (envelope.to == null || envelope.to == self)
                && envelope.joinsBatches();
    }

    @SuppressWarnings("unchecked") // without a selector P is what the own subject takes
    private P message(Object item) {
        return (P) item;
    }
}
