/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.Database.Lock;
import dev.otp4j.sample.ledger.LedgerMessage.Change;
import dev.otp4j.sample.ledger.LedgerMessage.Replay;
import dev.otp4j.sample.ledger.LedgerMessage.Reply;
import dev.otp4j.sample.ledger.LedgerMessage.Rotate;
import dev.otp4j.sample.ledger.LedgerMessage.Store;
import dev.otp4j.sample.ledger.LedgerMessage.Subscribe;
import dev.otp4j.sample.ledger.LedgerMessage.Sweep;
import dev.otp4j.sample.ledger.LedgerMessage.Unsubscribe;
import dev.otp4j.sample.ledger.News.EventStored;
import dev.otp4j.sample.ledger.News.SubscriptionActive;
import dev.otp4j.sample.ledger.News.SubscriptionChanged;
import dev.otp4j.sample.ledger.News.SubscriptionInactive;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
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
    private final ReplayStep replays;
    private final Notices notices;
    private final SweepStep sweep;

    LedgerStore(Database database, Tail tail, Clock clock) {
        this.database = database;
        this.tail = tail;
        this.clock = clock;
        this.events = new EventTable(database.jdbc());
        this.subscriptions = new SubscriptionTable(database.jdbc(), clock);
        this.replays = new ReplayStep(database.jdbc());
        this.notices = new Notices(database.jdbc());
        this.sweep = new SweepStep(database.jdbc(), clock);
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
                () -> {
                    changedBy(requests).forEach(tail.changes()::count);
                    stored.stream()
                            .map(StoredEvent::target)
                            .filter(Objects::nonNull)
                            .forEach(tail.changes()::count);
                    tail.append(stored);
                });
    }

    /** The subscriptions whose couriers must not go on from what they have read. */
    private static Set<String> changedBy(List<LedgerMessage> requests) {
        var changed = new HashSet<String>();
        for (LedgerMessage each : requests) {
            switch (each) {
                case Change change -> changed.add(change.subscriptionId());
                case Unsubscribe gone -> changed.add(gone.subscriptionId());
                case Rotate rotate -> changed.add(rotate.subscriptionId());
                case Replay replay -> changed.add(replay.request().subscriptionId());
                default -> {
                    // a courier learns of it in another way
                }
            }
        }
        return changed;
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
                    made(begun, ticket, replyTo, () -> batch.store(event), stored -> newsOf(event));
            case Subscribe(var subscription, var ticket, var replyTo) ->
                    made(
                            begun,
                            ticket,
                            replyTo,
                            () -> subscriptions.add(subscription, batch.head()),
                            added -> List.of(new SubscriptionActive(subscription.id())));
            case Unsubscribe(var id, var ticket, var replyTo) ->
                    made(
                            begun,
                            ticket,
                            replyTo,
                            () -> subscriptions.remove(id, batch.head()),
                            removed -> List.of(new SubscriptionInactive(id)));
            case Change(var id, var change, var ticket, var replyTo) ->
                    made(
                            begun,
                            ticket,
                            replyTo,
                            () -> subscriptions.change(id, change),
                            there -> newsOf(id, change));
            case Rotate(var id, var secret, var overlap, var ticket, var replyTo) ->
                    made(
                            begun,
                            ticket,
                            replyTo,
                            () -> subscriptions.rotate(id, secret, overlap),
                            rotation -> List.of(new SubscriptionChanged(id)));
            case Replay(var asked, var ticket, var replyTo) ->
                    made(
                            begun,
                            ticket,
                            replyTo,
                            () -> replays.start(asked, batch.before()),
                            result -> List.of(new SubscriptionChanged(asked.subscriptionId())));
            case Sweep(var olderThan, var ticket, var replyTo) ->
                    made(
                            begun,
                            ticket,
                            replyTo,
                            () -> sweep(olderThan, batch),
                            swept ->
                                    swept.told().stream()
                                            .<News>map(SubscriptionChanged::new)
                                            .toList());
        };
    }

    private Swept sweep(Instant olderThan, EventBatch batch) {
        List<NewEvent> told = notices.take();
        told.forEach(batch::add);
        Swept swept = sweep.run(olderThan, batch.before());
        return new Swept(
                swept.events(),
                swept.more(),
                told.stream().map(NewEvent::target).distinct().toList());
    }

    private static <R> Made made(
            Set<Ticket> begun,
            Ticket ticket,
            Subject<Reply<R>> replyTo,
            Supplier<R> change,
            Function<R, List<News>> announcement) {
        if (!begun.contains(ticket)) {
            if (ticket.begin()) begun.add(ticket);
            else return new Made(() -> replyTo.send(new Reply.Cancelled<>()), List.of());
        }
        R result = change.get();
        return new Made(() -> replyTo.send(new Reply.Done<>(result)), announcement.apply(result));
    }

    private static List<News> newsOf(NewEvent event) {
        return event.target() == null
                ? List.of(new EventStored())
                : List.of(new EventStored(), new SubscriptionChanged(event.target()));
    }

    private static List<News> newsOf(String id, SubscriptionChange change) {
        var news = new ArrayList<News>();
        if (change.eventTypes() != null) news.add(new SubscriptionChanged(id));
        if (change.enabled() != null) {
            news.add(change.enabled() ? new SubscriptionActive(id) : new SubscriptionInactive(id));
        }
        return news;
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

    /** Whether a replay is under way. */
    boolean replays(String id) {
        return replays.has(id);
    }

    boolean subscribed(String id) {
        return subscriptions.has(id);
    }

    /** What came of a rotation; empty if the subscription does not have the secret. */
    Optional<Rotation> rotated(String id, Secret secret) {
        return subscriptions.rotated(id, secret);
    }

    /** Whether a subscription is as a change makes it. */
    boolean isMade(String id, SubscriptionChange change) {
        return subscriptions.isMade(id, change);
    }
}
