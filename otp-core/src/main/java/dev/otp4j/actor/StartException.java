/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.StartError;

/**
 * A process could not be started. Its cause is what the initialiser threw, if it did.
 *
 * @since 0.1.0
 */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient StartError error;

    /** An exception for that error. */
    public StartException(StartError error) {
        this(error, error.toString());
    }

    /** An exception for that error; its message says first what could not be started. */
    public StartException(String what, StartError error) {
        this(error, what + ": " + error);
    }

    private StartException(StartError error, String message) {
        super(message);
        this.error = error;
        if (error instanceof StartError.InitExited(ExitReason reason)) {
            ExitReason.throwableOf(reason).ifPresent(this::initCause);
        }
    }

    /**
     * {@return the exception that a start function throws to decline: there is nothing to start}
     */
    public static StartException ignored() {
        return new StartException(new StartError.Ignored());
    }

    /** {@return why the process could not be started} */
    public StartError error() {
        return error;
    }
}
