/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

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
public abstract class Behavior<P> extends BehaviorState<P> {
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
    @Override
    protected abstract @Nullable Object init() throws Exception;

    /** Handles one message. What it throws ends the process with that reason. */
    @Override
    protected abstract void handle(P message) throws Exception;

    /** A message that no handler selects. The default drops it. */
    @Override
    protected void unexpected(Object message) {}

    /**
     * The last act before the process ends by itself: after {@link #stop}, an exception of the
     * handler, or the parent's exit. Not run for a kill, a fatal signal, or a failed initialiser.
     * The process is alive still.
     */
    @Override
    protected void terminate(ExitReason reason) throws Exception {}

    /**
     * What tools can read of this process at any time, from any thread, without asking it; or null.
     */
    @Override
    protected @Nullable Object view() {
        return null;
    }

    /**
     * The state as tools may see it, between two messages, in the process; or null. Never what the
     * process still changes.
     */
    @Override
    protected @Nullable Object snapshot() {
        return null;
    }

    /**
     * Replaces the state between two messages.
     *
     * @return the new state
     * @throws UnsupportedOperationException if that is not possible, as by default
     */
    @Override
    protected @Nullable Object replaceState(UnaryOperator<@Nullable Object> change) {
        throw new UnsupportedOperationException(
                "the state of a " + module().getName() + " cannot be replaced");
    }

    /** The class whose code this is, for tools. */
    @Override
    protected Class<?> module() {
        return getClass();
    }

    /** {@return the process's own subject: the one of its name if it was started with one} */
    @SuppressWarnings("unchecked") // the behaviour decides what its own subject takes
    protected final <M> Subject<M> self() {
        return (Subject<M>) Objects.requireNonNull(ownSubject(), "not started");
    }

    /**
     * Receives with {@code next} from now on, instead of the own subject or an earlier selector.
     */
    protected final void select(Selector<P> next) {
        receiveWith(Arguments.notNull("next", next).filter());
    }

    /** Ends the process with {@code reason} when the handler has returned. */
    protected final void stop(ExitReason reason) {
        stopWith(Arguments.notNull("reason", reason));
    }

    /**
     * Hands a report on: to logs and listeners, which may be slow, on a thread that runs no
     * process, in the order of the reports of this runtime. Returns at once; a report too many is
     * dropped and {@linkplain ProcessRuntime#droppedReports counted}, and so is what the delivery
     * throws.
     */
    protected final void report(Runnable delivery) {
        Arguments.notNull("delivery", delivery);
        ((ReportingEngine) cell().runtime).report(delivery);
    }

    /** Whether exit signals become messages; see {@link Processes#trapExits}. */
    protected final void trapExits(boolean trap) {
        cell().trapExits = trap;
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
        return placing(Place.below(cell().path(), label), interruptOnKill, start);
    }

    /**
     * Runs a start function of a child whose path is made only when it is asked for.
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
        ProcessCell own = cell();
        if (child instanceof ProcessCell local) own.runtime.adopted(own, local);
    }

    private <T> T placing(Object place, boolean interruptOnKill, Callable<T> start)
            throws Exception {
        ProcessCell own = cell();
        own.placement(new Place.Given(place, interruptOnKill));
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
}
