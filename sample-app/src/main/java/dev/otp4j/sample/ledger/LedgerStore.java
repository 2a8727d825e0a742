/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.sample.ledger.LedgerMessage.Reply;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The changes of the database, one transaction each. A change that is made twice has the effect of
 * one, because the ledger may be killed between a commit and its reply, and the request is then
 * repeated.
 */
@Repository
class LedgerStore {
    /** How many events a sweep removes at most, so that other requests do not wait long. */
    static final int SWEEP = 200;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;

    LedgerStore(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /**
     * Makes a change while no other change is being made, unless its ticket was cancelled before.
     */
    <R> Reply<R> change(Ticket ticket, LongFunction<R> change) {
        return holdingHead(
                head ->
                        ticket.begin()
                                ? new Reply.Done<>(change.apply(head))
                                : new Reply.Cancelled<>());
    }

    /**
     * Reads while no change is being made: every change that had begun by then has been made, or
     * never will be.
     */
    <R> R settled(Supplier<R> reading) {
        return holdingHead(head -> reading.get());
    }

    private <R> R holdingHead(LongFunction<R> work) {
        return UninterruptedWork.run(() -> inTransaction(work));
    }

    @SuppressWarnings("NullAway") // neither callback returns null
    private <R> R inTransaction(LongFunction<R> work) {
        return transaction.execute(
                status ->
                        work.apply(
                                jdbc.sql("SELECT position FROM ledger_head WHERE id = 1 FOR UPDATE")
                                        .query(Long.class)
                                        .single()));
    }

    Stored store(NewEvent event, long head) {
        if (has(event.id())) return new Stored.As(event.id());
        return sameKey(event).orElseGet(() -> append(event, head + 1));
    }

    boolean has(String eventId) {
        return jdbc.sql("SELECT COUNT(*) FROM event WHERE id = ?")
                        .param(eventId)
                        .query(Integer.class)
                        .single()
                > 0;
    }

    private record Known(String id, byte[] digest) {}

    /**
     * The result for an event whose idempotency key an earlier event already has; empty if there is
     * no earlier event.
     */
    Optional<Stored> sameKey(NewEvent event) {
        if (event.idempotencyKey() == null) return Optional.empty();
        return jdbc.sql("SELECT id, body_digest FROM event WHERE idempotency_key = ?")
                .param(event.idempotencyKey())
                .query((row, n) -> new Known(row.getString(1), row.getBytes(2)))
                .optional()
                .map(
                        known ->
                                Arrays.equals(known.digest(), event.digest())
                                        ? new Stored.As(known.id())
                                        : new Stored.KeyTaken());
    }

    private Stored append(NewEvent event, long position) {
        OffsetDateTime now = now();
        jdbc.sql("UPDATE ledger_head SET position = ? WHERE id = 1").param(position).update();
        jdbc.sql(
                        """
                        INSERT INTO event (position, id, body, body_digest, idempotency_key, received_at)
                        VALUES (?, ?, ?, ?, ?, ?)
                        """)
                .param(position)
                .param(event.id())
                .param(event.body())
                .param(event.digest())
                .param(5, event.idempotencyKey(), Types.VARCHAR)
                .param(6, now)
                .update();
        jdbc.sql(
                        """
                        INSERT INTO delivery (subscription_id, position, due_at)
                        SELECT id, ?, ? FROM subscription WHERE deleted_at IS NULL
                        """)
                .param(position)
                .param(now)
                .update();
        return new Stored.As(event.id());
    }

    boolean subscribe(Subscription subscription) {
        if (subscribed(subscription.id())) return true;
        jdbc.sql("INSERT INTO subscription (id, url, secret, created_at) VALUES (?, ?, ?, ?)")
                .param(subscription.id())
                .param(subscription.url().toString())
                .param(subscription.secret().reveal())
                .param(now())
                .update();
        return true;
    }

    boolean subscribed(String id) {
        return jdbc.sql(
                                "SELECT COUNT(*) FROM subscription WHERE id = ? AND deleted_at IS"
                                        + " NULL")
                        .param(id)
                        .query(Integer.class)
                        .single()
                > 0;
    }

    /** Whether a subscription is enabled; empty if there is no such subscription. */
    Optional<Boolean> enabled(String id) {
        return jdbc.sql("SELECT enabled FROM subscription WHERE id = ? AND deleted_at IS NULL")
                .param(id)
                .query(Boolean.class)
                .optional();
    }

    boolean enable(String id, boolean enabled) {
        return jdbc.sql(
                                "UPDATE subscription SET enabled = ?, gone_at = NULL"
                                        + " WHERE id = ? AND deleted_at IS NULL")
                        .param(enabled)
                        .param(id)
                        .update()
                > 0;
    }

    /**
     * Removes up to {@link #SWEEP} events that were received before {@code olderThan} and have no
     * pending delivery, and then the deleted subscriptions to which no delivery refers any more.
     */
    int sweep(Instant olderThan) {
        List<Long> positions =
                jdbc.sql(
                                """
                                SELECT e.position FROM event e
                                WHERE e.received_at < ? AND NOT EXISTS (
                                    SELECT 1 FROM delivery d WHERE d.position = e.position AND d.state = 'pending')
                                ORDER BY e.received_at FETCH FIRST ? ROWS ONLY
                                """)
                        .param(olderThan.atOffset(ZoneOffset.UTC))
                        .param(SWEEP)
                        .query(Long.class)
                        .list();
        for (long position : positions) {
            jdbc.sql("DELETE FROM delivery WHERE position = ?").param(position).update();
            jdbc.sql("DELETE FROM event WHERE position = ?").param(position).update();
        }
        jdbc.sql(
                        """
                        DELETE FROM subscription s WHERE s.deleted_at < ? AND NOT EXISTS (
                            SELECT 1 FROM delivery d WHERE d.subscription_id = s.id)
                        """)
                .param(olderThan.atOffset(ZoneOffset.UTC))
                .update();
        return positions.size();
    }

    boolean unsubscribe(String id) {
        int removed =
                jdbc.sql(
                                "UPDATE subscription SET deleted_at = ? WHERE id = ? AND"
                                        + " deleted_at IS NULL")
                        .param(now())
                        .param(id)
                        .update();
        jdbc.sql(
                        """
                        UPDATE delivery SET state = 'failed', last_error = 'the subscription was deleted'
                        WHERE subscription_id = ? AND state = 'pending'
                        """)
                .param(id)
                .update();
        return removed > 0;
    }

    /** Returns false if the result is already stored, or the delivery was given up meanwhile. */
    boolean note(Attempt attempt) {
        return UninterruptedWork.run(
                () -> Boolean.TRUE.equals(transaction.execute(status -> noted(attempt))));
    }

    private boolean noted(Attempt attempt) {
        boolean stored = update(attempt);
        if (stored && attempt.isGone()) disableGone(attempt.due().subscription().id());
        return stored;
    }

    private void disableGone(String id) {
        jdbc.sql("UPDATE subscription SET enabled = FALSE, gone_at = ? WHERE id = ?")
                .param(now())
                .param(id)
                .update();
    }

    private boolean update(Attempt attempt) {
        return jdbc.sql(
                                """
                                UPDATE delivery SET state = ?, attempts = ?, due_at = ?, last_status = ?, last_error = ?
                                WHERE subscription_id = ? AND position = ? AND state = 'pending' AND attempts = ?
                                """)
                        .param(1, attempt.state().text())
                        .param(2, attempt.number())
                        .param(3, attempt.nextAt().atOffset(ZoneOffset.UTC))
                        .param(4, attempt.status(), Types.INTEGER)
                        .param(5, attempt.error(), Types.VARCHAR)
                        .param(6, attempt.due().subscription().id())
                        .param(7, attempt.due().position())
                        .param(8, attempt.due().attempts())
                        .update()
                > 0;
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
