/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.net.URI;

/**
 * Where events go, and what their deliveries are signed with.
 *
 * @param enabled whether deliveries are made now; if not, they wait in order
 */
public record Subscription(String id, URI url, Secret secret, boolean enabled) {

    /** A new one. */
    public static Subscription of(URI url, Secret secret) {
        return new Subscription(Ids.create("sub_"), url, secret, true);
    }

    /** The id alone: URLs of subscribers often carry a token. */
    @Override
    public String toString() {
        return "Subscription[" + id + "]";
    }
}
