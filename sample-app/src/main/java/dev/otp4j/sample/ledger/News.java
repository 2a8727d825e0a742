/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/**
 * What the ledger tells after a change is in the database. News can get lost, when the ledger is
 * killed right then; whoever listens looks into the database from time to time as well.
 */
public sealed interface News {
    /** There is something to deliver. */
    record EventStored() implements News {}

    /** A subscription is to be served: it is new, or enabled again. */
    record SubscriptionActive(String id) implements News {}

    /** A subscription is not to be served any more: it is gone, or disabled. */
    record SubscriptionInactive(String id) implements News {}

    /** No news; what a listener sends itself. */
    record LookAgain() implements News {}
}
