/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage.Look;
import dev.otp4j.sample.courier.CourierMessage.Wake;
import dev.otp4j.sample.ledger.Attempt;
import dev.otp4j.sample.ledger.DeliveryState;
import dev.otp4j.sample.ledger.Due;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Delivers to one subscriber: looks up the first pending delivery, sends it, has the result noted,
 * looks again. Everything it has to know after a crash is in the database.
 *
 * <p>There is always exactly one {@link Look} on its way, now or by timer; the state says which, so
 * that one from a predecessor counts for nothing. It waits for no delay itself, and so can be
 * stopped at any time but during a request.
 */
class Courier implements Actor<Courier.State, CourierMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final Duration REPEAT_NOTE = Duration.ofMillis(200);
    private static final int MAX_ERROR = 200;

    /**
     * @param look the one that counts
     * @param idle whether there was nothing to do; a wake-up is of interest then only
     * @param unnoted a result that the ledger does not have yet, or null
     */
    record State(Subject<CourierMessage> self, Look look, boolean idle, @Nullable Attempt unnoted) {
        static State first(Subject<CourierMessage> self) {
            return new State(self, new Look(), false, null).now();
        }

        State now() {
            self.send(look);
            return this;
        }

        State again(boolean nowIdle, @Nullable Attempt attempt) {
            return new State(self, new Look(), nowIdle, attempt);
        }

        State in(Duration delay) {
            self.sendAfter(delay, look);
            return this;
        }
    }

    private final String subscriptionId;
    private final LedgerReader reader;
    private final LedgerClient ledger;
    private final WebhookSender sender;
    private final CourierProperties properties;
    private final Clock clock;

    Courier(
            String subscriptionId,
            LedgerReader reader,
            LedgerClient ledger,
            WebhookSender sender,
            CourierProperties properties,
            Clock clock) {
        this.subscriptionId = subscriptionId;
        this.reader = reader;
        this.ledger = ledger;
        this.sender = sender;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public State init(Subject<CourierMessage> self) {
        return State.first(self);
    }

    @Override
    public Next<State, CourierMessage> onMessage(State state, CourierMessage message) {
        boolean counts =
                switch (message) {
                    case Wake() -> state.idle();
                    case Look look -> look == state.look();
                };
        return counts ? look(state) : Next.continueWith(state);
    }

    private Next<State, CourierMessage> look(State state) {
        try {
            if (state.unnoted() != null) return Next.continueWith(note(state, state.unnoted()));
            Optional<Due> due = reader.next(subscriptionId);
            if (due.isPresent()) return Next.continueWith(work(state, due.get()));
            if (!reader.isSubscribed(subscriptionId)) return Next.stop();
            return Next.continueWith(state.again(true, null).in(properties.pollInterval()));
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("courier of {} cannot read the database: {}", subscriptionId, e.getMessage());
            return Next.continueWith(state.again(false, null).in(properties.retryDelay()));
        }
    }

    private State work(State state, Due due) {
        Duration early = Duration.between(clock.instant(), due.at());
        if (early.isPositive()) return state.again(false, null).in(atMost(early));
        return note(state, attempt(due, sender.send(due)));
    }

    /** The wall clock may be set back; the timer's does not know. */
    private Duration atMost(Duration delay) {
        Duration longest = properties.maxRetryDelay();
        return delay.compareTo(longest) < 0 ? delay : longest;
    }

    private State note(State state, Attempt attempt) {
        if (ledger.note(attempt)) return state.again(false, null).now();
        return state.again(false, attempt).in(REPEAT_NOTE);
    }

    private Attempt attempt(Due due, Answer answer) {
        Instant now = clock.instant();
        int number = due.attempts() + 1;
        return switch (answer) {
            case Answer.Status status when status.isSuccess() ->
                    new Attempt(due, DeliveryState.DELIVERED, now, status.code(), null);
            case Answer.Status status when status.isGone() ->
                    failed(new Attempt(due, DeliveryState.FAILED, now, status.code(), "gone"));
            case Answer.Status(int code) -> again(due, number, now, code, "status " + code);
            case Answer.None(String why) -> again(due, number, now, null, shortened(why));
        };
    }

    private Attempt again(
            Due due, int number, Instant now, @Nullable Integer status, String error) {
        if (number >= properties.maxAttempts()) {
            return failed(new Attempt(due, DeliveryState.FAILED, now, status, error));
        }
        Instant next = now.plus(properties.delayAfter(number));
        return new Attempt(due, DeliveryState.PENDING, next, status, error);
    }

    private static Attempt failed(Attempt attempt) {
        LOG.warn(
                "delivery of {} to {} failed after {} attempts: {}",
                attempt.due().eventId(),
                attempt.due().subscription().id(),
                attempt.number(),
                attempt.error());
        return attempt;
    }

    private static String shortened(String text) {
        return text.length() <= MAX_ERROR ? text : text.substring(0, MAX_ERROR);
    }
}
