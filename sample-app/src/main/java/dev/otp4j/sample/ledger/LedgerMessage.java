/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.process.Subject;
import java.time.Instant;

/** What the ledger understands. Only {@link LedgerClient} sends it. */
public sealed interface LedgerMessage {

    /** Store an event, with a delivery for each subscription there is. */
    record Store(NewEvent event, Ticket ticket, Subject<Reply<Stored>> replyTo)
            implements LedgerMessage {}

    /** Add a subscription. */
    record Subscribe(Subscription subscription, Ticket ticket, Subject<Reply<Boolean>> replyTo)
            implements LedgerMessage {}

    /** Remove a subscription and give up what is pending for it; true if there was one. */
    record Unsubscribe(String subscriptionId, Ticket ticket, Subject<Reply<Boolean>> replyTo)
            implements LedgerMessage {}

    /** Enable or disable a subscription; true if there is one. */
    record Enable(
            String subscriptionId, boolean enabled, Ticket ticket, Subject<Reply<Boolean>> replyTo)
            implements LedgerMessage {}

    /** Remove some of the events that are older and have no delivery to come; how many. */
    record Sweep(Instant olderThan, Ticket ticket, Subject<Reply<Integer>> replyTo)
            implements LedgerMessage {}

    /** Note the result of an attempt. */
    record Note(Attempt attempt, Subject<Reply<Boolean>> replyTo) implements LedgerMessage {}

    /** The answer to a request. */
    sealed interface Reply<R> {
        /** It is in the database. */
        record Done<R>(R value) implements Reply<R> {}

        /** It was cancelled before it began. */
        record Cancelled<R>() implements Reply<R> {}

        /** The database failed. */
        record Failed<R>(String why) implements Reply<R> {}
    }
}
