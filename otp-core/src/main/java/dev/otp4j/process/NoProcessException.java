/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * A link to a process that has ended.
 *
 * <p>Counterpart: the error {@code noproc} of {@code link/1}.
 *
 * @since 0.1.0
 */
public final class NoProcessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Pid pid;

    NoProcessException(String message, Pid pid) {
        super(message);
        this.pid = pid;
    }

    /** {@return the process that has ended} */
    public Pid pid() {
        return pid;
    }
}
