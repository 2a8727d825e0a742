/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;

/**
 * A call that got no reply. The subtype says why, the message says what the callee was doing.
 *
 * {@snippet :
 * try {
 *     return stock.call(Duration.ofSeconds(1), Stock.Get::new);
 * } catch (CallException.TimedOut e) {
 *     return cached();
 * }
 * }
 *
 * <p>The constructors are for tests with a subject of their own that throws these exceptions.
 *
 * <p>Counterpart: the exit of {@code gen_server:call/3}.
 *
 * @since 0.1.0
 */
public abstract sealed class CallException extends SubjectException {
    private static final long serialVersionUID = 1L;

    CallException(String message) {
        super(message);
    }

    /**
     * No reply within the time limit. The callee is not harmed and still handles the request.
     *
     * <p>The message says what it was doing: starting, idle, handling which type of message and for
     * how long at least, waiting for a reply of which process (a circle is named as such), and how
     * many messages are queued before the request; or that the name has no process now. Everything
     * is looked up when the time is over and may be a moment old.
     */
    public static final class TimedOut extends CallException {
        private static final long serialVersionUID = 1L;

        /**
         * No reply of a callee within a time.
         *
         * @param callee what was called
         * @param timeout the time it had
         * @param doing what it was doing instead
         */
        public TimedOut(String callee, Duration timeout, String doing) {
            super("%s did not reply within %s: %s".formatted(callee, timeout, doing));
        }

        /**
         * A call with a deadline that had passed before the request was sent.
         *
         * @param callee what was to be called
         * @param passedFor how long ago the deadline passed
         */
        public TimedOut(String callee, Duration passedFor) {
            super(
                    "%s was not called: the deadline that the call inherits had passed %s before the request was sent"
                            .formatted(callee, passedFor));
        }
    }

    /** The callee was dead already ({@link ExitReason#NO_PROCESS}), or ended before it replied. */
    public static final class CalleeDown extends CallException {
        private static final long serialVersionUID = 1L;
        private final transient ExitReason reason;

        /**
         * The end of a callee.
         *
         * @param callee what was called
         * @param reason why it ended; its throwable becomes the cause
         */
        public CalleeDown(String callee, ExitReason reason) {
            super("%s ended before it replied: %s".formatted(callee, reason));
            this.reason = reason;
            ExitReason.throwableOf(reason).ifPresent(this::initCause);
        }

        /** {@return why the callee ended} */
        public ExitReason reason() {
            return reason;
        }
    }

    /** The named subject has no process, and its name does not hold calls. */
    public static final class NotRegistered extends CallException {
        private static final long serialVersionUID = 1L;

        /**
         * A call of a name that has no process.
         *
         * @param message says which name
         */
        public NotRegistered(String message) {
            super(message);
        }
    }

    /**
     * The named subject has no process now: its supervisor starts it again later, and calls do not
     * wait for that. The request was not sent, or was handed back. Happens only if the child has a
     * {@code Backoff} that says so.
     */
    public static final class Restarting extends CallException {
        private static final long serialVersionUID = 1L;
        private final Duration dueIn;
        private final int attempt;

        /**
         * A call of a name whose process is started again later.
         *
         * @param callee what was called
         * @param dueIn how long it takes until it is started again, at the most
         * @param attempt how many-th restart in a row that is
         */
        public Restarting(String callee, Duration dueIn, int attempt) {
            super(
                    "%s has no process now: it is restarted in %s, attempt %d"
                            .formatted(callee, dueIn, attempt));
            this.dueIn = dueIn;
            this.attempt = attempt;
        }

        /**
         * {@return how long it takes until the process is started again, at the most, counted from
         * the failure of the call}
         */
        public Duration dueIn() {
            return dueIn;
        }

        /** {@return how many-th restart in a row it will be, from 1} */
        public int attempt() {
            return attempt;
        }
    }

    /** A process called itself: it could never have replied. */
    public static final class CallingSelf extends CallException {
        private static final long serialVersionUID = 1L;

        /**
         * A call of a process to itself.
         *
         * @param self the process
         */
        public CallingSelf(String self) {
            super("%s called itself; it cannot reply while it waits".formatted(self));
        }
    }

    /**
     * The call closed a circle of processes that wait for each other, and was failed early.
     *
     * <p>Thrown only in a process that was started with {@link ProcessOptions#failCircularCalls},
     * and only if all other processes of the circle were as well. Without that the calls of a
     * circle time out, as in OTP; the circle is named in the message of {@link TimedOut}, and
     * {@link ProcessInfo#awaits} shows it while it lasts.
     *
     * <p>It is a heuristic. The circle has stood for a second at least, and no process of it has
     * sent, started or answered anything since it took its message, apart from the request for
     * whose reply it waits; so the engine knows that none of them has passed its subject to reply
     * to on to another process. If A asks B, B forwards that to C and C calls A, this is not
     * thrown. What the engine does not see may still make it wrong: code that has given the subject
     * to another thread through memory, such as an executor or a future; and a shorter time limit,
     * which would have opened the circle a moment later. The call whose request is not handled yet
     * fails. The runtime's sentry looks once a second by the wall clock; under {@link Simulation}
     * and {@link VirtualClock} it does not.
     */
    public static final class CallCycle extends CallException {
        private static final long serialVersionUID = 1L;

        /**
         * A call that closed a circle.
         *
         * @param message says which processes wait for each other
         */
        public CallCycle(String message) {
            super(message);
        }
    }

    /** The request was not taken: the mailbox, or what a vacant name holds, is full. */
    public static final class Rejected extends CallException {
        private static final long serialVersionUID = 1L;

        /**
         * A request that was not taken.
         *
         * @param message says what is full
         */
        public Rejected(String message) {
            super(message);
        }
    }

    /**
     * The runtime whose clock limits the call was closed before there was a reply. Happens to
     * {@link Subject#callAsync} only: nothing else could complete its future.
     */
    public static final class RuntimeClosed extends CallException {
        private static final long serialVersionUID = 1L;

        /**
         * A call that a runtime ended.
         *
         * @param callee what was called
         * @param runtime what was closed
         */
        public RuntimeClosed(String callee, String runtime) {
            super("%s was closed before %s replied".formatted(runtime, callee));
        }
    }

    /**
     * The connection to the callee's node was lost while the caller waited: the callee may or may
     * not have handled the request. Will occur in calls to a process on another node of a cluster.
     * Never thrown yet: there are no clusters yet.
     */
    public static final class NodeDown extends CallException {
        private static final long serialVersionUID = 1L;

        /**
         * A lost connection.
         *
         * @param message says which node
         */
        public NodeDown(String message) {
            super(message);
        }
    }

    /**
     * The callee's node could not be reached: the request was not sent. Will occur in calls to a
     * process on another node of a cluster. Never thrown yet: there are no clusters yet.
     */
    public static final class Unreachable extends CallException {
        private static final long serialVersionUID = 1L;

        /**
         * A callee that cannot be reached.
         *
         * @param message says which node
         */
        public Unreachable(String message) {
            super(message);
        }
    }

    /**
     * The request cannot be serialized: it was not sent. Will occur in calls to a process on
     * another node of a cluster. Never thrown yet: there are no clusters yet.
     */
    public static final class NotSerializable extends CallException {
        private static final long serialVersionUID = 1L;

        /**
         * A request that cannot be sent.
         *
         * @param message says of which type it is
         */
        public NotSerializable(String message) {
            super(message);
        }
    }

    /** The calling thread was interrupted while it waited; its interrupt status is set again. */
    public static final class Interrupted extends CallException {
        private static final long serialVersionUID = 1L;

        /**
         * An interrupt of the caller.
         *
         * @param callee what was called
         */
        public Interrupted(String callee) {
            super("interrupted while waiting for a reply of " + callee);
        }
    }
}
