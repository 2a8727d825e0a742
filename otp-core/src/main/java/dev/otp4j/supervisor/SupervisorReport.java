/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor has to say of a child.
 *
 * <p>Counterpart: a supervisor report and a progress report.
 *
 * @param supervisor the supervisor
 * @param supervisorPath its path
 * @param context what happened
 * @param reason why: of {@code RESTARTED} why the child had ended before, of {@code STARTED} always
 *     {@code normal}
 * @param child id of the child; for a child of a factory its number
 * @param definition what the child is an instance of: its id, or what its factory is an instance of
 * @param pid the process, or null if there is none
 * @param restart when the child is started again
 * @param decision what the supervisor does about it
 * @param supervisorDefinition what the supervisor is an instance of: its id, or, if a factory made
 *     it, what that one is an instance of
 * @param type whether the child works or supervises
 * @param shutdown how the child is stopped
 * @param significant whether its end may be the supervisor's
 * @param children how many children it is about: more than one only if a factory has stopped many
 *     that ended otherwise than asked, all for the same kind of reason; the report shows the oldest
 * @since 0.1.0
 */
public record SupervisorReport(
        Pid supervisor,
        String supervisorPath,
        Context context,
        ExitReason reason,
        String child,
        String definition,
        @Nullable Pid pid,
        Restart restart,
        String decision,
        String supervisorDefinition,
        ChildType type,
        Shutdown shutdown,
        boolean significant,
        int children) {

    /** What happened. */
    public enum Context {
        /** A child could not be started. */
        START_ERROR,
        /** A child ended by itself. */
        CHILD_TERMINATED,
        /** A child, or several of a factory, did not stop in time and was killed. */
        SHUTDOWN_ERROR,
        /** The supervisor gives up: one restart too many. */
        SHUTDOWN,
        /** A child was started. */
        STARTED,
        /** A child was started again. */
        RESTARTED
    }

    @Override
    public String toString() {
        return "supervisor="
                + supervisor
                + " context="
                + context.name().toLowerCase(java.util.Locale.ROOT)
                + (context == Context.STARTED ? "" : " reason=" + reason)
                + " offender="
                + child
                + " pid="
                + pid
                + (children > 1 ? " children=" + children : "")
                + " restart="
                + restart
                + " type="
                + type
                + " shutdown="
                + shutdown
                + " significant="
                + significant
                + " decision=\""
                + decision
                + "\"";
    }
}
