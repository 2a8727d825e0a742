/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/**
 * What the ledger publishes after a change is in the database. News is lost if the ledger is killed
 * at that moment, so listeners also read the database from time to time.
 */
public sealed interface News {
    /** There is something to deliver. */
    record EventStored() implements News {}

    /** A subscription has become active: it is new, or was enabled again. */
    record SubscriptionActive(String id) implements News {}

    /** A subscription is no longer active: it was removed or disabled. */
    record SubscriptionInactive(String id) implements News {}

    /** A subscription gets other events from now on, or some of them again. */
    record SubscriptionChanged(String id) implements News {}

    /** Not news: a listener sends this to itself. */
    record LookAgain() implements News {}
}
