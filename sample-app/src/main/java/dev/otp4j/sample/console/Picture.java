/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.console;

import dev.otp4j.application.TreeNode;
import dev.otp4j.sample.ledger.DeliveryPage;
import dev.otp4j.sample.ledger.EventStatus;
import dev.otp4j.sample.ledger.Glance;
import dev.otp4j.sample.ledger.SubscriptionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The relay at one moment, as the page gets it.
 *
 * @param at the moment, by the clock of the relay
 * @param problem what the relay cannot store at present, and why; or null
 * @param chaos whether processes can be killed on request
 * @param demo whether there is a demo receiver
 * @param counted how many settled deliveries the counts are about, the last ones
 * @param more how many further subscriptions there are
 */
record Picture(
        Instant at,
        @Nullable String problem,
        boolean chaos,
        boolean demo,
        int counted,
        Worker ledger,
        List<Subscription> subscriptions,
        int more,
        List<Delivery> deliveries) {

    /**
     * A process of the tree.
     *
     * @param state as {@code /actuator/otp} has it, or {@code absent}
     */
    record Worker(String path, String state, int restarts) {
        static Worker of(String path, TreeNode node) {
            return new Worker(path, node.state().name().toLowerCase(Locale.ROOT), node.restarts());
        }

        static Worker absent(String path) {
            return new Worker(path, "absent", 0);
        }
    }

    /**
     * @param state {@code active}, {@code retrying}, {@code paused} or {@code problem}
     * @param operational whether it is told which others the relay has disabled
     * @param oldSecretUntil until when deliveries are signed with an old secret as well; or null
     */
    record Subscription(
            String id,
            String url,
            String state,
            boolean enabled,
            List<String> eventTypes,
            boolean operational,
            @Nullable Instant oldSecretUntil,
            @Nullable String problem,
            long pending,
            long delivered,
            long failed,
            int attempts,
            @Nullable String lastError,
            @Nullable Instant nextAttemptAt,
            @Nullable Instant oldestPendingAt,
            Worker courier) {

        static Subscription of(Glance.Standing standing, Worker courier) {
            SubscriptionStatus status = standing.subscription();
            boolean waits = standing.pending() > 0;
            return new Subscription(
                    status.id(),
                    status.url(),
                    state(standing),
                    status.enabled(),
                    status.eventTypes().patterns(),
                    status.operational(),
                    status.oldSecretUntil(),
                    status.problem(),
                    standing.pending(),
                    standing.delivered(),
                    standing.failed(),
                    standing.progress().attempts(),
                    standing.progress().lastError(),
                    waits ? standing.progress().nextAt() : null,
                    waits ? standing.oldestPendingAt() : null,
                    courier);
        }

        private static String state(Glance.Standing standing) {
            if (standing.subscription().problem() != null) return "problem";
            if (!standing.subscription().enabled()) return "paused";
            return standing.progress().attempts() > 0 ? "retrying" : "active";
        }
    }

    /**
     * @param at when the event was accepted
     */
    record Delivery(
            String event,
            @Nullable String type,
            String subscription,
            String state,
            int attempts,
            @Nullable Integer status,
            @Nullable String error,
            @Nullable Integer durationMs,
            Instant at,
            @Nullable Instant nextAttemptAt) {

        static Delivery of(Glance.Delivery delivery) {
            DeliveryPage.Entry entry = delivery.entry();
            EventStatus.Delivery each = entry.delivery();
            return new Delivery(
                    entry.eventId(),
                    entry.type(),
                    each.subscriptionId(),
                    each.state().text(),
                    each.attempts(),
                    each.lastStatus(),
                    each.lastError(),
                    each.lastDurationMillis(),
                    entry.receivedAt(),
                    each.attempts() > 0 ? each.nextAttemptAt() : null);
        }
    }
}
