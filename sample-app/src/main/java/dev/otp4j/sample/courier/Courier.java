/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.actor.Init;
import dev.otp4j.actor.Initialized;
import dev.otp4j.actor.InitializingActor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Cancelled;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Timer;
import dev.otp4j.sample.courier.CourierMessage.Look;
import dev.otp4j.sample.courier.CourierMessage.Wake;
import dev.otp4j.sample.ledger.Attempt;
import dev.otp4j.sample.ledger.DeliveryState;
import dev.otp4j.sample.ledger.Due;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Delivers to one subscriber: looks up the first pending delivery, starts its request, stores the
 * result in the ledger, and looks again. Everything that a courier has to know after a crash is in
 * the database.
 *
 * <p>A courier never waits for a subscriber: a separate process, linked to the courier, makes each
 * request. So a courier can be stopped at any time, and its end also ends the request.
 *
 * <p>A courier always waits for exactly one event: a {@link Look}, sent at once or by a timer, or
 * the end of a request. If it looks before the timer fires, it cancels the timer.
 */
class Courier implements InitializingActor<Courier.State, CourierMessage, Subject<CourierMessage>> {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final Duration REPEAT_NOTE = Duration.ofMillis(200);

    /** How long the last request may take when everything stops. */
    private static final Duration LAST_REQUEST = Duration.ofSeconds(1);

    /**
     * How long the last request may take when only this courier stops, because the dispatcher and
     * the factory wait for it.
     */
    private static final Duration LAST_REQUEST_ALONE = Duration.ofMillis(200);

    /** A request that is being made. */
    record Request(Pid process, Due due) {}

    /**
     * @param ends subject to which a request sends its end
     * @param timer sends the next look; null if no timer is set
     * @param idle whether there was nothing to do; only then a wake-up matters
     * @param request the request that is being made, or null; while there is one, no look is due
     * @param unnoted a result that the ledger has not stored yet, or null
     */
    record State(
            Subject<CourierMessage> self,
            Subject<Ended> ends,
            @Nullable Timer timer,
            boolean idle,
            @Nullable Request request,
            @Nullable Attempt unnoted) {
        static State first(Subject<CourierMessage> self, Subject<Ended> ends) {
            return new State(self, ends, null, false, null, null).now();
        }

        State now() {
            self.send(new Look());
            return this;
        }

        State in(Duration delay) {
            Timer next = self.sendAfter(delay, new Look());
            return new State(self, ends, next, idle, request, unnoted);
        }

        /** Whether a wake-up leads to a look now. If so, cancels the look that was due later. */
        boolean wakes() {
            return idle && timer != null && timer.cancel() instanceof Cancelled.TimerCancelled;
        }

        State again(boolean nowIdle, @Nullable Attempt attempt) {
            return new State(self, ends, null, nowIdle, null, attempt);
        }

        State requesting(Request next) {
            return new State(self, ends, null, false, next, null);
        }
    }

    private final String subscriptionId;
    private final LedgerReader reader;
    private final LedgerClient ledger;
    private final WebhookSender sender;
    private final CourierProperties properties;
    private final Attempts attempts;
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
        this.attempts = new Attempts(properties);
        this.clock = clock;
    }

    @Override
    public Initialized<State, CourierMessage, Subject<CourierMessage>> initialize(
            Init<CourierMessage> init) {
        State first = State.first(init.self(), Subject.create());
        return init.state(first)
                .selecting(
                        Selector.<CourierMessage>create()
                                .select(init.self())
                                .select(first.ends())
                                .selectTrappedExits(
                                        exit -> new Ended(exit.pid(), Failures.of(exit.reason()))));
    }

    @Override
    public Next<State, CourierMessage> onMessage(State state, CourierMessage message) {
        return switch (message) {
            case Wake() -> state.wakes() ? look(state) : Next.continueWith(state);
            case Look() -> look(state);
            case Ended ended -> Next.continueWith(ended(state, ended));
        };
    }

    private Next<State, CourierMessage> look(State state) {
        try {
            if (state.unnoted() != null) return Next.continueWith(note(state, state.unnoted()));
            Optional<Due> due = reader.next(subscriptionId);
            if (due.isPresent()) return Next.continueWith(work(state, due.get()));
            if (!reader.isActive(subscriptionId)) return Next.stop();
            return Next.continueWith(state.again(true, null).in(properties.pollInterval()));
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("courier of {} cannot read the database: {}", subscriptionId, e.getMessage());
            return Next.continueWith(state.again(false, null).in(properties.retryDelay()));
        }
    }

    private State work(State state, Due due) {
        Duration early = Duration.between(clock.instant(), due.at());
        if (early.isPositive()) return state.again(false, null).in(atMost(early));
        return state.requesting(new Request(send(due, state.ends()), due));
    }

    private Pid send(Due due, Subject<Ended> ends) {
        return Processes.spawn(() -> ends.send(new Ended(Processes.self(), sender.send(due))));
    }

    /**
     * Handles the end of a request. It is called twice: for the answer of the process, and for its
     * exit, which is then ignored.
     */
    private State ended(State state, Ended ended) {
        Request request = state.request();
        if (request == null || !request.process().equals(ended.request())) return state;
        return settle(state, request.due(), ended.answer());
    }

    /**
     * Limits a delay to the longest retry delay, because a wall clock that was set back makes it
     * too long.
     */
    private Duration atMost(Duration delay) {
        Duration longest = properties.maxRetryDelay();
        return delay.compareTo(longest) < 0 ? delay : longest;
    }

    private State note(State state, Attempt attempt) {
        if (ledger.note(attempt)) return state.again(false, null).now();
        return state.again(false, attempt).in(REPEAT_NOTE);
    }

    /**
     * If a result is not stored now, the next courier delivers the event again, under the same id.
     */
    @Override
    public void onTerminate(State state, ExitReason reason) {
        if (!reason.equals(ExitReason.SHUTDOWN)) return;
        if (state.unnoted() != null) ledger.note(state.unnoted());
        Request request = state.request();
        if (request == null) return;
        state.ends()
                .receive(reader.isActive(subscriptionId) ? LAST_REQUEST : LAST_REQUEST_ALONE)
                .filter(ended -> ended.request().equals(request.process()))
                .flatMap(ended -> result(request.due(), ended.answer()))
                .ifPresent(ledger::note);
    }

    /**
     * Stores the result of an attempt. An attempt that was not made has none, and is made later.
     */
    private State settle(State state, Due due, Answer answer) {
        Optional<Attempt> attempt = result(due, answer);
        if (attempt.isPresent()) return note(state, attempt.get());
        return state.again(false, null).in(properties.retryDelay());
    }

    private Optional<Attempt> result(Due due, Answer answer) {
        if (answer instanceof Answer.NotMade(String why)) {
            LOG.warn("delivery of {} to {} waits: {}", due.eventId(), subscriptionId, why);
        }
        Optional<Attempt> attempt = attempts.of(due, answer, clock.instant());
        attempt.filter(made -> made.state() == DeliveryState.FAILED).ifPresent(Courier::logFailed);
        return attempt;
    }

    private static void logFailed(Attempt attempt) {
        LOG.warn(
                "delivery of {} to {} failed after {} attempts: {}",
                attempt.due().eventId(),
                attempt.due().subscription().id(),
                attempt.number(),
                attempt.error());
    }
}
