/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the Erlang/OTP supervision tree. The structure of the tree is declared in code.
 *
 * @param supervision How the supervision tree starts and stops.
 * @param mailbox How many messages wait for an actor that is not running.
 * @param scheduling How actors get their threads.
 * @param metrics What is measured.
 * @param observation When a handler counts as stuck.
 * @param logging What log lines say about actors.
 * @param jfr Events of JDK Flight Recorder.
 */
@ConfigurationProperties("otp")
public record OtpProperties(
        @DefaultValue Supervision supervision,
        @DefaultValue Mailbox mailbox,
        @DefaultValue Scheduling scheduling,
        @DefaultValue Metrics metrics,
        @DefaultValue Observation observation,
        @DefaultValue Logging logging,
        @DefaultValue Jfr jfr) {

    private static void positive(String name, @Nullable Duration value) {
        if (value != null && !value.isPositive()) {
            throw new IllegalArgumentException("'" + name + "' must be positive: " + value);
        }
    }

    /**
     * How the supervision tree starts and stops.
     *
     * @param autoStartup Whether to start the supervision tree with the application context.
     * @param phase Lifecycle phase of the supervision tree. The tree starts after beans with a
     *     lower phase and stops before them.
     * @param startupTimeout Longest time that the start of the whole supervision tree may take.
     *     Zero means no limit.
     * @param initTimeout Longest time that the initialiser of one actor may take, at each start and
     *     restart. An actor's own 'initTimeout' takes precedence.
     * @param shutdownTimeout Longest time that the stop of the whole supervision tree may take.
     *     Actors that still run after that are killed. Keep it below
     *     'spring.lifecycle.timeout-per-shutdown-phase'.
     * @param onRootFailure How the application reacts when the root supervisor gives up.
     * @param keepAlive In which applications the running supervision tree keeps the JVM alive.
     * @param supervisors Restart tolerance of supervisors, by supervisor name. The name of the root
     *     supervisor is 'root'.
     */
    public record Supervision(
            @DefaultValue("true") boolean autoStartup,
            @DefaultValue("2147480575") int phase,
            @DefaultValue("30s") Duration startupTimeout,
            @DefaultValue("10s") Duration initTimeout,
            @DefaultValue("20s") Duration shutdownTimeout,
            @DefaultValue("break-liveness") OnRootFailure onRootFailure,
            @DefaultValue("auto") KeepAlive keepAlive,
            @DefaultValue Map<String, SupervisorTolerance> supervisors) {

        /** Throws if a timeout is negative, or if {@code initTimeout} is not positive. */
        public Supervision {
            notNegative("otp.supervision.startup-timeout", startupTimeout);
            notNegative("otp.supervision.shutdown-timeout", shutdownTimeout);
            positive("otp.supervision.init-timeout", initTimeout);
        }

        private static void notNegative(String name, Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException("'" + name + "' must not be negative: " + value);
            }
        }
    }

    /**
     * Restart tolerance of one supervisor. A value that is not set stays as declared in code.
     *
     * @param intensity Number of restarts within the period that the supervisor tolerates before it
     *     gives up.
     * @param period Period in which restarts count towards the intensity.
     */
    public record SupervisorTolerance(@Nullable Integer intensity, @Nullable Duration period) {}

    /**
     * How many messages wait for an actor that is not running.
     *
     * @param hold Number of messages that a subject keeps while its actor is not running. Further
     *     messages are dropped and counted as dead letters.
     */
    public record Mailbox(@DefaultValue("1000") int hold) {
        /** Throws if {@code hold} is below one. */
        public Mailbox {
            if (hold < 1) {
                throw new IllegalArgumentException("'otp.mailbox.hold' must be positive: " + hold);
            }
        }
    }

    /**
     * How actors get their threads.
     *
     * @param chaining Whether an actor that is idle when a handler sends it a message may run on
     *     that handler's thread after the handler has ended, instead of on a new thread.
     */
    public record Scheduling(@DefaultValue("true") boolean chaining) {}

    /**
     * What is measured.
     *
     * @param messageTiming Which messages have their handling time measured.
     * @param callTiming Whether to measure how long callers wait for replies.
     */
    public record Metrics(
            @DefaultValue("none") MessageTiming messageTiming,
            @DefaultValue("false") boolean callTiming) {}

    /**
     * When a handler counts as stuck.
     *
     * @param stuckAfter How long a handler may be busy with one message before it counts as stuck.
     *     Handlers are looked at once a second.
     * @param actors Settings of single actors, by actor name. The children of a factory have the
     *     name of the factory.
     */
    public record Observation(
            @DefaultValue("5s") Duration stuckAfter, @DefaultValue Map<String, Observed> actors) {
        /** Throws if a limit is not positive. */
        public Observation {
            positive("otp.observation.stuck-after", stuckAfter);
            actors.forEach(
                    (name, observed) ->
                            positive(
                                    "otp.observation.actors." + name + ".stuck-after",
                                    observed.stuckAfter()));
        }
    }

    /**
     * When a handler of one actor counts as stuck. A value that is not set is that of all actors.
     *
     * @param stuckAfter How long a handler of this actor may be busy with one message before it
     *     counts as stuck.
     */
    public record Observed(@Nullable Duration stuckAfter) {}

    /**
     * What log lines say about actors.
     *
     * @param mdc Which log lines have the path of their actor as the MDC entry 'otp.path'.
     */
    public record Logging(@DefaultValue("library") Mdc mdc) {}

    /** Which log lines have the path of their actor. */
    public enum Mdc {
        /**
         * Lines of initialisers and handlers, and lines of the library about an actor. Puts the
         * entry into the MDC each time that a thread goes on to another actor.
         */
        ALL,
        /** Only lines of the library about an actor. */
        LIBRARY,
        /** No line. */
        NONE
    }

    /**
     * Events of JDK Flight Recorder.
     *
     * @param enabled Whether crashes, restarts, failed calls, dropped messages and stuck handlers
     *     are events of a recording.
     * @param slowHandlers Whether handlers that take longer than the threshold of the event
     *     'dev.otp4j.HandlerSlow' are events, too. Has the handling time of every message measured.
     */
    public record Jfr(
            @DefaultValue("true") boolean enabled, @DefaultValue("false") boolean slowHandlers) {}

    /** Which messages have their handling time measured. */
    public enum MessageTiming {
        /** No message. */
        NONE(0),
        /**
         * One message in 61 of each actor. 61 is a prime, so that samples do not fall into step
         * with a repeated exchange.
         */
        SAMPLED(61),
        /** Every message. */
        ALL(1);

        /** One message in this many is measured; 0 if none is. */
        final int oneIn;

        MessageTiming(int oneIn) {
            this.oneIn = oneIn;
        }
    }

    /** How the application reacts when the root supervisor gives up. */
    public enum OnRootFailure {
        /** Sets the application's liveness to broken, so that its platform can restart it. */
        BREAK_LIVENESS,
        /** Sets the application's readiness to refusing traffic. Liveness stays correct. */
        REFUSE_TRAFFIC,
        /**
         * Does not change liveness or readiness. The log and the health indicator report the
         * failure, and sends fail.
         */
        IGNORE
    }

    /** In which applications the running supervision tree keeps the JVM alive. */
    public enum KeepAlive {
        /** In every application that is not a web application. */
        AUTO,
        /** In every application. */
        ALWAYS,
        /** In no application. */
        NEVER
    }
}
