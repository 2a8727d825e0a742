/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.user.UserCode;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by engine calls inside a process that has ended or ends itself: it unwinds the process's
 * code.
 *
 * <p>It is an {@link Error}, so that {@code catch (Exception)} lets it pass. Code that catches it
 * does not bring the process back: the end was decided before, and the next engine call throws
 * again. It has no stack trace.
 *
 * <p>Counterpart: {@code exit/1}.
 *
 * @since 0.1.0
 */
public final class ProcessExit extends Error {
    private static final long serialVersionUID = 1L;

    private final transient ExitReason reason;

    private final transient Pid process;

    ProcessExit(Pid process, ExitReason reason) {
        super("process ended: " + reason, null, false, false);
        this.process = process;
        this.reason = reason;
    }

    /**
     * The exit reason that an uncaught throwable stands for.
     *
     * @param process the process whose code threw it, or null for any; an exit of another process
     *     that came out of its code is a failure like any other
     */
    static ExitReason reasonOf(Throwable thrown, @Nullable Pid process) {
        var seen = new IdentityHashMap<Throwable, Boolean>();
        Throwable t = thrown;
        while (t != null && seen.put(t, true) == null) {
            if (t instanceof ProcessExit exit && (process == null || exit.process() == process)) {
                return exit.reason();
            }
            t = UserCode.cause(t);
        }
        return ExitReason.abnormal(thrown);
    }

    /** {@return the process that ended} */
    public Pid process() {
        return process;
    }

    /** {@return why the process ended} */
    public ExitReason reason() {
        return reason;
    }
}
