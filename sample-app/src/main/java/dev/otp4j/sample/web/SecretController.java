/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.Rotation;
import dev.otp4j.sample.ledger.Secret;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Replaces the secrets of subscriptions. */
@RestController
class SecretController {
    /**
     * The new secret.
     *
     * @param oldSecretUntil until when deliveries are signed with an old secret as well; or null
     */
    record Rotated(String id, String secret, @Nullable Instant oldSecretUntil) {
        @Override
        public String toString() {
            return "Rotated[" + id + "]";
        }
    }

    private final JsonBody bodies;
    private final LedgerClient ledger;

    SecretController(JsonBody bodies, LedgerClient ledger) {
        this.bodies = bodies;
        this.ledger = ledger;
    }

    @PostMapping(
            path = "/subscriptions/{id}/secret/rotate",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    Rotated rotate(@PathVariable String id, HttpServletRequest request) {
        return bodies.serveTree(
                request, body -> rotate(id, SubscriberSecret.of(JsonBody.text(body, "secret"))));
    }

    private Rotated rotate(String id, Secret secret) {
        return switch (ledger.rotate(id, secret)) {
            case Rotation.Done done -> new Rotated(id, secret.reveal(), done.until());
            case Rotation.NotFound() -> throw ProblemException.notFound("subscription", id);
            case Rotation.TooMany(Instant until) ->
                    throw new ProblemException(
                            HttpStatus.CONFLICT,
                            "deliveries are signed with four secrets already; the next rotation is"
                                    + " possible after "
                                    + until);
        };
    }
}
