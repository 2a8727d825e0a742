/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.net.URI;

/** Where events go, and what their deliveries are signed with. */
public record Subscription(String id, URI url, Secret secret) {

    /** A new one. */
    public static Subscription of(URI url, Secret secret) {
        return new Subscription(Ids.create("sub_"), url, secret);
    }

    /** The id alone: URLs of subscribers often carry a token. */
    @Override
    public String toString() {
        return "Subscription[" + id + "]";
    }
}
