/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a system request can do to the process that serves it. It is valid for that one request, in
 * that process.
 *
 * {@snippet :
 * int queued = SystemControl.ask(pid, Duration.ofSeconds(1), control -> control.queued());
 * }
 *
 * <p>For tools that look into processes, not for everyday use: {@code dev.otp4j.sys.Sys} has what
 * applications and operators need.
 *
 * <p>Counterpart: the callbacks of {@code sys}.
 *
 * @since 0.1.0
 */
public final class SystemControl {
    private final ProcessCell cell;
    private final BehaviorState<?> behavior;

    SystemControl(ProcessCell cell, BehaviorState<?> behavior) {
        this.cell = cell;
        this.behavior = behavior;
    }

    /** Is told of the ordinary messages of a process before they are handled. Must not throw. */
    @FunctionalInterface
    public interface Observer extends Consumer<Object> {
        /** A message, a down or a trapped exit is about to be handled. */
        void receiving(Object message);

        /** {@link #receiving}. */
        @Override
        default void accept(Object message) {
            receiving(message);
        }
    }

    /**
     * Has a request served by a process between two of its messages, even while it is suspended.
     * The request stands in the mailbox like a message, so it sees the effect of what the caller
     * sent before; no selector sees it. What it throws harms the caller only.
     *
     * @param timeout longest time to wait; the request is served even if the caller has stopped
     *     waiting
     * @return what the request returned
     * @throws CallException.TimedOut if the process did not come to it in time
     * @throws CallException.CalleeDown if the process was dead, with {@link ExitReason#NO_PROCESS},
     *     or ended first, with its reason
     * @throws CallException.CallingSelf if a process asks itself
     * @throws IllegalArgumentException if the process is no actor or other {@link Behavior}, or not
     *     of this node, or {@code timeout} is negative
     * @throws IllegalStateException if the request failed in the process; with its cause
     * @throws ProcessExit if the calling process has ended
     */
    public static <R> R ask(
            Pid pid, Duration timeout, Function<? super SystemControl, ? extends R> request) {
        return SystemCall.ask(
                Arguments.notNull("pid", pid), timeout, Arguments.notNull("request", request));
    }

    private BehaviorState<?> behavior() {
        if (Current.process() != cell) {
            throw new IllegalStateException("not in a system request of " + cell);
        }
        return behavior;
    }

    /** {@return the process} */
    public Pid pid() {
        return cell;
    }

    /** {@return the process that started it} Empty if that is not known. */
    public Optional<Pid> parent() {
        return Optional.ofNullable(cell.parent);
    }

    /** {@return the class whose code the process runs} */
    public Class<?> module() {
        return behavior().module();
    }

    /** {@return how many messages are queued} */
    public int queued() {
        return cell.depth();
    }

    /** {@return whether only system requests are served now} */
    public boolean isSuspended() {
        return behavior().isSuspended();
    }

    /** Leaves messages queued from now on, or handles them again. */
    public void suspend(boolean on) {
        BehaviorState<?> own = behavior();
        boolean changes = own.isSuspended() != on;
        own.suspend(on);
        if (changes) ((ReportingEngine) cell.runtime).tellSuspended(cell, on);
    }

    /** {@return the state, as far as it may leave the process; null if it has none} */
    public @Nullable Object state() {
        return behavior().snapshot();
    }

    /**
     * Replaces the state.
     *
     * @return the new state
     * @throws UnsupportedOperationException if the process's state cannot be replaced
     */
    public @Nullable Object replaceState(UnaryOperator<@Nullable Object> change) {
        return behavior().replaceState(change);
    }

    /** Ends the process with that reason after this request, in an orderly way. */
    public void stop(ExitReason reason) {
        behavior().stopWith(Arguments.notNull("reason", reason));
    }

    /** {@return the observer that is told of messages} */
    public Optional<Observer> observer() {
        return Optional.ofNullable((Observer) behavior().observer());
    }

    /** Sets the observer that is told of messages from now on; null for none. */
    public void observe(@Nullable Observer observer) {
        behavior().observe(observer);
    }
}
