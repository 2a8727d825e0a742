/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import dev.otp4j.sample.courier.Destinations;
import dev.otp4j.sample.ledger.EventTypes;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import dev.otp4j.sample.ledger.Secret;
import dev.otp4j.sample.ledger.Subscription;
import dev.otp4j.sample.ledger.SubscriptionChange;
import dev.otp4j.sample.ledger.SubscriptionStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Adds, lists, changes and removes subscriptions. */
@RestController
@RequestMapping("/subscriptions")
class SubscriptionController {
    /** The only answer that shows the secret. */
    record Created(
            String id, String url, List<String> eventTypes, boolean operational, String secret) {
        @Override
        public String toString() {
            return "Created[" + id + "]";
        }
    }

    /**
     * @param oldSecretUntil until when deliveries are signed with an old secret as well; or null
     * @param problem why nothing can be delivered, or why the relay itself has stopped the
     *     deliveries; or null
     */
    record Listed(
            String id,
            String url,
            List<String> eventTypes,
            boolean operational,
            boolean enabled,
            @Nullable Instant oldSecretUntil,
            @Nullable String problem) {
        static Listed of(SubscriptionStatus subscription) {
            return new Listed(
                    subscription.id(),
                    subscription.url(),
                    subscription.eventTypes().patterns(),
                    subscription.operational(),
                    subscription.enabled(),
                    subscription.oldSecretUntil(),
                    subscription.problem());
        }
    }

    private static final List<String> CHANGEABLE = List.of("enabled", "eventTypes", "operational");

    private final JsonBody bodies;
    private final Destinations destinations;
    private final LedgerClient ledger;
    private final LedgerReader reader;

    SubscriptionController(
            JsonBody bodies, Destinations destinations, LedgerClient ledger, LedgerReader reader) {
        this.bodies = bodies;
        this.destinations = destinations;
        this.ledger = ledger;
        this.reader = reader;
    }

    /**
     * With {@code produces}, a client that does not accept the answer is refused before the call.
     */
    @PostMapping(
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    Created create(HttpServletRequest request) {
        return bodies.serveTree(request, this::create);
    }

    private Created create(JsonNode body) {
        String url = JsonBody.text(body, "url");
        if (url == null) throw ProblemException.badRequest("'url' is missing");
        Secret secret = SubscriberSecret.of(JsonBody.text(body, "secret"));
        EventTypes types = EventTypesJson.read(body.get("eventTypes"));
        boolean operational = flag(body, "operational");
        var subscription = Subscription.of(destination(url), secret, types, operational);
        ledger.subscribe(subscription);
        return new Created(subscription.id(), url, types.patterns(), operational, secret.reveal());
    }

    private static boolean flag(JsonNode body, String field) {
        JsonNode value = body.get(field);
        return value != null && !value.isNull() && isTrue(body, field);
    }

    private static boolean isTrue(JsonNode body, String field) {
        JsonNode value = body.get(field);
        if (value.isBoolean()) return value.booleanValue();
        throw ProblemException.badRequest("'" + field + "' must be true or false");
    }

    private URI destination(String text) {
        URI url = SubscriberUrl.of(text);
        if (destinations.refuse(url)) {
            throw ProblemException.badRequest(
                    "'url' must not lead to a private address or to the relay itself");
        }
        return url;
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    List<Listed> list() {
        return reader.subscriptions().stream().map(Listed::of).toList();
    }

    /**
     * Deliveries wait while the subscription is disabled. Other event types apply to what is
     * pending, too.
     */
    @PatchMapping(
            path = "/{id}",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    Listed change(@PathVariable String id, HttpServletRequest request) {
        return bodies.serveTree(request, body -> change(id, change(body)));
    }

    private static SubscriptionChange change(JsonNode body) {
        if (CHANGEABLE.stream().noneMatch(body::has)) {
            throw ProblemException.badRequest("the body must have one of " + CHANGEABLE);
        }
        boolean types = body.has("eventTypes");
        return new SubscriptionChange(
                body.has("enabled") ? isTrue(body, "enabled") : null,
                types ? EventTypesJson.read(body.get("eventTypes")) : null,
                body.has("operational") ? isTrue(body, "operational") : null);
    }

    private Listed change(String id, SubscriptionChange change) {
        boolean found = ledger.change(id, change);
        return reader.subscription(id)
                .filter(there -> found)
                .map(Listed::of)
                .orElseThrow(() -> ProblemException.notFound("subscription", id));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        if (reader.subscription(id).isEmpty()) throw ProblemException.notFound("subscription", id);
        ledger.unsubscribe(id);
    }
}
