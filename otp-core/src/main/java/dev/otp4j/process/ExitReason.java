/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.user.UserCode;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a process ended, or is asked to end.
 *
 * {@snippet :
 * switch (down.reason()) {
 *     case ExitReason.Normal n -> done();
 *     case ExitReason.Abnormal(var cause) -> alarm(cause);
 *     default -> {}
 * }
 * }
 *
 * <p>Two questions look alike and are not: {@link #isHarmless()} is what a <em>link</em> asks (only
 * {@code normal} leaves a linked process alone), {@link #isClean()} is what a supervisor asks for a
 * <em>transient</em> child ({@code normal} and {@code shutdown} with or without detail).
 *
 * <p>Counterpart: exit reasons, any Erlang term by convention {@code normal}, {@code shutdown},
 * {@code {shutdown, Term}}, {@code kill}, {@code killed}, {@code noproc}, {@code noconnection} or
 * an error.
 *
 * @since 0.1.0
 */
public sealed interface ExitReason {
    // No default methods: they would make the variants initialise this interface, and two threads
    // that meet
    // a variant and the interface first would wait for each other.

    /** The process finished what it had to do. */
    ExitReason NORMAL = new Normal();

    /** The process was stopped in an orderly way. */
    ExitReason SHUTDOWN = new Shutdown(null);

    /**
     * As a signal: end at once, cannot be trapped. A process that dies of it has the reason {@link
     * #KILLED}.
     */
    ExitReason KILL = new Kill();

    /** The process was killed. */
    ExitReason KILLED = new Killed();

    /** There was no such process. */
    ExitReason NO_PROCESS = new NoProcess();

    /** The process finished what it had to do. */
    record Normal() implements ExitReason {
        @Override
        public boolean isHarmless() {
            return true;
        }

        @Override
        public boolean isClean() {
            return true;
        }

        @Override
        public String toString() {
            return "normal";
        }
    }

    /**
     * The process was stopped in an orderly way.
     *
     * @param detail why, or null
     */
    record Shutdown(@Nullable Object detail) implements ExitReason {
        @Override
        public boolean isHarmless() {
            return false;
        }

        @Override
        public boolean isClean() {
            return true;
        }

        @Override
        public String toString() {
            return detail == null ? "shutdown" : "shutdown(" + UserCode.text(detail) + ")";
        }
    }

    /**
     * End at once; cannot be trapped. Only used as a signal: a process that dies of it has the
     * reason {@link Killed}.
     */
    record Kill() implements ExitReason {
        @Override
        public boolean isHarmless() {
            return false;
        }

        @Override
        public boolean isClean() {
            return false;
        }

        @Override
        public String toString() {
            return "kill";
        }
    }

    /** The process was killed. */
    record Killed() implements ExitReason {
        @Override
        public boolean isHarmless() {
            return false;
        }

        @Override
        public boolean isClean() {
            return false;
        }

        @Override
        public String toString() {
            return "killed";
        }
    }

    /** There was no such process. */
    record NoProcess() implements ExitReason {
        @Override
        public boolean isHarmless() {
            return false;
        }

        @Override
        public boolean isClean() {
            return false;
        }

        @Override
        public String toString() {
            return "no process";
        }
    }

    /**
     * The connection to the process's node was lost. Will be the reason of exit messages and downs
     * of processes on another node of a cluster, which may still run there. Never occurs yet: there
     * are no clusters yet.
     *
     * @param node the node that cannot be reached any more
     */
    record NodeDown(NodeId node) implements ExitReason {
        @Override
        public boolean isHarmless() {
            return false;
        }

        @Override
        public boolean isClean() {
            return false;
        }

        @Override
        public String toString() {
            return "node down(" + node + ")";
        }
    }

    /**
     * Anything else: a failure.
     *
     * @param cause what was thrown, or any other value that says what went wrong
     */
    record Abnormal(Object cause) implements ExitReason {
        /** Refuses null. */
        public Abnormal {
            Objects.requireNonNull(cause, "'cause' must not be null");
        }

        @Override
        public boolean isHarmless() {
            return false;
        }

        @Override
        public boolean isClean() {
            return false;
        }

        @Override
        public String toString() {
            String text =
                    cause instanceof Throwable t
                            ? t.getClass().getSimpleName()
                            : UserCode.text(cause);
            return "abnormal(" + text + ")";
        }
    }

    /** {@return {@code shutdown} with a detail} Counterpart: {@code {shutdown, Term}}. */
    static ExitReason shutdown(Object detail) {
        return new Shutdown(Objects.requireNonNull(detail, "'detail' must not be null"));
    }

    /** {@return a failure with that cause} */
    static ExitReason abnormal(Object cause) {
        return new Abnormal(cause);
    }

    /**
     * {@return the exit reason for an uncaught throwable} An exit that was wrapped on its way (by
     * an {@code ExecutionException}, say) keeps its reason; everything else is abnormal with the
     * throwable.
     */
    static ExitReason of(Throwable thrown) {
        return ProcessExit.reasonOf(thrown, null);
    }

    /** {@return whether a linked process survives a partner that ended so: only {@code normal}} */
    boolean isHarmless();

    /**
     * {@return whether a transient child that ended so stays down: {@code normal} or {@code
     * shutdown}}
     */
    boolean isClean();

    /** {@return the throwable behind an abnormal reason} Empty if it is another value. */
    static Optional<Throwable> throwableOf(ExitReason reason) {
        return reason instanceof Abnormal(Throwable t) ? Optional.of(t) : Optional.empty();
    }
}
