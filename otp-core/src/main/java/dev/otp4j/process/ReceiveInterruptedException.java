/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * Thrown if the thread of a live process is interrupted while it waits in a receive or a sleep. The
 * interrupt status of the thread is set again; no message was consumed.
 *
 * @since 0.1.0
 */
public final class ReceiveInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReceiveInterruptedException(String process) {
        super(process + " was interrupted while it waited");
    }
}
