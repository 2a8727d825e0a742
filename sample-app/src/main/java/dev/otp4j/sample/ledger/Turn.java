/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import org.jspecify.annotations.Nullable;

/**
 * The place that a delivery moves on: that of its subscription, or that of a replay.
 *
 * @param replayId id of the replay, or null
 * @param after the place before the delivery; no event between the two is to be delivered
 * @param earlier number of attempts before the replay
 */
public record Turn(@Nullable String replayId, long after, int earlier) {
    static Turn inOrder(long after) {
        return new Turn(null, after, 0);
    }
}
