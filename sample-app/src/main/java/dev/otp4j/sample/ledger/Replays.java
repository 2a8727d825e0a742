/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be delivered to a subscription once more. Either there is something to do now, or it
 * is known when there will be, or there is nothing.
 *
 * @param due deliveries of one replay that are due
 * @param over a replay in which nothing is left to do, or null
 * @param dueIn time until the next one is due, or null
 */
public record Replays(List<Due> due, @Nullable Passed over, @Nullable Duration dueIn) {
    /** Nothing is to be replayed. */
    public static final Replays NONE = new Replays(List.of(), null, null);
}
