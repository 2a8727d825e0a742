/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor reports about a child.
 *
 * <p>Components may be added in any release: do not call the constructor, and do not match with a
 * record pattern. Tests make one with {@link #builder}.
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
 * @param significant whether its end may stop the supervisor
 * @param children how many children it is about: more than one only if a factory stopped several
 *     and they ended for another reason, all of the same kind; the report shows the oldest
 * @param took of {@code STARTED} and {@code RESTARTED} the time from the call of the start function
 *     until the child was initialised, else null
 * @param restarts how often the child had been started again when the report was made
 * @param at when the report was made, by the wall clock
 * @param delay of {@code CHILD_TERMINATED} and {@code START_ERROR} how long the {@link Backoff} of
 *     the child has its supervisor wait before the restart; null if there is no such wait
 * @param attempt how many-th restart in a row comes after {@code delay}; 0 if that is null
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
        int children,
        @Nullable Duration took,
        int restarts,
        Instant at,
        @Nullable Duration delay,
        int attempt) {

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

    /**
     * {@return a builder of a report, for tests of a {@link SupervisorListener}}
     *
     * @param child id of the child; also what it is an instance of, unless said otherwise
     */
    public static Builder builder(Pid supervisor, Context context, String child) {
        return new Builder(supervisor, context, child);
    }

    /**
     * Builds a {@link SupervisorReport}: of one permanent worker of the root that ended {@code
     * normal}, without a process, unless set. Mutable: each method changes the builder and returns
     * it. Not thread-safe.
     */
    public static final class Builder {
        private final Pid supervisor;
        private final Context context;
        private final String child;
        private String supervisorPath = "/";
        private ExitReason reason = ExitReason.NORMAL;
        private String definition;
        private @Nullable Pid pid;
        private Restart restart = Restart.PERMANENT;
        private String decision = "";
        private String supervisorDefinition = "root";
        private ChildType type = ChildType.WORKER;
        private Shutdown shutdown = new Shutdown.After(ChildSpecification.DEFAULT_SHUTDOWN);
        private boolean significant;
        private int children = 1;
        private @Nullable Duration took;
        private int restarts;
        private @Nullable Duration delay;
        private int attempt;

        private Builder(Pid supervisor, Context context, String child) {
            this.supervisor = Objects.requireNonNull(supervisor, "'supervisor' must not be null");
            this.context = Objects.requireNonNull(context, "'context' must not be null");
            this.child = Objects.requireNonNull(child, "'child' must not be null");
            this.definition = child;
        }

        /** The supervisor's path; {@code /} by default. */
        public Builder supervisorPath(String path) {
            supervisorPath = path;
            return this;
        }

        /** Why; {@code normal} by default. */
        public Builder reason(ExitReason why) {
            reason = why;
            return this;
        }

        /** What the child is an instance of; its id by default. */
        public Builder definition(String name) {
            definition = name;
            return this;
        }

        /** What the supervisor is an instance of; {@code root} by default. */
        public Builder supervisorDefinition(String name) {
            supervisorDefinition = name;
            return this;
        }

        /** The child's process; none by default. */
        public Builder pid(@Nullable Pid process) {
            pid = process;
            return this;
        }

        /** When the child is started again; {@link Restart#PERMANENT} by default. */
        public Builder restart(Restart when) {
            restart = when;
            return this;
        }

        /** What the supervisor does about it; nothing is said by default. */
        public Builder decision(String text) {
            decision = text;
            return this;
        }

        /** Whether the child works or supervises; {@link ChildType#WORKER} by default. */
        public Builder type(ChildType works) {
            type = works;
            return this;
        }

        /** How the child is stopped; within 5 s by default. */
        public Builder shutdown(Shutdown how) {
            shutdown = how;
            return this;
        }

        /** Whether the child's end may stop the supervisor; false by default. */
        public Builder significant(boolean counts) {
            significant = counts;
            return this;
        }

        /** How many children it is about; 1 by default. */
        public Builder children(int count) {
            children = count;
            return this;
        }

        /** How long the start took; unknown by default. */
        public Builder took(@Nullable Duration time) {
            took = time;
            return this;
        }

        /** How often the child had been started again; 0 by default. */
        public Builder restarts(int count) {
            restarts = count;
            return this;
        }

        /** How long the supervisor waits before which restart in a row; it does not by default. */
        public Builder delay(@Nullable Duration time, int numberInARow) {
            delay = time;
            attempt = numberInARow;
            return this;
        }

        /** {@return the report} */
        public SupervisorReport build() {
            return new SupervisorReport(
                    supervisor,
                    supervisorPath,
                    context,
                    reason,
                    child,
                    definition,
                    pid,
                    restart,
                    decision,
                    supervisorDefinition,
                    type,
                    shutdown,
                    significant,
                    children,
                    took,
                    restarts,
                    Instant.now(),
                    delay,
                    attempt);
        }
    }

    /** {@return whether the child is one of many that a factory has made} */
    public boolean isChildOfFactory() {
        return !definition.equals(child);
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
