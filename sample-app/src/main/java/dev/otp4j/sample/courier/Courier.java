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
import dev.otp4j.sample.courier.CourierMessage.Exited;
import dev.otp4j.sample.courier.CourierMessage.Look;
import dev.otp4j.sample.courier.CourierMessage.Repeat;
import dev.otp4j.sample.courier.CourierMessage.Wake;
import dev.otp4j.sample.courier.CourierMessage.Written;
import dev.otp4j.sample.ledger.Attempt;
import dev.otp4j.sample.ledger.Backlog;
import dev.otp4j.sample.ledger.Claim;
import dev.otp4j.sample.ledger.DeliveryState;
import dev.otp4j.sample.ledger.Due;
import dev.otp4j.sample.ledger.Lane;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import dev.otp4j.sample.ledger.Noted;
import dev.otp4j.sample.ledger.Progress;
import dev.otp4j.sample.ledger.Subscription;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Delivers to one subscriber, in order: claims the next pending deliveries, has a {@link Run} make
 * the requests, and has the results stored while the next requests are made. Everything that a
 * courier has to know after a crash is in the database.
 *
 * <p>A courier never waits: not for a subscriber, because a process of its own makes the requests,
 * and not for the results to be stored, because the answer comes as a message. So a courier can be
 * stopped at any time, and its end also ends the run.
 *
 * <p>While all goes well, the next deliveries come from memory ({@code place}). After an attempt
 * that is to be repeated, and when the courier was idle for a while, they are read from the
 * database.
 */
class Courier implements InitializingActor<Courier.State, CourierMessage, Subject<CourierMessage>> {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final Duration REPEAT_NOTE = Duration.ofSeconds(1);

    /** How many deliveries a run makes at most. */
    private static final int RUN = 64;

    /** With so many results that are not stored, the courier makes no further requests. */
    private static final int MAX_UNSTORED = 4 * RUN;

    /** How long the last request may take when everything stops. */
    private static final Duration LAST_REQUEST = Duration.ofSeconds(1);

    /**
     * How long the last request may take when only this courier stops, because the dispatcher and
     * the factory wait for it.
     */
    private static final Duration LAST_REQUEST_ALONE = Duration.ofMillis(200);

    /** Where the courier is: everything up to the position has a result. */
    record Place(Subscription subscription, long position) {}

    /** The subjects at which a courier receives. */
    record Doors(
            Subject<CourierMessage> self, Subject<CourierMessage> ends, Subject<Noted> notes) {}

    /**
     * @param place where to go on; null if the database has to be read first
     * @param timer sends the next look; null if no look is due at a time
     * @param idle whether there was nothing to do; only then a wake-up matters
     * @param pausing whether a request could not be made, so that the next one has to wait
     * @param waited the progress whose next attempt is due at the next look, or null
     * @param run the requests that are being made, or null; while there is one, no look is due
     */
    record State(
            Doors doors,
            @Nullable Place place,
            @Nullable Timer timer,
            boolean idle,
            boolean pausing,
            @Nullable Progress waited,
            @Nullable Run run,
            Unstored unstored) {

        State lookingIn(Duration delay, boolean nowIdle) {
            Timer next = doors.self().sendAfter(delay, new Look());
            return new State(doors, place, next, nowIdle, false, null, null, unstored);
        }

        /**
         * The clock may be set back while the courier waits, so the wait is not asked for twice.
         */
        State waiting(Duration delay, Progress progress) {
            Timer next = doors.self().sendAfter(delay, new Look());
            return new State(doors, null, next, false, false, progress, null, unstored);
        }

        State looking() {
            return new State(doors, place, null, false, pausing, waited, run, unstored);
        }

        /** Whether a wake-up leads to a look now. If so, cancels the look that was due later. */
        boolean wakes() {
            return idle && timer != null && timer.cancel() instanceof Cancelled.TimerCancelled;
        }

        State running(@Nullable Run next) {
            return new State(doors, place, null, false, false, null, next, unstored);
        }

        State at(@Nullable Place next) {
            return new State(doors, next, timer, idle, pausing, waited, run, unstored);
        }

        State toPause() {
            return new State(doors, null, timer, idle, true, waited, run, unstored);
        }

        State with(Unstored results) {
            return new State(doors, place, timer, idle, pausing, waited, run, results);
        }
    }

    private final String subscriptionId;
    private final LedgerReader reader;
    private final LedgerClient ledger;
    private final Lane lane;
    private final WebhookSender sender;
    private final CourierProperties properties;
    private final Attempts attempts;
    private final Clock clock;

    Courier(
            String subscriptionId,
            LedgerReader reader,
            LedgerClient ledger,
            Backlog backlog,
            WebhookSender sender,
            CourierProperties properties,
            Clock clock) {
        this.subscriptionId = subscriptionId;
        this.reader = reader;
        this.ledger = ledger;
        this.lane = backlog.begin(subscriptionId);
        this.sender = sender;
        this.properties = properties;
        this.attempts = new Attempts(properties);
        this.clock = clock;
    }

    @Override
    public Initialized<State, CourierMessage, Subject<CourierMessage>> initialize(
            Init<CourierMessage> init) {
        var doors = new Doors(init.self(), Subject.create(), Subject.create());
        doors.self().send(new Look());
        return init.state(new State(doors, null, null, false, false, null, null, Unstored.NONE))
                .selecting(
                        Selector.<CourierMessage>create()
                                .select(doors.self())
                                .select(doors.ends())
                                .selectMap(doors.notes(), Written::new)
                                .selectTrappedExits(exit -> new Exited(exit.pid(), exit.reason())));
    }

    @Override
    public Next<State, CourierMessage> onMessage(State state, CourierMessage message) {
        return switch (message) {
            case Wake() -> state.wakes() ? look(state.looking()) : Next.continueWith(state);
            case Look() -> look((state.idle() ? state.at(null) : state).looking());
            case Ended ended when isOfRun(state, ended.run()) ->
                    Next.continueWith(ended(state, ended));
            case Over(var run) when isOfRun(state, run) -> over(state);
            case Exited(var process, var reason) when isOfRun(state, process) ->
                    crashed(state, reason);
            case Ended other -> Next.continueWith(state);
            case Over other -> Next.continueWith(state);
            case Exited other -> Next.continueWith(state);
            case Written(var noted) -> written(state, noted);
            case Repeat(var number) -> Next.continueWith(repeat(state, number));
        };
    }

    private static boolean isOfRun(State state, Pid process) {
        return state.run() != null && state.run().process().equals(process);
    }

    /** Goes on, unless a run is under way, or results have to be stored first. */
    private Next<State, CourierMessage> look(State state) {
        if (state.run() != null || state.unstored().size() >= MAX_UNSTORED) {
            return Next.continueWith(state);
        }
        Place place = state.place();
        if (place == null) return claim(state);
        Optional<List<Due>> next = reader.after(place.subscription(), place.position(), RUN);
        if (next.isEmpty()) return claim(state);
        if (!next.get().isEmpty()) return Next.continueWith(run(state, next.get()));
        return Next.continueWith(state.lookingIn(properties.pollInterval(), true));
    }

    /** Reads the database, once it has all results. Until then the answer leads to a look. */
    private Next<State, CourierMessage> claim(State state) {
        if (!state.unstored().isEmpty()) return Next.continueWith(state.at(null));
        try {
            Optional<Claim> claim = reader.claim(subscriptionId);
            return claim.isPresent() ? claimed(state, claim.get()) : inactive(state);
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("courier of {} cannot read the database: {}", subscriptionId, e.getMessage());
            return Next.continueWith(state.at(null).lookingIn(properties.pause(), false));
        }
    }

    /**
     * Nothing is delivered to the subscription: the dispatcher stops the courier. The courier does
     * not stop by itself, because a wake-up that came meanwhile would be lost.
     */
    private Next<State, CourierMessage> inactive(State state) {
        return Next.continueWith(state.at(null).lookingIn(properties.pollInterval(), true));
    }

    private Next<State, CourierMessage> claimed(State state, Claim claim) {
        lane.claimed(claim);
        Progress progress = claim.progress();
        State placed = state.at(new Place(claim.subscription(), progress.position()));
        if (claim.due().isEmpty()) {
            return Next.continueWith(placed.lookingIn(properties.pollInterval(), true));
        }
        Duration wait = progress.waitAt(clock.instant());
        if (wait.isPositive() && !progress.equals(state.waited())) {
            return Next.continueWith(state.waiting(wait, progress));
        }
        return Next.continueWith(run(placed, claim.due()));
    }

    private State run(State state, List<Due> due) {
        return state.running(Run.start(due, sender, lane, state.doors().ends()));
    }

    private State ended(State state, Ended ended) {
        Due due = state.run().due().get(ended.index());
        return ask(settle(state, due, ended.answer()));
    }

    private Next<State, CourierMessage> over(State state) {
        if (!state.pausing()) return look(state.running(null));
        return Next.continueWith(state.lookingIn(properties.pause(), false));
    }

    private Next<State, CourierMessage> crashed(State state, ExitReason reason) {
        Place place = state.place();
        Due due =
                state.run().due().stream()
                        .filter(each -> place == null || each.position() > place.position())
                        .findFirst()
                        .orElseThrow();
        return over(ask(settle(state, due, Failures.of(reason))));
    }

    /** Keeps the result of a request. One that is to be repeated is read again when it is due. */
    private State settle(State state, Due due, Answer answer) {
        Optional<Attempt> attempt = result(due, answer);
        if (attempt.isEmpty()) return state.toPause();
        State next = state.with(state.unstored().with(attempt.get()));
        if (attempt.get().state() == DeliveryState.PENDING) {
            lane.failed();
            return next.at(null);
        }
        lane.settled(due.position(), attempt.get().state() == DeliveryState.DELIVERED);
        if (attempt.get().isGone()) return next.at(null); // storing it disables the subscription
        return next.at(new Place(due.subscription(), due.position()));
    }

    /** Asks for the results that wait to be stored, unless a request is under way. */
    private State ask(State state) {
        if (!state.unstored().canAsk()) return state;
        return ask(state, state.unstored().asking());
    }

    private State ask(State state, Unstored results) {
        ledger.note(results.asked(), results.number(), state.doors().notes());
        state.doors().self().sendAfter(REPEAT_NOTE, new Repeat(results.number()));
        return state.with(results);
    }

    /** The process that stores results may have died with the request. */
    private State repeat(State state, long number) {
        Unstored results = state.unstored();
        boolean open = results.number() == number && !results.asked().isEmpty();
        return open ? ask(state, results) : state;
    }

    private Next<State, CourierMessage> written(State state, Noted noted) {
        Unstored results = state.unstored();
        if (noted.number() != results.number() || results.asked().isEmpty() || !noted.stored()) {
            return Next.continueWith(state);
        }
        if (!follows(results.asked().getLast(), noted.progress())) return startOver(state);
        State next = ask(state.with(results.stored()));
        return next.run() == null && next.timer() == null ? look(next) : Next.continueWith(next);
    }

    /**
     * Whether the database has come at least as far; if the subscription is gone, it never will.
     */
    private static boolean follows(Attempt last, @Nullable Progress progress) {
        return progress == null
                || last.state() == DeliveryState.PENDING
                || progress.position() >= last.due().position();
    }

    /** The database has lost results that it had confirmed: what it has now counts. */
    private Next<State, CourierMessage> startOver(State state) {
        LOG.warn("courier of {} goes back to what the database has", subscriptionId);
        if (state.run() != null) Processes.kill(state.run().process());
        Unstored none = new Unstored(state.unstored().number(), List.of(), List.of());
        return look(state.running(null).at(null).with(none));
    }

    /**
     * If a result is not stored now, the next courier delivers the event again, under the same id.
     */
    @Override
    public void onTerminate(State state, ExitReason reason) {
        if (!reason.equals(ExitReason.SHUTDOWN)) return;
        State last = state.run() == null ? state : finish(state, state.run());
        if (!last.unstored().isEmpty()) ledger.note(last.unstored().all());
    }

    /** Waits for the request that is being made, and takes its result and earlier ones. */
    private State finish(State state, Run run) {
        run.finish();
        Duration limit = reader.isActive(subscriptionId) ? LAST_REQUEST : LAST_REQUEST_ALONE;
        long end = System.nanoTime() + limit.toNanos();
        State last = state;
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            Optional<CourierMessage> message = state.doors().ends().receive(left);
            if (message.isEmpty()) return last;
            if (message.get() instanceof Ended ended && ended.run().equals(run.process())) {
                last = settle(last, run.due().get(ended.index()), ended.answer());
            }
            if (message.get() instanceof Over(var over) && over.equals(run.process())) return last;
        }
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
