/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.internal.path.Path;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.StartError;
import java.util.Optional;

/**
 * Why a supervisor could not start: the detail of its exit reason {@code shutdown}.
 *
 * <p>Counterpart: {@code {failed_to_start_child, Id, Reason}}.
 *
 * @param supervisor path of the supervisor
 * @param id the child that could not be started
 * @param error why
 * @since 0.1.0
 */
public record ChildStartFailure(String supervisor, String id, StartError error) {

    /**
     * {@return the failure deepest in the tree: if the child is a supervisor, that of its own
     * child}
     */
    public ChildStartFailure innermost() {
        return inner().map(ChildStartFailure::innermost).orElse(this);
    }

    /** {@return the failure of the child's own child} Empty if the child failed by itself. */
    public Optional<ChildStartFailure> inner() {
        return error instanceof StartError.InitExited(ExitReason.Shutdown(ChildStartFailure inner))
                ? Optional.of(inner)
                : Optional.empty();
    }

    /** {@return path of the child} */
    public String path() {
        return Path.join(supervisor, id);
    }

    /** {@return what the child's initialiser threw} Empty if it failed in another way. */
    public Optional<Throwable> cause() {
        return error instanceof StartError.InitExited(ExitReason reason)
                ? ExitReason.throwableOf(reason)
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "child '"
                + id
                + "' of supervisor '"
                + supervisor
                + "' could not be started: "
                + error;
    }
}
