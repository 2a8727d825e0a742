/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import dev.otp4j.sample.ledger.DeliveryReader;
import dev.otp4j.sample.ledger.EventStatus;
import dev.otp4j.sample.ledger.EventTypes;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.NewEvent;
import dev.otp4j.sample.ledger.Stored;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Accepts events, and shows the state of their deliveries. */
@RestController
@RequestMapping("/events")
class EventController {
    private static final int MAX_KEY = 255;

    record Accepted(String id) {}

    record Shown(
            String id, @Nullable String type, Instant receivedAt, List<ShownDelivery> deliveries) {
        static Shown of(EventStatus event) {
            return new Shown(
                    event.id(),
                    event.type(),
                    event.receivedAt(),
                    event.deliveries().stream().map(ShownDelivery::of).toList());
        }
    }

    record ShownDelivery(
            String subscription,
            String state,
            int attempts,
            @Nullable Instant nextAttemptAt,
            @Nullable Instant lastAttemptAt,
            @Nullable Integer lastDurationMs,
            @Nullable Integer lastStatus,
            @Nullable String lastError) {
        static ShownDelivery of(EventStatus.Delivery delivery) {
            return new ShownDelivery(
                    delivery.subscriptionId(),
                    delivery.state().text(),
                    delivery.attempts(),
                    delivery.nextAttemptAt(),
                    delivery.lastAttemptAt(),
                    delivery.lastDurationMillis(),
                    delivery.lastStatus(),
                    delivery.lastError());
        }
    }

    private final JsonBody bodies;
    private final LedgerClient ledger;
    private final DeliveryReader reader;

    EventController(JsonBody bodies, LedgerClient ledger, DeliveryReader reader) {
        this.bodies = bodies;
        this.ledger = ledger;
        this.reader = reader;
    }

    /**
     * With {@code produces}, a client that does not accept the answer is refused before the call.
     */
    @PostMapping(
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Accepted> accept(
            HttpServletRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key) {
        checkKey(key);
        return bodies.serve(
                request,
                body -> {
                    checkType(body.type());
                    return store(NewEvent.of(body.bytes(), key, body.type()));
                });
    }

    /** Subscribers take such an event for news of the relay. */
    private static void checkType(@Nullable String type) {
        if (EventTypes.isOfRelay(type)) {
            throw ProblemException.badRequest(
                    "'type' must not begin with 'relay.': such events come from the relay alone");
        }
    }

    private ResponseEntity<Accepted> store(NewEvent event) {
        return switch (ledger.store(event)) {
            case Stored.As(String id) ->
                    ResponseEntity.accepted()
                            .location(URI.create("/events/" + id))
                            .body(new Accepted(id));
            case Stored.KeyTaken() ->
                    throw new ProblemException(
                            HttpStatus.UNPROCESSABLE_CONTENT,
                            "the Idempotency-Key belongs to an event with another body");
            case Stored.TooMany() -> throw new IllegalStateException("the event is for all");
        };
    }

    private static void checkKey(@Nullable String key) {
        if (key != null && (key.isBlank() || key.length() > MAX_KEY)) {
            throw ProblemException.badRequest(
                    "the Idempotency-Key must have 1 to " + MAX_KEY + " characters");
        }
    }

    @GetMapping(path = "/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
    Shown show(@PathVariable String id) {
        return reader.event(id)
                .map(Shown::of)
                .orElseThrow(() -> ProblemException.notFound("event", id));
    }
}
