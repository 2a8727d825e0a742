/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * An event that is not stored yet.
 *
 * @param id what it will be called
 * @param body what is delivered, byte for byte
 * @param idempotencyKey the sender's own name for it, or null
 */
public record NewEvent(String id, byte[] body, @Nullable String idempotencyKey) {

    /** One with an id of its own. */
    public static NewEvent of(byte[] body, @Nullable String idempotencyKey) {
        return new NewEvent(Ids.create("evt_"), body, idempotencyKey);
    }

    byte[] digest() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "NewEvent[" + id + ", " + body.length + " bytes]";
    }
}
