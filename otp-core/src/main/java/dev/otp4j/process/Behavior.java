/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The code of a process that has no thread while it is idle: an initialiser, a handler of one
 * message at a time, and what to do at the end. Actors and supervisors are behaviours; most users
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
 * <p>All methods but {@link #view} run in the process, one after another, on virtual threads; they
 * may block. A trapped exit of the parent ends the process with the parent's reason; it never
 * reaches the handler.
 *
 * <p>Counterpart: a special process, {@code proc_lib} and {@code sys}.
 *
 * @param <P> type of the messages that the handler takes
 * @since 0.1.0
 */
public abstract class Behavior<P> extends BehaviorState<P> {
    /** For subclasses. */
    protected Behavior() {}

    /**
     * The first act in the new process, after its name was registered. The starter gets what this
     * returns.
     *
     * @throws InitFailedException if the process cannot start, in an orderly way
     * @throws InitIgnoredException if the process has nothing to do
     * @throws Exception if the initialiser crashes
     */
    @Override
    protected abstract @Nullable Object init() throws Exception;

    /** Handles one message. If this throws, the process ends with that reason. */
    @Override
    protected abstract void handle(P message) throws Exception;

    /**
     * Called once, when the starter has its answer and before the first message. If this throws,
     * the process ends with that reason. By default it does nothing.
     */
    @Override
    protected void begun() throws Exception {}

    /**
     * Whether {@link #begun} does work that counts as a handler; asked once, after the initialiser.
     * A process under a {@link ConcurrencyLimit} takes a permit for it then, and waits for one if
     * none is free: system requests and the exit of the parent may come before. By default false.
     */
    @Override
    protected boolean hasFirstStep() {
        return false;
    }

    /**
     * Whether a reminder counts as a message, because the process has something to do now; asked
     * when one has come. See {@link #remind}.
     */
    @Override
    protected boolean isDue() {
        return false;
    }

    /**
     * Called when a reminder has come.
     *
     * @param due what {@link #isDue} has said
     */
    @Override
    protected void reminded(boolean due) throws Exception {}

    /**
     * Called with a message that no handler selects; the message counts as dropped. By default it
     * does nothing.
     */
    @Override
    protected void unexpected(Object message) {}

    /**
     * The last act before the process ends by itself: after {@link #stop}, an exception of the
     * handler, or the parent's exit. It does not run after a kill, a fatal signal or a failed
     * initialiser. The process is still alive.
     */
    @Override
    protected void terminate(ExitReason reason) throws Exception {}

    /**
     * What tools can read of this process without asking it; or null. Any thread may call this at
     * any time.
     */
    @Override
    protected @Nullable Object view() {
        return null;
    }

    /**
     * The state that tools may see, or null. Called in the process, between two messages. It must
     * not return anything that the process still changes.
     */
    @Override
    protected @Nullable Object snapshot() {
        return null;
    }

    /**
     * Replaces the state between two messages.
     *
     * @return the new state
     * @throws UnsupportedOperationException if the state cannot be replaced; this is the default
     */
    @Override
    protected @Nullable Object replaceState(UnaryOperator<@Nullable Object> change) {
        throw new UnsupportedOperationException(
                "the state of a " + module().getName() + " cannot be replaced");
    }

    /**
     * The class that has the code of the process, for tools. Defaults to the class of this object.
     */
    @Override
    protected Class<?> module() {
        return getClass();
    }

    /** {@return the process's own subject: that of its name if it was started with a name} */
    @SuppressWarnings("unchecked") // the behaviour decides what its own subject takes
    protected final <M> Subject<M> self() {
        return (Subject<M>) Objects.requireNonNull(ownSubject(), "not started");
    }

    /**
     * Receives with {@code next} from now on, in place of the own subject or an earlier selector.
     */
    protected final void select(Selector<P> next) {
        receiveWith(Arguments.notNull("next", next).filter());
    }

    /**
     * Takes the next message while the handler runs, for a handler of several messages at once.
     * Never waits.
     *
     * @return null if none is queued, or if something else comes first: a signal, a system request,
     *     a message of another subject, the end of the process
     */
    protected final @Nullable P nextOfBatch() {
        return alsoTaken();
    }

    /**
     * Has the process reminded after that time: {@link #reminded} is called between two messages.
     * The reminder gets into a full mailbox and is no message for a selector. It ends with the
     * process.
     *
     * @param about what tools see as the message while the process is being reminded
     */
    protected final void remind(Duration delay, Object about) {
        Arguments.notNull("about", about);
        ProcessCell own = cell();
        Runnable task =
                () -> Delivery.deliver(Current.runner(), own, new Signal.Reminded(about), true);
        var unused =
                new DelayedSend(own.runtime.timers, Arguments.nanos("delay", delay), own, task)
                        .set(own);
    }

    /** {@return how many messages and signals are queued, apart from the one in hand} */
    protected final int queued() {
        return cell().depth();
    }

    /**
     * Says that the process begins a step of its own, beside the message in hand; until the next
     * message, or a call with null. A crash report then says so. What the handler has sent is on
     * its way from now on.
     *
     * @throws ProcessExit if the process has ended
     */
    protected final void step(@Nullable String what) {
        ProcessCell own = cell();
        own.checkAlive();
        Runner runner = own.runner;
        if (runner == null) return;
        if (what != null) runner.flush();
        runner.step = what;
    }

    /** Ends the process with {@code reason} when the handler has returned. */
    protected final void stop(ExitReason reason) {
        stopWith(Arguments.notNull("reason", reason));
    }

    /**
     * Hands a report on to logs and listeners, which may be slow: a thread that runs no process
     * delivers it, in the order of this runtime's reports. Returns at once. A report that finds the
     * queue full is dropped and {@linkplain ProcessRuntime#droppedReports counted}. What the
     * delivery throws is dropped.
     */
    protected final void report(Runnable delivery) {
        report(cell(), delivery);
    }

    /**
     * {@link #report(Runnable)} for a report about another process, such as a child: it is
     * delivered in that process's {@link ProcessContext}.
     */
    protected final void report(Pid about, Runnable delivery) {
        Arguments.notNull("about", about);
        Arguments.notNull("delivery", delivery);
        ((ReportingEngine) cell().runtime).report(about, delivery);
    }

    /** Sets whether exit signals become messages; see {@link Processes#trapExits}. */
    protected final void trapExits(boolean trap) {
        cell().trapExits = trap;
    }

    /**
     * Runs the start function of a child.
     *
     * @param label the last part of the path of the processes that it starts
     * @param interruptOnKill whether a kill interrupts the threads of these processes, if their own
     *     options say so too
     * @param concurrency the limit of which these processes and those below them take permits; null
     *     for the one that this process passes on, if there is one
     */
    protected final <T> T placingChildren(
            String label,
            boolean interruptOnKill,
            @Nullable ConcurrencyLimit concurrency,
            Callable<T> start)
            throws Exception {
        return placing(Place.below(cell().path(), label), interruptOnKill, concurrency, start);
    }

    /**
     * Runs the start function of a child. The path of the child is made only when it is asked for.
     *
     * @param path makes the path of the processes that the function starts, always the same path;
     *     any thread may call it
     * @param interruptOnKill whether a kill interrupts the threads of these processes, if their own
     *     options say so too
     * @param concurrency the limit of which these processes and those below them take permits; null
     *     for the one that this process passes on, if there is one
     */
    protected final <T> T placingChildren(
            Supplier<String> path,
            boolean interruptOnKill,
            @Nullable ConcurrencyLimit concurrency,
            Callable<T> start)
            throws Exception {
        return placing(Arguments.notNull("path", path), interruptOnKill, concurrency, start);
    }

    /**
     * Says that this supervisor has a process in its list of children, and ends the process when it
     * ends itself. The runtime then need not end the process; see {@link
     * ProcessRuntime#unsupervised}. Does nothing for a process that is not a child of this one.
     */
    protected final void supervises(Pid child) {
        ProcessCell own = cell();
        if (child instanceof ProcessCell local) own.runtime.adopted(own, local);
    }

    /**
     * Says that this supervisor starts the successor of a process that has ended later: the name of
     * that process knows then when its next process is due. Does nothing for a process without a
     * name, and if its name has another process already.
     *
     * @param within how long that takes at the most
     * @param attempt how many-th restart in a row it is
     * @param callsFail whether calls to the name fail until then, with {@link
     *     CallException.Restarting}; those that the name holds fail at once
     */
    protected final void startsLater(Pid ended, Duration within, int attempt, boolean callsFail) {
        if (!(ended instanceof ProcessCell local)) return;
        NameState name = local.name();
        if (name == null) return;
        long now = cell().runtime.scheduler.nanoTime();
        name.expect(
                ExpectedStart.within(Arguments.nanos("within", within), now, attempt, callsFail));
    }

    /**
     * Has something done once the code of a process that was ended from outside has returned.
     *
     * @param then is run on a thread that runs no process
     * @return false if no code of the process runs, because it ended by itself, was idle, or its
     *     code has returned already: {@code then} is not run
     */
    protected final boolean whenReturned(Pid ended, Runnable then) {
        Arguments.notNull("then", then);
        return cell().runtime.whenReturned(ended, then);
    }

    /**
     * Looks whether a process has been idle since the last such look, and has handled nothing
     * meanwhile. Costs the process nothing.
     */
    protected final boolean hasRested(Pid child) {
        return child instanceof ProcessCell cell && cell.mailbox.rested();
    }

    /**
     * Ends a process if it has been idle since the last look of {@link #hasRested}. It runs its
     * terminate callback as after {@link #stop}. What is sent to it from now on is refused; its
     * name holds it, if it holds messages.
     *
     * @return false if the process goes on: a message has come, it is suspended, or a caller waits
     *     for a reply that it still owes
     */
    protected final boolean endIfRested(Pid child, ExitReason reason) {
        Arguments.notNull("reason", reason);
        return child instanceof ProcessCell cell && Passivation.end(cell, reason);
    }

    /**
     * {@return what starts the process of the name that a process holds or held, if there is such}
     */
    protected final Optional<Demand> demandOf(Pid child) {
        return child instanceof ProcessCell cell && cell.name() instanceof Name<?> name
                ? name.demand()
                : Optional.empty();
    }

    private <T> T placing(
            Object place,
            boolean interruptOnKill,
            @Nullable ConcurrencyLimit concurrency,
            Callable<T> start)
            throws Exception {
        ProcessCell own = cell();
        own.placement(new Place.Given(place, interruptOnKill, concurrency));
        try {
            return start.call();
        } finally {
            own.placement(null);
        }
    }

    /**
     * Starts a process and waits until its initialiser has finished.
     *
     * <p>If a process calls this, the new process is its child and linked to it from the first
     * instant. Blocks the calling thread for at most the time limit of the options.
     *
     * @return the outcome of the start; after anything but {@link Startup.Running} the process is
     *     dead and its name free
     * @throws ProcessExit if the calling process has ended; it also ends if it does not trap exits
     *     and the initialiser crashed
     * @throws CallException.Interrupted if the calling thread was interrupted; the new process was
     *     killed
     */
    public static Startup start(Behavior<?> behavior, ProcessOptions options) {
        return Starter.start(
                Arguments.notNull("behavior", behavior), Arguments.notNull("options", options));
    }

    /**
     * Starts a process as the child of the current one and does not wait for its initialiser. The
     * time limit of the options holds all the same. If the start fails, the current process gets no
     * exit message: {@code told} is run instead.
     *
     * @param told is run when there is an outcome, at least once, by a thread that counts as one
     *     that runs no process; must return at once and must not throw
     * @throws IllegalStateException if the current thread runs no process
     * @throws ProcessExit if the calling process has ended
     */
    public static Launched begin(Behavior<?> behavior, ProcessOptions options, Runnable told) {
        return Starter.begin(
                Arguments.notNull("behavior", behavior),
                Arguments.notNull("options", options),
                Arguments.notNull("told", told));
    }
}
