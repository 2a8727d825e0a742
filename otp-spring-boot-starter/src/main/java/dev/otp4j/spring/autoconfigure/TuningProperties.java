/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.supervisor.Restart;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What properties can set for single actors, factories and supervisors of the tree. A value that is
 * not set stays as declared in code.
 */
public final class TuningProperties {
    private TuningProperties() {}

    /**
     * How long a supervisor waits before it starts a failed child again. Where the code declares no
     * back-off, 'first' and 'longest' are both needed.
     *
     * @param first Delay before the first restart in a row.
     * @param longest Longest delay.
     * @param factor Factor by which each delay is longer than the one before.
     * @param jitter Largest share by which a delay is shortened at random, from 0 to 1.
     * @param resetAfter How long the child has to run without a failure before the delays begin
     *     again.
     * @param callsFailFast Whether calls to the child fail while it waits for its restart.
     */
    public record Delays(
            @Nullable Duration first,
            @Nullable Duration longest,
            @Nullable Double factor,
            @Nullable Double jitter,
            @Nullable Duration resetAfter,
            @Nullable Boolean callsFailFast) {

        void check(String prefix) {
            OtpProperties.positive(prefix + ".first", first);
            OtpProperties.positive(prefix + ".longest", longest);
            OtpProperties.positive(prefix + ".reset-after", resetAfter);
            inRange(prefix + ".factor", factor, 1, Double.MAX_VALUE, "finite and at least 1");
            inRange(prefix + ".jitter", jitter, 0, 1, "from 0 to 1");
        }

        boolean isEmpty() {
            return first == null
                    && longest == null
                    && factor == null
                    && jitter == null
                    && resetAfter == null
                    && callsFailFast == null;
        }
    }

    /**
     * Settings of one actor.
     *
     * @param restart When the supervisor starts the actor again after it has ended by itself.
     * @param shutdown How long the actor may take to stop before it is killed: a duration,
     *     'infinity' or 'brutal-kill'.
     * @param initTimeout Longest time that the actor's initialiser may take, at each start and
     *     restart.
     * @param trapExits Whether the actor handles its queued messages when it is stopped.
     * @param interruptOnKill Whether a kill interrupts the actor's thread.
     * @param chaining Whether an idle actor that this actor's handler sends to may run on the
     *     handler's thread after the handler has ended.
     * @param mailbox How many messages may be queued, and what happens to one that finds no room:
     *     'unlimited', '1000 reject', '1000 drop-newest' or '1000 block 5s'.
     * @param batches How many queued messages the actor gets at once, at most.
     * @param idleTimeout After how long without a message the method 'onIdle' of the actor is
     *     called.
     * @param dropExpiredCalls Whether the actor drops requests whose call is over.
     * @param failCircularCalls Whether calls of the actor fail early in a circle of calls.
     * @param retained Whether messages that are queued when the actor ends are kept for its next
     *     start, and what happens to the message that it was handling: 'off', 'drop', 'retry 3' or
     *     'retry 3 park 500'.
     * @param stuckAfter How long a handler of this actor may be busy with one message before it
     *     counts as stuck.
     * @param backoff How long the supervisor waits before it starts the actor again after a
     *     failure.
     * @param awaitThreadOnKill How long the successor of a killed actor waits for the code of the
     *     actor to return.
     * @param concurrency Name of the concurrency limit of which the actor takes a permit for each
     *     message; 'none' if the concurrency limit of the supervisor must not apply.
     */
    public record Actor(
            @Nullable Restart restart,
            @Nullable String shutdown,
            @Nullable Duration initTimeout,
            @Nullable Boolean trapExits,
            @Nullable Boolean interruptOnKill,
            @Nullable Boolean chaining,
            @Nullable String mailbox,
            @Nullable Integer batches,
            @Nullable Duration idleTimeout,
            @Nullable Boolean dropExpiredCalls,
            @Nullable Boolean failCircularCalls,
            @Nullable String retained,
            @Nullable Duration stuckAfter,
            @Nullable Delays backoff,
            @Nullable Duration awaitThreadOnKill,
            @Nullable String concurrency) {

        void check(String prefix) {
            checkShutdown(prefix, shutdown);
            checkDelays(prefix, backoff, awaitThreadOnKill);
            checkConcurrency(prefix, concurrency);
            checkMailbox(prefix, mailbox);
            checkRetained(prefix, retained);
            if (batches != null && batches < 1) {
                throw new IllegalArgumentException(
                        "'%s.batches' must be positive: %d".formatted(prefix, batches));
            }
            OtpProperties.positive(prefix + ".idle-timeout", idleTimeout);
            OtpProperties.positive(prefix + ".init-timeout", initTimeout);
            OtpProperties.positive(prefix + ".stuck-after", stuckAfter);
        }
    }

    /**
     * Settings of one factory and its children.
     *
     * @param restart When the factory starts a child again after it has ended by itself.
     * @param shutdown How long a child may take to stop before it is killed: a duration, 'infinity'
     *     or 'brutal-kill'.
     * @param maxChildren Number of children that the factory may have at a time.
     * @param intensity Number of restarts of all children within the period that the factory
     *     tolerates before it gives up.
     * @param period Period in which restarts count towards the intensity.
     * @param stuckAfter How long a handler of a child may be busy with one message before it counts
     *     as stuck.
     * @param backoff How long the factory waits before it starts a child again after a failure.
     * @param awaitThreadOnKill How long the successor of a killed child waits for the code of the
     *     child to return.
     * @param concurrency Name of the concurrency limit of which the children take a permit for each
     *     message; 'none' if the concurrency limit of the supervisor must not apply.
     * @param passivateAfter How long the actor of a key may be idle before it ends, until the next
     *     message starts it again. For keyed factories.
     * @param parallelStarts How many initialisers run at the same time. For keyed factories.
     * @param startLimit How long the initialiser of a key may take. For keyed factories.
     * @param tolerancePerKey Whether intensity and period count for each key, so that a key that
     *     fails too often is left down by itself. For keyed factories.
     */
    public record Factory(
            @Nullable Restart restart,
            @Nullable String shutdown,
            @Nullable Integer maxChildren,
            @Nullable Integer intensity,
            @Nullable Duration period,
            @Nullable Duration stuckAfter,
            @Nullable Delays backoff,
            @Nullable Duration awaitThreadOnKill,
            @Nullable String concurrency,
            @Nullable Duration passivateAfter,
            @Nullable Integer parallelStarts,
            @Nullable Duration startLimit,
            @Nullable Boolean tolerancePerKey) {

        void check(String prefix) {
            checkShutdown(prefix, shutdown);
            checkDelays(prefix, backoff, awaitThreadOnKill);
            checkConcurrency(prefix, concurrency);
            OtpProperties.positive(prefix + ".passivate-after", passivateAfter);
            OtpProperties.positive(prefix + ".start-limit", startLimit);
            if (parallelStarts != null && parallelStarts < 1) {
                throw new IllegalArgumentException(
                        "'%s.parallel-starts' must be positive: %d"
                                .formatted(prefix, parallelStarts));
            }
            notNegative(prefix + ".max-children", maxChildren);
            checkTolerance(prefix, intensity, period);
            OtpProperties.positive(prefix + ".stuck-after", stuckAfter);
        }
    }

    /**
     * Settings of one supervisor.
     *
     * @param intensity Number of restarts within the period that the supervisor tolerates before it
     *     gives up.
     * @param period Period in which restarts count towards the intensity.
     * @param concurrency Name of the concurrency limit of which all actors below the supervisor
     *     take permits; 'none' if the concurrency limit of the supervisor above it must not apply.
     */
    public record Supervisor(
            @Nullable Integer intensity, @Nullable Duration period, @Nullable String concurrency) {
        void check(String prefix) {
            checkConcurrency(prefix, concurrency);
            checkTolerance(prefix, intensity, period);
        }
    }

    private static void checkTolerance(
            String prefix, @Nullable Integer intensity, @Nullable Duration period) {
        notNegative(prefix + ".intensity", intensity);
        OtpProperties.positive(prefix + ".period", period);
    }

    private static void checkShutdown(String prefix, @Nullable String text) {
        if (text == null || Durations.isShutdown(text)) return;
        throw new IllegalArgumentException(
                "'%s.shutdown' must be a duration that is not negative, 'infinity' or 'brutal-kill': %s"
                        .formatted(prefix, text));
    }

    private static void checkDelays(
            String prefix, @Nullable Delays backoff, @Nullable Duration awaitThreadOnKill) {
        if (backoff != null) backoff.check(prefix + ".backoff");
        if (awaitThreadOnKill == null || !awaitThreadOnKill.isNegative()) return;
        throw new IllegalArgumentException(
                "'%s.await-thread-on-kill' must not be negative: %s"
                        .formatted(prefix, awaitThreadOnKill));
    }

    private static void inRange(
            String name, @Nullable Double value, double least, double most, String range) {
        if (value == null || value >= least && value <= most) return;
        throw new IllegalArgumentException("'%s' must be %s: %s".formatted(name, range, value));
    }

    private static void checkMailbox(String prefix, @Nullable String text) {
        if (text == null || MailboxLimits.isLimit(text)) return;
        throw new IllegalArgumentException(
                "'%s.mailbox' must be %s: %s".formatted(prefix, MailboxLimits.WANTED, text));
    }

    private static void checkConcurrency(String prefix, @Nullable String text) {
        if (text == null || !text.isBlank()) return;
        throw new IllegalArgumentException(
                "'%s.concurrency' must be the name of a concurrency limit, or 'none': \"%s\""
                        .formatted(prefix, text));
    }

    private static void checkRetained(String prefix, @Nullable String text) {
        if (text == null || Retentions.isRetention(text)) return;
        throw new IllegalArgumentException(
                "'%s.retained' must be %s: %s".formatted(prefix, Retentions.WANTED, text));
    }

    private static void notNegative(String name, @Nullable Integer value) {
        if (value != null && value < 0) {
            throw new IllegalArgumentException("'" + name + "' must not be negative: " + value);
        }
    }
}
