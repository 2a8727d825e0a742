/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/**
 * What the ledger tells after a change is in the database. News can get lost, when the ledger is
 * killed right then; whoever listens looks into the database from time to time as well.
 */
public sealed interface News {
    /** There is something to deliver. */
    record EventStored() implements News {}

    /** There is a new subscription. */
    record SubscriptionAdded(String id) implements News {}

    /** A subscription is gone. */
    record SubscriptionRemoved(String id) implements News {}

    /** No news; what a listener sends itself. Equal to itself only. */
    final class LookAgain implements News {}
}
