/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Tunables of the Erlang/OTP supervision tree. Its structure is in the code.
 *
 * @param supervision how the tree is started and stopped
 * @param mailbox how messages are kept
 * @param scheduling how actors get their threads
 * @param metrics what is measured
 */
@ConfigurationProperties("otp")
public record OtpProperties(
        @DefaultValue Supervision supervision,
        @DefaultValue Mailbox mailbox,
        @DefaultValue Scheduling scheduling,
        @DefaultValue Metrics metrics) {

    /**
     * How the tree is started and stopped.
     *
     * @param autoStartup Whether the tree starts with the application context.
     * @param phase Lifecycle phase of the tree. It starts after what has a lower one, and stops
     *     before it.
     * @param startupTimeout Longest time the start of the whole tree may take. Zero for no limit.
     * @param initTimeout Longest time the initialiser of one actor may take, at start and restart.
     * @param shutdownTimeout Longest time the stop of the whole tree may take. Keep it below
     *     spring.lifecycle.timeout-per-shutdown-phase.
     * @param onRootFailure What to do when the root supervisor gives up.
     * @param keepAlive Whether the running tree keeps the JVM alive.
     * @param supervisors Restart tolerance of supervisors, by name. The root is called 'root'.
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

        /** Refuses times that make no sense. */
        public Supervision {
            notNegative("otp.supervision.startup-timeout", startupTimeout);
            notNegative("otp.supervision.shutdown-timeout", shutdownTimeout);
            if (!initTimeout.isPositive()) {
                throw new IllegalArgumentException(
                        "'otp.supervision.init-timeout' must be positive: " + initTimeout);
            }
        }

        private static void notNegative(String name, Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException("'" + name + "' must not be negative: " + value);
            }
        }
    }

    /**
     * How many restarts a supervisor tolerates; what is missing is as declared in the code.
     *
     * @param intensity Number of restarts within the period that are tolerated.
     * @param period Period of the intensity.
     */
    public record SupervisorTolerance(@Nullable Integer intensity, @Nullable Duration period) {}

    /**
     * How messages are kept.
     *
     * @param hold Number of messages that a subject keeps while its actor is not there.
     */
    public record Mailbox(@DefaultValue("1000") int hold) {
        /** Refuses a limit below one. */
        public Mailbox {
            if (hold < 1) {
                throw new IllegalArgumentException("'otp.mailbox.hold' must be positive: " + hold);
            }
        }
    }

    /**
     * How actors get their threads.
     *
     * @param chaining Whether an idle actor that a handler sends to may run on the handler's thread
     *     when that has ended, instead of on a new one.
     */
    public record Scheduling(@DefaultValue("true") boolean chaining) {}

    /**
     * What is measured.
     *
     * @param messageTiming Of which messages the time is measured that their handlers take.
     */
    public record Metrics(@DefaultValue("none") MessageTiming messageTiming) {}

    /** Of which messages the time is measured that their handlers take. */
    public enum MessageTiming {
        /** Of none. */
        NONE(0),
        /** Of one message in 61 of each actor: a prime, so not in step with a conversation. */
        SAMPLED(61),
        /** Of each message. */
        ALL(1);

        /** The measured ones are one in so many; 0 if none is. */
        final int oneIn;

        MessageTiming(int oneIn) {
            this.oneIn = oneIn;
        }
    }

    /** What to do when the root supervisor gives up. */
    public enum OnRootFailure {
        /** The application's liveness is broken: whoever watches it restarts it. */
        BREAK_LIVENESS,
        /** The application refuses traffic, and lives. */
        REFUSE_TRAFFIC,
        /** Nothing beyond log, health and failing sends. */
        IGNORE
    }

    /** Whether the running tree keeps the JVM alive. */
    public enum KeepAlive {
        /** If it is no web application. */
        AUTO,
        /** In any application. */
        ALWAYS,
        /** In none. */
        NEVER
    }
}
