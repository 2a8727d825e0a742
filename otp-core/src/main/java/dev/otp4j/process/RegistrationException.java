/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process could not be registered under a name or a key. The message says which one, and what
 * keeps it from being registered.
 *
 * @since 0.1.0
 */
public final class RegistrationException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Pid holder;

    RegistrationException(String message, @Nullable Pid holder) {
        super(message);
        this.holder = holder;
    }

    /**
     * {@return the process that has the name or the key} Empty if it is not taken by another
     * process.
     */
    public Optional<Pid> holder() {
        return Optional.ofNullable(holder);
    }
}
