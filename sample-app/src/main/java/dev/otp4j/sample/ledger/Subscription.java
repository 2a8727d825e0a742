/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.net.URI;

/**
 * A subscriber's URL, and the secret with which deliveries to it are signed.
 *
 * @param enabled whether deliveries are made now; if not, they wait in order
 * @param eventTypes which events it gets
 */
public record Subscription(
        String id, URI url, Secret secret, boolean enabled, EventTypes eventTypes) {

    /** Creates a new subscription to all events, which is enabled. */
    public static Subscription of(URI url, Secret secret) {
        return of(url, secret, EventTypes.ALL);
    }

    /** Creates a new subscription, which is enabled. */
    public static Subscription of(URI url, Secret secret, EventTypes eventTypes) {
        return new Subscription(Ids.create("sub_"), url, secret, true, eventTypes);
    }

    /** Shows only the id, because URLs of subscribers often contain a token. */
    @Override
    public String toString() {
        return "Subscription[" + id + "]";
    }
}
