/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * A subscriber's URL, and the secret with which deliveries to it are signed.
 *
 * @param enabled whether deliveries are made now; if not, they wait in order
 * @param eventTypes which events it gets
 * @param oldSecrets the secrets that were replaced, the newest first
 * @param operational whether it is told which others the relay has disabled
 */
public record Subscription(
        String id,
        URI url,
        Secret secret,
        boolean enabled,
        EventTypes eventTypes,
        List<OldSecret> oldSecrets,
        boolean operational) {

    /** Creates a new subscription to all events, which is enabled. */
    public static Subscription of(URI url, Secret secret) {
        return of(url, secret, EventTypes.ALL, false);
    }

    /** Creates a new subscription, which is enabled. */
    public static Subscription of(
            URI url, Secret secret, EventTypes eventTypes, boolean operational) {
        return new Subscription(
                Ids.create("sub_"), url, secret, true, eventTypes, List.of(), operational);
    }

    /** {@return the secrets with which a delivery is signed at a time, the newest first} */
    public List<Secret> signing(Instant now) {
        return Stream.concat(
                        Stream.of(secret),
                        oldSecrets.stream().filter(old -> old.isValid(now)).map(OldSecret::secret))
                .toList();
    }

    /** Shows only the id, because URLs of subscribers often contain a token. */
    @Override
    public String toString() {
        return "Subscription[" + id + "]";
    }
}
