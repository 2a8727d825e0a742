/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.lang.System.Logger.Level;

/**
 * The log line of a process that ends by an exception or an abnormal stop, with the throwable.
 * Written before anybody is told, so that it stands before what a supervisor says. State and
 * messages are not printed.
 */
final class CrashReport {
    private static final System.Logger LOG = System.getLogger("dev.otp4j.process.crash");

    private CrashReport() {}

    static void of(ProcessCell cell, ExitReason reason) {
        if (reason.isClean() || !cell.alive()) return;
        try {
            LOG.log(
                    Level.ERROR,
                    "process="
                            + cell
                            + " context=crash reason="
                            + reason
                            + " queued="
                            + cell.mailbox.depth(),
                    ExitReason.throwableOf(reason));
        } catch (RuntimeException | Error ignored) {
            // a failing log must not keep the process from ending
        }
    }
}
