/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.LedgerMessage.Enable;
import dev.otp4j.sample.ledger.LedgerMessage.Note;
import dev.otp4j.sample.ledger.LedgerMessage.Reply;
import dev.otp4j.sample.ledger.LedgerMessage.Store;
import dev.otp4j.sample.ledger.LedgerMessage.Subscribe;
import dev.otp4j.sample.ledger.LedgerMessage.Sweep;
import dev.otp4j.sample.ledger.LedgerMessage.Unsubscribe;
import dev.otp4j.sample.ledger.News.EventStored;
import dev.otp4j.sample.ledger.News.SubscriptionActive;
import dev.otp4j.sample.ledger.News.SubscriptionInactive;
import dev.otp4j.spring.SupervisedActor;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Owns the writes to the database. It makes one change at a time: it commits the change, publishes
 * the news and replies. If the database fails, the ledger replies with a failure and does not
 * crash, because a restart would not repair the database.
 */
@SupervisedActor(order = 1)
class Ledger implements Actor<Long, LedgerMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final LedgerStore store;
    private final Subject<News> listener;

    Ledger(LedgerStore store, Subject<News> listener) {
        this.store = store;
        this.listener = listener;
    }

    /** The state is the number of changes made; tools can show it. */
    @Override
    public Long init(Subject<LedgerMessage> self) {
        return 0L;
    }

    @Override
    public Next<Long, LedgerMessage> onMessage(Long changes, LedgerMessage message) {
        switch (message) {
            case Store(var event, var ticket, var replyTo) ->
                    replyTo.send(
                            change(
                                    ticket,
                                    head -> store.store(event, head),
                                    stored -> new EventStored()));
            case Subscribe(var subscription, var ticket, var replyTo) ->
                    replyTo.send(
                            change(
                                    ticket,
                                    head -> store.subscribe(subscription),
                                    added -> new SubscriptionActive(subscription.id())));
            case Unsubscribe(var id, var ticket, var replyTo) ->
                    replyTo.send(
                            change(
                                    ticket,
                                    head -> store.unsubscribe(id),
                                    removed -> new SubscriptionInactive(id)));
            case Enable(var id, var enabled, var ticket, var replyTo) ->
                    replyTo.send(
                            change(
                                    ticket,
                                    head -> store.enable(id, enabled),
                                    there ->
                                            enabled
                                                    ? new SubscriptionActive(id)
                                                    : new SubscriptionInactive(id)));
            case Sweep(var olderThan, var ticket, var replyTo) ->
                    replyTo.send(
                            attempt(() -> store.change(ticket, head -> store.sweep(olderThan))));
            case Note(var attempt, var replyTo) ->
                    replyTo.send(attempt(() -> new Reply.Done<>(store.note(attempt))));
        }
        return Next.continueWith(changes + 1);
    }

    private <R> Reply<R> change(
            Ticket ticket, LongFunction<R> change, Function<R, News> announcement) {
        Reply<R> reply = attempt(() -> store.change(ticket, change));
        if (reply instanceof Reply.Done<R>(R value)) listener.trySend(announcement.apply(value));
        return reply;
    }

    private static <R> Reply<R> attempt(Supplier<Reply<R>> change) {
        try {
            return change.get();
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("the ledger could not make a change: the database failed", e);
            return new Reply.Failed<>(String.valueOf(e.getMessage()));
        }
    }
}
