/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What to deliver to a subscription once more: one event, or all that has failed.
 *
 * @param id id of the replay
 * @param eventId the event, or null
 * @param since all failed deliveries of events that were accepted at this time or later, or null
 */
public record ReplayRequest(
        String id, String subscriptionId, @Nullable String eventId, @Nullable Instant since) {

    /** Asks for one event, whether its delivery has failed or not. */
    public static ReplayRequest ofEvent(String subscriptionId, String eventId) {
        return new ReplayRequest(Ids.create("rep_"), subscriptionId, eventId, null);
    }

    /** Asks for all failed deliveries of events that were accepted at this time or later. */
    public static ReplayRequest ofFailed(String subscriptionId, Instant since) {
        return new ReplayRequest(Ids.create("rep_"), subscriptionId, null, since);
    }
}
