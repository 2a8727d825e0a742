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
 * @param type its type, or null
 * @param target id of the only subscription that it is for, or null
 */
public record NewEvent(
        String id,
        byte[] body,
        @Nullable String idempotencyKey,
        @Nullable String type,
        @Nullable String target) {

    /** Creates an event with a new id, and without a type. */
    public static NewEvent of(byte[] body, @Nullable String idempotencyKey) {
        return of(body, idempotencyKey, null);
    }

    /**
     * Creates an event with a new id.
     *
     * @param type its type; a text that cannot be one, such as one that is too long, is ignored
     */
    public static NewEvent of(byte[] body, @Nullable String idempotencyKey, @Nullable String type) {
        String usable = EventTypes.typeOf(type);
        return new NewEvent(Ids.create("evt_"), body, idempotencyKey, usable, null);
    }

    /** {@return this event, for one subscription only} */
    NewEvent only(String subscriptionId) {
        return new NewEvent(id, body, idempotencyKey, type, subscriptionId);
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
