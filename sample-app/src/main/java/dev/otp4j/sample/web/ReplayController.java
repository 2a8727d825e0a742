/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.ReplayRequest;
import dev.otp4j.sample.ledger.ReplayResult;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Has deliveries made again: one, or all that have failed. */
@RestController
class ReplayController {
    /**
     * @param id of the replay; null if there is nothing to replay
     */
    record Started(@Nullable String id) {}

    private final JsonBody bodies;
    private final LedgerClient ledger;

    ReplayController(JsonBody bodies, LedgerClient ledger) {
        this.bodies = bodies;
        this.ledger = ledger;
    }

    /** Has one delivery made again, whether it has failed or not. */
    @PostMapping(
            path = "/events/{event}/deliveries/{subscription}/retry",
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Started> retry(@PathVariable String event, @PathVariable String subscription) {
        ReplayRequest request = ReplayRequest.ofEvent(subscription, event);
        ReplayResult result = ledger.replay(request);
        if (result == ReplayResult.PENDING) {
            throw ProblemException.conflict("the delivery is pending");
        }
        return answer(request, result);
    }

    /** Has all made again that have failed, of events that were accepted at a time or later. */
    @PostMapping(
            path = "/subscriptions/{id}/replay",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Started> replay(@PathVariable String id, HttpServletRequest request) {
        return bodies.serveTree(request, body -> replay(id, since(body.get("since"))));
    }

    private ResponseEntity<Started> replay(String subscription, Instant since) {
        ReplayRequest request = ReplayRequest.ofFailed(subscription, since);
        ReplayResult result = ledger.replay(request);
        if (result == ReplayResult.PENDING) {
            throw ProblemException.conflict("a replay of these deliveries is under way");
        }
        return answer(request, result);
    }

    private static ResponseEntity<Started> answer(ReplayRequest request, ReplayResult result) {
        return switch (result) {
            case STARTED -> ResponseEntity.accepted().body(new Started(request.id()));
            case NOTHING_FAILED -> ResponseEntity.ok(new Started(null));
            case NO_SUBSCRIPTION ->
                    throw ProblemException.notFound("subscription", request.subscriptionId());
            case NO_DELIVERY ->
                    throw new ProblemException(
                            HttpStatus.NOT_FOUND,
                            "there is no delivery of event '%s' to subscription '%s'"
                                    .formatted(request.eventId(), request.subscriptionId()));
            case SKIPPED ->
                    throw ProblemException.conflict(
                            "the delivery was skipped: the subscription does not want this type");
            case PENDING -> throw ProblemException.conflict("the delivery is pending");
            case TOO_MANY ->
                    throw ProblemException.conflict(
                            "too many replays of the subscription are under way");
        };
    }

    private static Instant since(@Nullable JsonNode value) {
        if (value == null) throw ProblemException.badRequest("'since' is missing");
        try {
            if (value.isString()) return OffsetDateTime.parse(value.stringValue()).toInstant();
        } catch (DateTimeException e) {
            // answered as all that is no time
        }
        throw ProblemException.badRequest(
                "'since' must be a time with an offset, such as 2026-05-08T12:00:00Z",
                value.isString() ? value.stringValue() : value.toString());
    }
}
