/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/**
 * What a courier has to know to go on, as the database has it.
 *
 * @param pending the next pending deliveries in their order, due or not
 * @param replays what is to be delivered once more, beside the order
 * @param seen number of changes that are in it, see {@link LedgerReader#after}
 */
public record Claim(
        Subscription subscription,
        Progress progress,
        Pending pending,
        Replays replays,
        long seen) {}
