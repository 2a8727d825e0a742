/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import dev.otp4j.sample.ledger.Secret;
import org.jspecify.annotations.Nullable;

/** Checks the secret of a subscription, or makes one. */
final class SubscriberSecret {
    private static final int MIN = 24;
    private static final int MAX = 64;

    private SubscriberSecret() {}

    /** {@return a given secret, or a new one if none is given} */
    static Secret of(@Nullable String given) {
        if (given == null) return Secret.generate();
        try {
            return checked(Secret.of(given));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(e.getMessage());
        }
    }

    /** The limits are those of Standard Webhooks. */
    private static Secret checked(Secret secret) {
        int bytes = secret.key().length;
        if (bytes >= MIN && bytes <= MAX) return secret;
        throw ProblemException.badRequest(
                "'secret' must have %d to %d bytes: %d".formatted(MIN, MAX, bytes));
    }
}
