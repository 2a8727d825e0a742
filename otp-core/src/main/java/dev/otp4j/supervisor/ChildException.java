/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/**
 * A running supervisor refused a request about one of its children: nothing was changed. The
 * subtype says why, the message names the supervisor and the child and says what to do.
 *
 * {@snippet :
 * try {
 *     tree.deleteChild("stock");
 * } catch (ChildException.Running e) {
 *     tree.terminateChild("stock");
 *     tree.deleteChild("stock");
 * }
 * }
 *
 * <p>A child that fails to start is not such a refusal: for that there is {@link
 * dev.otp4j.actor.StartException}. The {@code try} form of each request returns these outcomes as
 * values.
 *
 * <p>Counterpart: the error values of {@code supervisor:start_child/2}, {@code terminate_child/2},
 * {@code restart_child/2} and {@code delete_child/2}.
 *
 * @since 0.1.0
 */
public abstract sealed class ChildException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String child;

    private ChildException(String child, String message) {
        super(message);
        this.child = child;
    }

    /** {@return the id of the child, or its pid for a child of a factory} */
    public String child() {
        return child;
    }

    /** The supervisor has no such child. */
    public static final class NotFound extends ChildException {
        private static final long serialVersionUID = 1L;

        /** An exception for that child, with that message. */
        public NotFound(String child, String message) {
            super(child, message);
        }
    }

    /** The child runs, and the request is for one that does not. */
    public static final class Running extends ChildException {
        private static final long serialVersionUID = 1L;

        /** An exception for that child, with that message. */
        public Running(String child, String message) {
            super(child, message);
        }
    }

    /** The supervisor is restarting the child by itself. */
    public static final class Restarting extends ChildException {
        private static final long serialVersionUID = 1L;

        /** An exception for that child, with that message. */
        public Restarting(String child, String message) {
            super(child, message);
        }
    }

    /**
     * The id of a new child belongs to a child without a process: it is stopped, or is being
     * restarted.
     */
    public static final class AlreadyPresent extends ChildException {
        private static final long serialVersionUID = 1L;

        /** An exception for that child, with that message. */
        public AlreadyPresent(String child, String message) {
            super(child, message);
        }
    }
}
