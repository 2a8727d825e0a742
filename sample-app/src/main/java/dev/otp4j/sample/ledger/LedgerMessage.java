/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.process.Subject;
import java.time.Duration;
import java.time.Instant;

/** The messages of the ledger. Only {@link LedgerClient} sends them. */
public sealed interface LedgerMessage {

    /** Store an event, which is pending for each subscription. */
    record Store(NewEvent event, Ticket ticket, Subject<Reply<Stored>> replyTo)
            implements LedgerMessage {}

    /** Add a subscription. */
    record Subscribe(Subscription subscription, Ticket ticket, Subject<Reply<Boolean>> replyTo)
            implements LedgerMessage {}

    /**
     * Remove a subscription and give up its pending deliveries; the reply is true if there was one.
     */
    record Unsubscribe(String subscriptionId, Ticket ticket, Subject<Reply<Boolean>> replyTo)
            implements LedgerMessage {}

    /** Change a subscription; the reply is true if there is one. */
    record Change(
            String subscriptionId,
            SubscriptionChange change,
            Ticket ticket,
            Subject<Reply<Boolean>> replyTo)
            implements LedgerMessage {}

    /**
     * Replace the secret of a subscription.
     *
     * @param overlap how long deliveries are signed with the old one as well
     */
    record Rotate(
            String subscriptionId,
            Secret secret,
            Duration overlap,
            Ticket ticket,
            Subject<Reply<Rotation>> replyTo)
            implements LedgerMessage {}

    /** Deliver again. */
    record Replay(ReplayRequest request, Ticket ticket, Subject<Reply<ReplayResult>> replyTo)
            implements LedgerMessage {}

    /** Remove some of the older events that have no pending delivery. */
    record Sweep(Instant olderThan, Ticket ticket, Subject<Reply<Swept>> replyTo)
            implements LedgerMessage {}

    /** The answer to a request. */
    sealed interface Reply<R> {
        /** The change is on the disk. */
        record Done<R>(R value) implements Reply<R> {}

        /** The request was cancelled before its change began. */
        record Cancelled<R>() implements Reply<R> {}

        /** The database failed. */
        record Failed<R>(String why) implements Reply<R> {}
    }
}
