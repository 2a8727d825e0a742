/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import dev.otp4j.sample.ledger.DeliveryPage;
import dev.otp4j.sample.ledger.DeliveryReader;
import dev.otp4j.sample.ledger.DeliveryState;
import dev.otp4j.sample.ledger.EventStatus;
import dev.otp4j.sample.ledger.LoggedAttempt;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows the log of deliveries: by subscription, and each attempt of an event. */
@RestController
class DeliveryController {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_]{1,40}");
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 100;

    /**
     * @param next value of {@code before} for the next page; null if this is the last one
     */
    record Page(List<Listed> deliveries, @Nullable Long next) {
        static Page of(DeliveryPage page) {
            return new Page(page.entries().stream().map(Listed::of).toList(), page.next());
        }
    }

    record Listed(
            String event,
            @Nullable String type,
            Instant receivedAt,
            String state,
            int attempts,
            @Nullable Instant nextAttemptAt,
            @Nullable Instant lastAttemptAt,
            @Nullable Integer lastDurationMs,
            @Nullable Integer lastStatus,
            @Nullable String lastError) {
        static Listed of(DeliveryPage.Entry entry) {
            EventStatus.Delivery delivery = entry.delivery();
            return new Listed(
                    entry.eventId(),
                    entry.type(),
                    entry.receivedAt(),
                    delivery.state().text(),
                    delivery.attempts(),
                    delivery.nextAttemptAt(),
                    delivery.lastAttemptAt(),
                    delivery.lastDurationMillis(),
                    delivery.lastStatus(),
                    delivery.lastError());
        }
    }

    record Tried(
            String subscription,
            int attempt,
            Instant at,
            int durationMs,
            @Nullable Integer status,
            @Nullable String error) {
        static Tried of(LoggedAttempt attempt) {
            return new Tried(
                    attempt.subscriptionId(),
                    attempt.number(),
                    attempt.at(),
                    attempt.durationMillis(),
                    attempt.status(),
                    attempt.error());
        }
    }

    private final DeliveryReader reader;

    DeliveryController(DeliveryReader reader) {
        this.reader = reader;
    }

    @GetMapping(
            path = "/subscriptions/{id}/deliveries",
            produces = MediaType.APPLICATION_JSON_VALUE)
    Page deliveries(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String before,
            @RequestParam(required = false) @Nullable String limit) {
        return reader.deliveries(
                        id,
                        state == null ? null : state(state),
                        before == null ? null : number("before", before, Long.MAX_VALUE),
                        limit == null ? DEFAULT_LIMIT : (int) number("limit", limit, MAX_LIMIT))
                .map(Page::of)
                .orElseThrow(() -> ProblemException.notFound("subscription", id));
    }

    private static DeliveryState state(String text) {
        return Arrays.stream(DeliveryState.values())
                .filter(each -> each.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                ProblemException.badRequest(
                                        "'state' must be one of " + states(), text));
    }

    private static String states() {
        return Arrays.stream(DeliveryState.values())
                .map(DeliveryState::text)
                .collect(Collectors.joining(", "));
    }

    private static long number(String name, String text, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= most) return number;
        } catch (NumberFormatException e) {
            // answered as a number that is not allowed
        }
        String range = most == Long.MAX_VALUE ? "a positive number" : "a number from 1 to " + most;
        throw ProblemException.badRequest("'" + name + "' must be " + range, text);
    }

    @GetMapping(path = "/events/{id}/attempts", produces = MediaType.APPLICATION_JSON_VALUE)
    List<Tried> attempts(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String subscription) {
        if (subscription != null && !ID.matcher(subscription).matches()) {
            throw ProblemException.badRequest(
                    "'subscription' must be the id of a subscription", subscription);
        }
        return reader
                .attempts(id, subscription)
                .orElseThrow(() -> ProblemException.notFound("event", id))
                .stream()
                .map(Tried::of)
                .toList();
    }
}
