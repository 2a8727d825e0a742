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
     * @param stuckAfter How long a handler of this actor may be busy with one message before it
     *     counts as stuck.
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
            @Nullable Duration stuckAfter) {

        void check(String prefix) {
            checkShutdown(prefix, shutdown);
            checkMailbox(prefix, mailbox);
            if (batches != null && batches < 1) {
                throw new IllegalArgumentException(
                        "'%s.batches' must be positive: %d".formatted(prefix, batches));
            }
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
     */
    public record Factory(
            @Nullable Restart restart,
            @Nullable String shutdown,
            @Nullable Integer maxChildren,
            @Nullable Integer intensity,
            @Nullable Duration period,
            @Nullable Duration stuckAfter) {

        void check(String prefix) {
            checkShutdown(prefix, shutdown);
            notNegative(prefix + ".max-children", maxChildren);
            checkTolerance(prefix, intensity, period);
            OtpProperties.positive(prefix + ".stuck-after", stuckAfter);
        }
    }

    /**
     * Restart tolerance of one supervisor.
     *
     * @param intensity Number of restarts within the period that the supervisor tolerates before it
     *     gives up.
     * @param period Period in which restarts count towards the intensity.
     */
    public record Supervisor(@Nullable Integer intensity, @Nullable Duration period) {
        void check(String prefix) {
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

    private static void checkMailbox(String prefix, @Nullable String text) {
        if (text == null || MailboxLimits.isLimit(text)) return;
        throw new IllegalArgumentException(
                "'%s.mailbox' must be %s: %s".formatted(prefix, MailboxLimits.WANTED, text));
    }

    private static void notNegative(String name, @Nullable Integer value) {
        if (value != null && value < 0) {
            throw new IllegalArgumentException("'" + name + "' must not be negative: " + value);
        }
    }
}
