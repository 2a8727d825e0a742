/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.process.CallException;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.ledger.LedgerMessage.Change;
import dev.otp4j.sample.ledger.LedgerMessage.Replay;
import dev.otp4j.sample.ledger.LedgerMessage.Reply;
import dev.otp4j.sample.ledger.LedgerMessage.Rotate;
import dev.otp4j.sample.ledger.LedgerMessage.Store;
import dev.otp4j.sample.ledger.LedgerMessage.Subscribe;
import dev.otp4j.sample.ledger.LedgerMessage.Sweep;
import dev.otp4j.sample.ledger.LedgerMessage.Unsubscribe;
import dev.otp4j.sample.ledger.ResultMessage.Note;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Requests changes from the ledger. A call during a restart of the ledger waits for the restarted
 * one. If the ledger dies during a request, the request is repeated until its time is over. After
 * that the client looks up whether the change was made, so that it says "nothing was changed" only
 * if that is true.
 */
@Component
public class LedgerClient {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerClient.class);

    /** Short, because a courier that waits for its last results cannot be stopped. */
    private static final Duration NOTE_LIMIT = Duration.ofSeconds(1);

    private final Subject<LedgerMessage> ledger;
    private final Subject<ResultMessage> results;
    private final LedgerStore store;
    private final Backlog backlog;
    private final Duration timeout;
    private final Duration secretOverlap;

    LedgerClient(
            Subject<LedgerMessage> ledger,
            Subject<ResultMessage> results,
            LedgerStore store,
            Backlog backlog,
            LedgerProperties properties,
            SubscriptionProperties subscriptions) {
        this.ledger = ledger;
        this.results = results;
        this.store = store;
        this.backlog = backlog;
        this.timeout = properties.ledgerTimeout();
        this.secretOverlap = subscriptions.secretOverlap();
    }

    /**
     * Stores an event, which is then pending for each subscription. When this returns, it is on the
     * disk. Waits while the relay slows its intake.
     *
     * @throws IntakeSlowedException if the relay slows its intake for longer than a request waits
     * @throws LedgerUnavailableException if the ledger did not make the change in time
     */
    public Stored store(NewEvent event) {
        backlog.enter();
        try {
            return storeNow(event);
        } finally {
            backlog.leave();
        }
    }

    private Stored storeNow(NewEvent event) {
        return change(
                (ticket, replyTo) -> new Store(event, ticket, replyTo),
                () ->
                        store.has(event.id())
                                ? Optional.of(new Stored.As(event.id()))
                                : store.sameKey(event));
    }

    /**
     * Stores an event that goes to one subscription only, beside the order of the others, unless
     * too many replays of it wait. It does not wait while the relay slows its intake.
     *
     * @throws LedgerUnavailableException if the ledger did not make the change in time
     */
    public Stored storeFor(String subscriptionId, NewEvent event) {
        return storeNow(event.only(subscriptionId));
    }

    /**
     * Starts a replay.
     *
     * @throws LedgerUnavailableException if the ledger did not make the change in time
     */
    public ReplayResult replay(ReplayRequest request) {
        return change(
                (ticket, replyTo) -> new Replay(request, ticket, replyTo),
                () -> Optional.of(ReplayResult.STARTED).filter(it -> store.replays(request.id())));
    }

    /**
     * Adds a subscription.
     *
     * @throws LedgerUnavailableException if the ledger did not make the change in time
     */
    public void subscribe(Subscription subscription) {
        change(
                (Ticket ticket, Subject<Reply<Boolean>> replyTo) ->
                        new Subscribe(subscription, ticket, replyTo),
                () -> Optional.of(true).filter(yes -> store.subscribed(subscription.id())));
    }

    /**
     * Removes a subscription and gives up its pending deliveries.
     *
     * @throws LedgerUnavailableException if the ledger did not make the change in time
     */
    public void unsubscribe(String subscriptionId) {
        change(
                (Ticket ticket, Subject<Reply<Boolean>> replyTo) ->
                        new Unsubscribe(subscriptionId, ticket, replyTo),
                () -> Optional.of(true).filter(yes -> !store.subscribed(subscriptionId)));
    }

    /**
     * Changes a subscription. Returns false if there is no such subscription.
     *
     * @throws LedgerUnavailableException if the ledger did not make the change in time
     */
    public boolean change(String subscriptionId, SubscriptionChange change) {
        return change(
                (ticket, replyTo) -> new Change(subscriptionId, change, ticket, replyTo),
                () -> Optional.of(true).filter(yes -> store.isMade(subscriptionId, change)));
    }

    /**
     * Replaces the secret of a subscription. Deliveries are signed with both for {@code
     * relay.secret-overlap}.
     *
     * @throws LedgerUnavailableException if the ledger did not make the change in time
     */
    public Rotation rotate(String subscriptionId, Secret secret) {
        return change(
                (ticket, replyTo) ->
                        new Rotate(subscriptionId, secret, secretOverlap, ticket, replyTo),
                () -> store.rotated(subscriptionId, secret));
    }

    /**
     * Removes some of the events that were received before {@code olderThan} and have no pending
     * delivery, in a step of limited size.
     *
     * @throws LedgerUnavailableException if the ledger did not make the change in time
     */
    Swept sweep(Instant olderThan) {
        return change(
                (ticket, replyTo) -> new Sweep(olderThan, ticket, replyTo),
                () -> Optional.of(new Swept(0, false)));
    }

    /**
     * Has outcomes of one subscription stored, without waiting.
     *
     * @param number comes back in the reply
     * @param replyTo gets a {@link Noted}; none comes if the process that stores results dies
     */
    public void note(List<Outcome> outcomes, long number, Subject<Noted> replyTo) {
        results.trySend(new Note(subscriptionOf(outcomes), number, outcomes, replyTo));
    }

    /**
     * Stores outcomes of one subscription. Returns false if that did not succeed within a second;
     * the call can be repeated.
     */
    public boolean note(List<Outcome> outcomes) {
        try {
            String id = subscriptionOf(outcomes);
            return results.<Noted>call(NOTE_LIMIT, replyTo -> new Note(id, 0, outcomes, replyTo))
                    .stored();
        } catch (CallException e) {
            LOG.debug("the results of attempts could not be stored", e);
            return false;
        }
    }

    private static String subscriptionOf(List<Outcome> outcomes) {
        return outcomes.getFirst().subscription().id();
    }

    private <R> R change(
            BiFunction<Ticket, Subject<Reply<R>>, LedgerMessage> request,
            Supplier<Optional<R>> lookup) {
        long start = System.nanoTime();
        boolean begun = false;
        Throwable failure = null;
        for (Duration left = timeout; left.isPositive(); left = left(start)) {
            var ticket = new Ticket();
            try {
                Reply<R> reply = ledger.call(left, replyTo -> request.apply(ticket, replyTo));
                if (reply instanceof Reply.Done<R>(R value)) return value;
                begun = true;
                failure = new IllegalStateException(reply.toString());
                break;
            } catch (CallException.CalleeDown e) {
                begun |= !ticket.cancel();
                failure = e;
            } catch (CallException e) {
                begun |= !ticket.cancel();
                failure = e;
                break;
            }
        }
        return settle(begun, lookup, failure);
    }

    private Duration left(long start) {
        return timeout.minusNanos(System.nanoTime() - start);
    }

    /**
     * Settles a request that got no answer. If its change has begun, its transaction is waited for,
     * and the result is looked up.
     */
    private <R> R settle(boolean begun, Supplier<Optional<R>> lookup, @Nullable Throwable failure) {
        if (!begun) throw new LedgerUnavailableException(true, failure);
        Optional<R> found;
        try {
            found = store.settled(lookup);
        } catch (DataAccessException | TransactionException e) {
            throw new LedgerUnavailableException(false, e);
        }
        return found.orElseThrow(() -> new LedgerUnavailableException(true, failure));
    }
}
