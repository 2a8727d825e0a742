/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.process.ExitReason;
import dev.otp4j.sample.courier.CourierMessage.Repeat;
import dev.otp4j.sample.ledger.Attempt;
import dev.otp4j.sample.ledger.DeliveryState;
import dev.otp4j.sample.ledger.Due;
import dev.otp4j.sample.ledger.Lane;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.Outcome;
import dev.otp4j.sample.ledger.Progress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes results of the answers to a courier's requests, and has them stored. Used in the courier's
 * process.
 */
final class CourierResults {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final Duration REPEAT_NOTE = Duration.ofSeconds(1);

    private final String subscriptionId;
    private final LedgerClient ledger;
    private final Lane lane;
    private final Attempts attempts;
    private final Clock clock;

    CourierResults(
            String subscriptionId,
            LedgerClient ledger,
            Lane lane,
            CourierProperties properties,
            Clock clock) {
        this.subscriptionId = subscriptionId;
        this.ledger = ledger;
        this.lane = lane;
        this.attempts = new Attempts(properties);
        this.clock = clock;
    }

    /** Keeps the result of a request. One that is to be repeated is read again when it is due. */
    CourierState settle(CourierState state, Due due, Answer answer, Duration took) {
        Optional<Attempt> attempt = result(due, answer, took);
        if (attempt.isEmpty()) return state.toPause();
        CourierState next = state.with(attempt.get());
        if (attempt.get().isGone()) return next.at(null); // storing it disables the subscription
        if (due.isReplay()) return next;
        if (attempt.get().state() == DeliveryState.PENDING) {
            lane.failed();
            return next.at(null);
        }
        lane.settled(due.position(), attempt.get().state() == DeliveryState.DELIVERED);
        Place place = state.place();
        return place == null ? next : next.at(place.settledAt(due.position()));
    }

    /** Keeps the result of a request whose process has ended, and asks for it. */
    CourierState failed(CourierState state, Due due, ExitReason reason) {
        return ask(settle(state, due, Failures.of(reason), Duration.ZERO));
    }

    /** Has it stored how far the courier has passed over events that are not for it. */
    CourierState reported(CourierState state) {
        Place place = state.place();
        if (place == null || place.passed().isEmpty()) return state;
        CourierState told = state.with(place.passed().get());
        return ask(told.at(place.settledAt(place.position())));
    }

    /** Asks for the results that wait to be stored, unless a request is under way. */
    CourierState ask(CourierState state) {
        if (!state.unstored().canAsk()) return state;
        return ask(state, state.unstored().asking());
    }

    private CourierState ask(CourierState state, Unstored results) {
        ledger.note(results.asked(), results.number(), state.doors().notes());
        state.doors().self().sendAfter(REPEAT_NOTE, new Repeat(results.number()));
        return state.with(results);
    }

    /** The process that stores results may have died with the request. */
    CourierState repeat(CourierState state, long number) {
        Unstored results = state.unstored();
        boolean open = results.number() == number && !results.asked().isEmpty();
        return open ? ask(state, results) : state;
    }

    /**
     * Whether the database has come at least as far; if the subscription is gone, it never will.
     */
    static boolean follows(List<Outcome> asked, @Nullable Progress progress) {
        if (progress == null) return true;
        return asked.reversed().stream()
                .filter(outcome -> outcome.turn().replayId() == null)
                .findFirst()
                .map(last -> progress.position() >= last.until())
                .orElse(true);
    }

    private Optional<Attempt> result(Due due, Answer answer, Duration took) {
        if (answer instanceof Answer.NotMade(String why)) {
            LOG.warn("delivery of {} to {} waits: {}", due.eventId(), subscriptionId, why);
        }
        Optional<Attempt> attempt = attempts.of(due, answer, clock.instant(), took);
        attempt.filter(made -> made.state() == DeliveryState.FAILED)
                .ifPresent(CourierResults::logFailed);
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
