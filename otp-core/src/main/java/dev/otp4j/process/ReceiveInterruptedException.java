/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * The thread of a live process was interrupted while it waited in a receive or a sleep; its
 * interrupt status is set again. Nothing was consumed.
 *
 * @since 0.1.0
 */
public final class ReceiveInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReceiveInterruptedException(String process) {
        super(process + " was interrupted while it waited");
    }
}
