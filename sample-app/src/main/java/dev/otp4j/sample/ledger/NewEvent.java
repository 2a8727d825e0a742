/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * An event that is not stored yet.
 *
 * @param id id of the event
 * @param body the body, which is delivered byte for byte
 * @param idempotencyKey key by which the sender marks a repeated request, or null
 */
public record NewEvent(String id, byte[] body, @Nullable String idempotencyKey) {

    /** Creates an event with a new id. */
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
