/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import dev.otp4j.sample.ledger.EventTypes;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import dev.otp4j.sample.ledger.NewEvent;
import dev.otp4j.sample.ledger.Stored;
import dev.otp4j.sample.ledger.SubscriptionStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends an event to one subscription, so that its subscriber can be tried. */
@RestController
class TestEventController {
    private static final String TYPE = "webhook.test";

    record Accepted(String id) {}

    private final JsonBody bodies;
    private final JsonMapper json;
    private final LedgerClient ledger;
    private final LedgerReader reader;
    private final Clock clock;

    TestEventController(
            JsonBody bodies,
            JsonMapper json,
            LedgerClient ledger,
            LedgerReader reader,
            Clock clock) {
        this.bodies = bodies;
        this.json = json;
        this.ledger = ledger;
        this.reader = reader;
        this.clock = clock;
    }

    /** The body is optional. */
    @PostMapping(path = "/subscriptions/{id}/test", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Accepted> test(@PathVariable String id, HttpServletRequest request) {
        if (!hasBody(request)) return send(id, TYPE);
        return bodies.serveTree(request, body -> send(id, type(body.get("type"))));
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0
                || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }

    private static String type(@Nullable JsonNode given) {
        if (given == null || given.isNull()) return TYPE;
        if (given.isString() && EventTypes.isType(given.stringValue())) return given.stringValue();
        throw ProblemException.badRequest(
                "'type' must be a text of 1 to %d characters, without control characters"
                        .formatted(EventTypes.MAX_LENGTH));
    }

    private ResponseEntity<Accepted> send(String id, String type) {
        SubscriptionStatus subscription =
                reader.subscription(id)
                        .orElseThrow(() -> ProblemException.notFound("subscription", id));
        if (subscription.problem() != null) {
            throw ProblemException.conflict(
                    "nothing can be delivered to the subscription: " + subscription.problem());
        }
        if (!subscription.enabled())
            throw ProblemException.conflict("the subscription is disabled");
        NewEvent event = NewEvent.of(body(type), null, type);
        if (ledger.storeFor(id, event) instanceof Stored.TooMany) {
            throw ProblemException.conflict(
                    "too many test events and replays of the subscription wait for their delivery");
        }
        return ResponseEntity.accepted()
                .location(URI.create("/events/" + event.id()))
                .body(new Accepted(event.id()));
    }

    /** The members that Standard Webhooks recommends. */
    private byte[] body(String type) {
        return json.writeValueAsBytes(
                new TreeMap<>(
                        Map.of(
                                "type", type,
                                "timestamp", clock.instant().toString(),
                                "data", Map.of())));
    }
}
