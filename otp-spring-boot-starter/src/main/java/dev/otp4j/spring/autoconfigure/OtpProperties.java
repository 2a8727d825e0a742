/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.observation.Sends;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the Erlang/OTP supervision tree. The structure of the tree is declared in code.
 *
 * @param supervision How the supervision tree starts and stops.
 * @param mailbox How many messages wait for an actor that is not running.
 * @param call How calls wait for replies.
 * @param scheduling How actors get their threads.
 * @param concurrency Concurrency limits by name, for the setting 'concurrency' of actors, factories
 *     and supervisors.
 * @param metrics What is measured.
 * @param observation What is observed of messages, and when a handler counts as stuck.
 * @param context What messages carry from their senders to the handlers that get them.
 * @param logging What log lines say about actors.
 * @param jfr Events of JDK Flight Recorder.
 */
@ConfigurationProperties("otp")
public record OtpProperties(
        @DefaultValue Supervision supervision,
        @DefaultValue Mailbox mailbox,
        @DefaultValue Call call,
        @DefaultValue Scheduling scheduling,
        @DefaultValue Map<String, Concurrency> concurrency,
        @DefaultValue Metrics metrics,
        @DefaultValue Observation observation,
        @DefaultValue Context context,
        @DefaultValue Logging logging,
        @DefaultValue Jfr jfr) {

    /** Throws if a concurrency limit has no number of permits, or a name that cannot be used. */
    public OtpProperties {
        concurrency.forEach((name, set) -> set.number(name));
    }

    static void positive(String name, @Nullable Duration value) {
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
     * @param onStartupFailure How the application reacts when a part of the tree cannot be started.
     * @param onRootFailure How the application reacts when the root supervisor gives up.
     * @param exitCode Exit code of the JVM if the reaction to a failure of the root supervisor is
     *     'exit'.
     * @param events Whether starts, crashes, restarts and stops are events of the application
     *     context.
     * @param keepAlive In which applications the running supervision tree keeps the JVM alive.
     * @param failOnUnknownNames Whether the start fails if a property names an actor, a factory or
     *     a supervisor that the tree does not have.
     * @param actors Settings of single actors, by actor name. A value that is set overrides the
     *     annotation.
     * @param factories Settings of single factories and their children, by factory name. A value
     *     that is set overrides the code.
     * @param supervisors Restart tolerance of supervisors, by supervisor name. The name of the root
     *     supervisor is 'root'.
     */
    public record Supervision(
            @DefaultValue("true") boolean autoStartup,
            @DefaultValue("2147480575") int phase,
            @DefaultValue("30s") Duration startupTimeout,
            @DefaultValue("10s") Duration initTimeout,
            @DefaultValue("20s") Duration shutdownTimeout,
            @DefaultValue("fail") OnStartupFailure onStartupFailure,
            @DefaultValue("break-liveness") OnRootFailure onRootFailure,
            @DefaultValue("70") int exitCode,
            @DefaultValue("auto") Events events,
            @DefaultValue("auto") KeepAlive keepAlive,
            @DefaultValue("true") boolean failOnUnknownNames,
            @DefaultValue Map<String, TuningProperties.Actor> actors,
            @DefaultValue Map<String, TuningProperties.Factory> factories,
            @DefaultValue Map<String, TuningProperties.Supervisor> supervisors) {

        /** Throws if a value is out of its range. */
        public Supervision {
            notNegative("otp.supervision.startup-timeout", startupTimeout);
            notNegative("otp.supervision.shutdown-timeout", shutdownTimeout);
            positive("otp.supervision.init-timeout", initTimeout);
            actors.forEach((name, set) -> set.check("otp.supervision.actors." + name));
            factories.forEach((name, set) -> set.check("otp.supervision.factories." + name));
            supervisors.forEach((name, set) -> set.check("otp.supervision.supervisors." + name));
        }

        private static void notNegative(String name, Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException("'" + name + "' must not be negative: " + value);
            }
        }
    }

    /**
     * How calls wait for replies.
     *
     * @param timeout How long a call waits for its reply if the code names no time.
     */
    public record Call(@DefaultValue("5s") Duration timeout) {
        /** Throws if {@code timeout} is not positive. */
        public Call {
            positive("otp.call.timeout", timeout);
        }
    }

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
     * A concurrency limit.
     *
     * @param permits Number of handlers that may run at the same time, of all actors with this
     *     limit.
     */
    public record Concurrency(@Nullable Integer permits) {
        /** The permits of the limit of that name. Throws if the limit cannot be made. */
        int number(String name) {
            String prefix = "otp.concurrency." + name;
            if (name.equals(ConcurrencyLimits.NONE)) {
                throw new IllegalArgumentException(
                        "'%s' must have another name: in the setting 'concurrency', 'none' means no limit"
                                .formatted(prefix));
            }
            if (permits == null) {
                throw new IllegalArgumentException("'%s.permits' must be set".formatted(prefix));
            }
            if (permits < 1) {
                throw new IllegalArgumentException(
                        "'%s.permits' must be positive: %d".formatted(prefix, permits));
            }
            return permits;
        }
    }

    /**
     * What is measured.
     *
     * @param messageTiming Which messages have their handling time measured.
     * @param callTiming Whether to measure how long callers wait for replies.
     * @param queueTiming Whether to measure how long the messages whose handling time is measured
     *     have been queued.
     */
    public record Metrics(
            @DefaultValue("none") MessageTiming messageTiming,
            @DefaultValue("false") boolean callTiming,
            @DefaultValue("false") boolean queueTiming) {

        /** Throws if the time in the queue is to be measured, but of no message. */
        public Metrics {
            if (queueTiming && messageTiming == MessageTiming.NONE) {
                throw new IllegalArgumentException(
                        "'otp.metrics.queue-timing=true' needs 'otp.metrics.message-timing=sampled' or"
                                + " 'all': it measures the same messages");
            }
        }
    }

    /**
     * What is observed of messages, and when a handler counts as stuck.
     *
     * @param enabled Whether calls and the handling of messages are observations of Micrometer.
     *     With Micrometer Tracing they are spans, too.
     * @param sends How the observation of a handler refers to that of the sender, for messages that
     *     are sent without a call.
     * @param stuckAfter How long a handler may be busy with one message before it counts as stuck.
     *     Handlers are looked at once a second.
     */
    public record Observation(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("link") Sends sends,
            @DefaultValue("5s") Duration stuckAfter) {
        /** Throws if the limit is not positive. */
        public Observation {
            positive("otp.observation.stuck-after", stuckAfter);
        }
    }

    /**
     * What messages carry from their senders to the handlers that get them.
     *
     * @param propagation Whether messages carry the context of the thread that sends them, so that
     *     handlers have it: what 'io.micrometer:context-propagation' captures, such as the current
     *     observation, and the MDC entries of 'otp.context.mdc-keys'.
     * @param mdcKeys Keys of the MDC entries that messages carry.
     */
    public record Context(
            @DefaultValue("false") boolean propagation, @DefaultValue List<String> mdcKeys) {
        /** Throws if entries are to be carried and messages carry nothing. */
        public Context {
            if (!propagation && !mdcKeys.isEmpty()) {
                throw new IllegalArgumentException(
                        "'otp.context.mdc-keys=%s' needs 'otp.context.propagation=true'"
                                .formatted(String.join(",", mdcKeys)));
            }
            if (mdcKeys.contains(MdcContext.KEY)) {
                throw new IllegalArgumentException(
                        "'otp.context.mdc-keys' must not contain '%s': it is the path of the actor that logs"
                                .formatted(MdcContext.KEY));
            }
        }
    }

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

    /** How the application reacts when a part of the tree cannot be started. */
    public enum OnStartupFailure {
        /** The application does not start. */
        FAIL,
        /**
         * The application starts without that part and refuses traffic until the part is started.
         * The part is the child of a supervisor with the strategy ONE_FOR_ONE, with all below it.
         */
        DEGRADE
    }

    /** How the application reacts when the root supervisor gives up. */
    public enum OnRootFailure {
        /** Sets the application's liveness to broken, so that its platform can restart it. */
        BREAK_LIVENESS,
        /** Sets the application's readiness to refusing traffic. Liveness stays correct. */
        REFUSE_TRAFFIC,
        /** Closes the application context and ends the JVM with an exit code. */
        EXIT,
        /**
         * Does not change liveness or readiness. The log and the health indicator report the
         * failure, and sends fail.
         */
        IGNORE
    }

    /** Whether starts, crashes, restarts and stops are events of the application context. */
    public enum Events {
        /** If the context, or one above it, has a listener of these events when the tree starts. */
        AUTO,
        /** Always, also for listeners of all events. */
        ALWAYS,
        /** Never. */
        NEVER
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
