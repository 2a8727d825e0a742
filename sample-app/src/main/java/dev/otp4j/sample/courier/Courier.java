/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.actor.Init;
import dev.otp4j.actor.Initialized;
import dev.otp4j.actor.InitializingActor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage.Changed;
import dev.otp4j.sample.courier.CourierMessage.Exited;
import dev.otp4j.sample.courier.CourierMessage.Look;
import dev.otp4j.sample.courier.CourierMessage.Repeat;
import dev.otp4j.sample.courier.CourierMessage.Wake;
import dev.otp4j.sample.courier.CourierMessage.Written;
import dev.otp4j.sample.ledger.Backlog;
import dev.otp4j.sample.ledger.Claim;
import dev.otp4j.sample.ledger.Due;
import dev.otp4j.sample.ledger.Lane;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import dev.otp4j.sample.ledger.Noted;
import dev.otp4j.sample.ledger.Pending;
import dev.otp4j.sample.ledger.Progress;
import dev.otp4j.sample.ledger.Replays;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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
class Courier implements InitializingActor<CourierState, CourierMessage, Subject<CourierMessage>> {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

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

    /** After so many events that are not for the subscription, the database is told. */
    private static final int MAX_PASSED = 1_000;

    private final String subscriptionId;
    private final LedgerReader reader;
    private final LedgerClient ledger;
    private final Lane lane;
    private final WebhookSender sender;
    private final CourierProperties properties;
    private final CourierResults results;
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
        this.results = new CourierResults(subscriptionId, ledger, lane, properties, clock);
        this.clock = clock;
    }

    @Override
    public Initialized<CourierState, CourierMessage, Subject<CourierMessage>> initialize(
            Init<CourierMessage> init) {
        var doors = new CourierState.Doors(init.self(), Subject.create(), Subject.create());
        doors.self().send(new Look());
        return init.state(CourierState.first(doors))
                .selecting(
                        Selector.<CourierMessage>create()
                                .select(doors.self())
                                .select(doors.ends())
                                .selectMap(doors.notes(), Written::new)
                                .selectTrappedExits(exit -> new Exited(exit.pid(), exit.reason())));
    }

    @Override
    public Next<CourierState, CourierMessage> onMessage(
            CourierState state, CourierMessage message) {
        return switch (message) {
            case Wake() -> state.idle() && state.looksNow() ? look(state.looking()) : stay(state);
            case Changed() -> changed(state);
            case Look() ->
                    look((state.idle() ? results.reported(state).at(null) : state).looking());
            case Ended ended when isOfRun(state, ended.run()) ->
                    Next.continueWith(ended(state, ended));
            case Over(var run) when isOfRun(state, run) -> over(state);
            case Exited(var process, var reason) when isOfRun(state, process) ->
                    crashed(state, reason);
            case Ended other -> Next.continueWith(state);
            case Over other -> Next.continueWith(state);
            case Exited other -> Next.continueWith(state);
            case Written(var noted) -> written(state, noted);
            case Repeat(var number) -> Next.continueWith(results.repeat(state, number));
        };
    }

    private static Next<CourierState, CourierMessage> stay(CourierState state) {
        return Next.continueWith(state);
    }

    private static boolean isOfRun(CourierState state, Pid process) {
        return state.run() != null && state.run().process().equals(process);
    }

    /** Reads the database, once the request is over that is being made. */
    private Next<CourierState, CourierMessage> changed(CourierState state) {
        if (state.run() != null) state.run().finish();
        else if (state.looksNow()) return look(state.at(null).looking());
        return stay(state);
    }

    /** Goes on, unless a run is under way, or results have to be stored first. */
    private Next<CourierState, CourierMessage> look(CourierState state) {
        if (state.run() != null || state.unstored().size() >= MAX_UNSTORED) return stay(state);
        Place place = state.place();
        if (place == null || place.isReplayDue()) return claim(state);
        Optional<Pending> next =
                reader.after(
                        place.subscription(), place.settled(), place.position(), RUN, place.seen());
        if (next.isEmpty()) return claim(state);
        if (!next.get().due().isEmpty()) return stay(run(state, place, next.get().due()));
        return stay(idle(state, place.passedTo(next.get().until())));
    }

    /** There is nothing to do at a place, after which no event is known. */
    private CourierState idle(CourierState state, Place place) {
        lane.passed(place.position());
        CourierState there = state.at(place);
        boolean far = place.position() - place.settled() >= MAX_PASSED;
        return (far ? results.reported(there) : there)
                .lookingIn(place.orReplay(properties.pollInterval()), true);
    }

    /** Reads the database, once it has all results. Until then the answer leads to a look. */
    private Next<CourierState, CourierMessage> claim(CourierState state) {
        if (!state.unstored().isEmpty()) return stay(state.at(null));
        try {
            Optional<Claim> claim = reader.claim(subscriptionId);
            return claim.isPresent() ? claimed(state, claim.get()) : inactive(state);
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("courier of {} cannot read the database: {}", subscriptionId, e.getMessage());
            return stay(state.at(null).lookingIn(properties.pause(), false));
        }
    }

    /**
     * Nothing is delivered to the subscription: the dispatcher stops the courier. The courier does
     * not stop by itself, because a wake-up that came meanwhile would be lost.
     */
    private Next<CourierState, CourierMessage> inactive(CourierState state) {
        return stay(state.at(null).lookingIn(properties.pollInterval(), true));
    }

    private Next<CourierState, CourierMessage> claimed(CourierState state, Claim claim) {
        lane.claimed(claim);
        Replays replays = claim.replays();
        if (replays.over() != null) return stay(results.ask(state.with(replays.over()).at(null)));
        Place place = Place.of(claim);
        Pending pending = claim.pending();
        if (pending.due().isEmpty()) {
            return stay(
                    replays.due().isEmpty()
                            ? passing(state, place, pending.until())
                            : replay(state, claim));
        }
        CourierState waiting = state.waiting(wait(state, claim.progress()));
        Duration left = waiting.waited().left();
        boolean turn = left.isZero() && (state.replayed() || replays.due().isEmpty());
        if (turn) return stay(run(waiting.at(place), place, pending.due()));
        if (!replays.due().isEmpty()) return stay(replay(waiting, claim));
        return stay(waiting.at(null).lookingIn(place.orReplay(left), false));
    }

    /** The wait that is known already goes on. */
    private CourierState.Wait wait(CourierState state, Progress progress) {
        CourierState.Wait known = state.waited();
        if (known != null && known.progress().equals(progress)) return known;
        Duration wait = progress.waitAt(clock.instant());
        return new CourierState.Wait(progress, System.nanoTime() + wait.toNanos());
    }

    /** None of the events that were read is for the subscription; there may be more of them. */
    private CourierState passing(CourierState state, Place place, long until) {
        Place passed = place.passedTo(until);
        boolean more = until - place.position() >= LedgerReader.LOOKED_AT;
        if (!more) return idle(state, passed);
        lane.passed(until);
        return results.reported(state.at(passed)).at(null);
    }

    private CourierState run(CourierState state, Place place, List<Due> due) {
        return state.running(start(state, due, place.seen()));
    }

    private CourierState replay(CourierState state, Claim claim) {
        return state.replaying(start(state, claim.replays().due(), claim.seen()));
    }

    private Run start(CourierState state, List<Due> due, long seen) {
        BooleanSupplier current = () -> reader.isCurrent(subscriptionId, seen);
        return Run.start(due, current, sender, lane, state.doors().ends());
    }

    private CourierState ended(CourierState state, Ended ended) {
        Due due = state.run().due().get(ended.index());
        CourierState next = state.ran(state.run().after(ended));
        return results.ask(results.settle(next, due, ended.answer(), ended.took()));
    }

    private Next<CourierState, CourierMessage> over(CourierState state) {
        if (!state.pausing()) return look(state.over());
        return stay(state.lookingIn(properties.pause(), false));
    }

    private Next<CourierState, CourierMessage> crashed(CourierState state, ExitReason reason) {
        return over(
                state.run().next().map(due -> results.failed(state, due, reason)).orElse(state));
    }

    private Next<CourierState, CourierMessage> written(CourierState state, Noted noted) {
        Unstored unstored = state.unstored();
        if (noted.number() != unstored.number() || unstored.asked().isEmpty()) return stay(state);
        if (!noted.stored()) {
            lane.failed(); // it stands still, and must not slow the relay for the others
            return stay(state);
        }
        if (!CourierResults.follows(unstored.asked(), noted.progress())) return startOver(state);
        CourierState next = results.ask(state.with(unstored.stored()));
        return next.run() == null && next.timer() == null ? look(next) : stay(next);
    }

    /**
     * The database has lost results that it had confirmed, or the subscription gets other events
     * now: what the database has counts.
     */
    private Next<CourierState, CourierMessage> startOver(CourierState state) {
        LOG.info("courier of {} reads its place from the database again", subscriptionId);
        if (state.run() != null) Processes.kill(state.run().process());
        Unstored none = new Unstored(state.unstored().number(), List.of(), List.of());
        return look(state.over().at(null).with(none).looking());
    }

    /**
     * If a result is not stored now, the next courier delivers the event again, under the same id.
     */
    @Override
    public void onTerminate(CourierState state, ExitReason reason) {
        if (!reason.equals(ExitReason.SHUTDOWN)) return;
        CourierState last = state.run() == null ? state : finish(state, state.run());
        if (!last.unstored().isEmpty()) ledger.note(last.unstored().all());
    }

    /** Waits for the request that is being made, and takes its result and earlier ones. */
    private CourierState finish(CourierState state, Run run) {
        run.finish();
        Duration limit = reader.isActive(subscriptionId) ? LAST_REQUEST : LAST_REQUEST_ALONE;
        long end = System.nanoTime() + limit.toNanos();
        CourierState last = state;
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            Optional<CourierMessage> message = state.doors().ends().receive(left);
            if (message.isEmpty()) return last;
            if (message.get() instanceof Ended ended && ended.run().equals(run.process())) {
                Due due = run.due().get(ended.index());
                last = results.settle(last, due, ended.answer(), ended.took());
            }
            if (message.get() instanceof Over(var over) && over.equals(run.process())) return last;
        }
    }
}
