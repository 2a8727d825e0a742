/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.process.StartError;
import dev.otp4j.supervisor.ChildStartFailure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A supervision tree could not be started. Says which child, under which supervisor, and why; the
 * cause is what the child's initialiser threw. Whatever was started before it was stopped again.
 *
 * @since 0.1.0
 */
public final class OtpStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable ChildStartFailure failure;
    private final transient StartError error;

    OtpStartException(String message, StartError error, @Nullable ChildStartFailure failure) {
        super(message, failure == null ? null : failure.cause().orElse(null));
        this.error = error;
        this.failure = failure;
    }

    /** {@return the child that failed} Empty if it was none: the whole tree took too long. */
    public Optional<ChildStartFailure> failure() {
        return Optional.ofNullable(failure);
    }

    /** {@return why, as the root supervisor's starter saw it} */
    public StartError error() {
        return error;
    }
}
