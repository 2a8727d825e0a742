/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.Database.Lock;
import dev.otp4j.sample.ledger.LedgerMessage.Enable;
import dev.otp4j.sample.ledger.LedgerMessage.Reply;
import dev.otp4j.sample.ledger.LedgerMessage.Store;
import dev.otp4j.sample.ledger.LedgerMessage.Subscribe;
import dev.otp4j.sample.ledger.LedgerMessage.Sweep;
import dev.otp4j.sample.ledger.LedgerMessage.Unsubscribe;
import dev.otp4j.sample.ledger.News.EventStored;
import dev.otp4j.sample.ledger.News.SubscriptionActive;
import dev.otp4j.sample.ledger.News.SubscriptionInactive;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/**
 * The changes that the ledger is asked for, all that wait in one transaction. A change that is made
 * twice has the effect of one, because the ledger may be killed between a commit and its reply, and
 * the request is then repeated.
 */
@Repository
class LedgerStore {
    private final Database database;
    private final Tail tail;
    private final Clock clock;
    private final EventTable events;
    private final SubscriptionTable subscriptions;
    private final SweepStep sweep;

    LedgerStore(Database database, Tail tail, Clock clock) {
        this.database = database;
        this.tail = tail;
        this.clock = clock;
        this.events = new EventTable(database.jdbc());
        this.subscriptions = new SubscriptionTable(database.jdbc(), clock);
        this.sweep = new SweepStep(database.jdbc());
    }

    /**
     * Makes changes while no other change is being made, except those whose tickets were cancelled
     * before. When this returns, they are on the disk.
     *
     * @param begun the tickets that an earlier attempt has begun, which failed; those that this one
     *     begins are added
     */
    List<Made> make(List<LedgerMessage> requests, Set<Ticket> begun) {
        var stored = new ArrayList<StoredEvent>();
        return database.forcing(
                Lock.HEAD,
                head -> {
                    var batch = new EventBatch(head, clock, events, eventsOf(requests));
                    var made = new ArrayList<Made>();
                    for (LedgerMessage each : requests) made.add(make(each, batch, begun));
                    stored.addAll(batch.write());
                    return made;
                },
                () -> tail.append(stored));
    }

    private static List<NewEvent> eventsOf(List<LedgerMessage> requests) {
        return requests.stream()
                .filter(Store.class::isInstance)
                .map(each -> ((Store) each).event())
                .toList();
    }

    private Made make(LedgerMessage request, EventBatch batch, Set<Ticket> begun) {
        return switch (request) {
            case Store(var event, var ticket, var replyTo) ->
                    made(
                            begun,
                            ticket,
                            replyTo,
                            () -> batch.store(event),
                            stored -> new EventStored());
            case Subscribe(var subscription, var ticket, var replyTo) ->
                    made(
                            begun,
                            ticket,
                            replyTo,
                            () -> subscriptions.add(subscription, batch.head()),
                            added -> new SubscriptionActive(subscription.id()));
            case Unsubscribe(var id, var ticket, var replyTo) ->
                    made(
                            begun,
                            ticket,
                            replyTo,
                            () -> subscriptions.remove(id, batch.head()),
                            removed -> new SubscriptionInactive(id));
            case Enable(var id, var enabled, var ticket, var replyTo) ->
                    made(
                            begun,
                            ticket,
                            replyTo,
                            () -> subscriptions.enable(id, enabled),
                            there ->
                                    enabled
                                            ? new SubscriptionActive(id)
                                            : new SubscriptionInactive(id));
            case Sweep(var olderThan, var ticket, var replyTo) ->
                    made(
                            begun,
                            ticket,
                            replyTo,
                            () -> sweep.run(olderThan, batch.before()),
                            swept -> null);
        };
    }

    private static <R> Made made(
            Set<Ticket> begun,
            Ticket ticket,
            Subject<Reply<R>> replyTo,
            Supplier<R> change,
            Function<R, @Nullable News> announcement) {
        if (!begun.contains(ticket)) {
            if (ticket.begin()) begun.add(ticket);
            else return new Made(() -> replyTo.send(new Reply.Cancelled<>()), List.of());
        }
        R result = change.get();
        News news = announcement.apply(result);
        return new Made(
                () -> replyTo.send(new Reply.Done<>(result)),
                news == null ? List.of() : List.of(news));
    }

    /**
     * Reads while no change is being made: every change that had begun by then has been made, or
     * never will be. What it reads is on the disk.
     */
    <R> R settled(Supplier<R> reading) {
        return database.forcing(Lock.HEAD, head -> reading.get(), () -> {});
    }

    boolean has(String eventId) {
        return events.has(eventId);
    }

    /**
     * The result for an event whose idempotency key an earlier event already has; empty if there is
     * no earlier event.
     */
    Optional<Stored> sameKey(NewEvent event) {
        return events.sameKey(event);
    }

    boolean subscribed(String id) {
        return subscriptions.has(id);
    }

    /** Whether a subscription is enabled; empty if there is no such subscription. */
    Optional<Boolean> enabled(String id) {
        return subscriptions.enabled(id);
    }
}
