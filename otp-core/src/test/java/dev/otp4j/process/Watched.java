/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/** What tests see of a process that its {@link ProcessInfo} does not show. */
public final class Watched {
    private Watched() {}

    /** How many monitors and waiting calls are told when the process ends. */
    public static int by(Pid pid) {
        return ((ProcessCell) pid).watcherCount();
    }
}
