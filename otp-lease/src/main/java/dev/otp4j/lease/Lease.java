/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import dev.otp4j.lease.Standing.Contending;
import dev.otp4j.lease.Standing.End;
import dev.otp4j.lease.Standing.Ending;
import dev.otp4j.lease.Standing.Holding;
import dev.otp4j.lease.Standing.Idle;
import dev.otp4j.lease.Standing.Releasing;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One lease in this instance. Thread-safe.
 *
 * <pre>
 * field     written by                                         read by
 * standing  renewer, watcher, place, the root supervisor;      any thread
 *           by compare-and-set, see {@link Standing}
 * place     a place that begins (under the lock)               any thread
 * retired   the thread that closes the keeper, once            any thread
 * failure   renewer                                            any thread
 * </pre>
 *
 * <p>The lock is held for a few instructions, and no code of the application runs under it.
 */
final class Lease {
    /** A process that wants the lease. */
    record Place(Pid pid, Subject<? super SingletonPlace.Event> events) {
        boolean isAlive() {
            return Processes.isAlive(pid);
        }
    }

    private static final System.Logger LOG = System.getLogger("dev.otp4j.lease");

    private final String name;
    private final Settings settings;
    private final LongSupplier clock;
    private final Runnable changed;
    private final AtomicReference<Standing> standing = new AtomicReference<>(new Idle());
    private volatile @Nullable Place place;
    private volatile boolean retired;
    private volatile @Nullable String failure;

    /**
     * @param changed wakes the keeper's threads
     */
    Lease(String name, Settings settings, LongSupplier clock, Runnable changed) {
        this.name = name;
        this.settings = settings;
        this.clock = clock;
        this.changed = changed;
    }

    String name() {
        return name;
    }

    long now() {
        return clock.getAsLong();
    }

    Standing standing() {
        return standing.get();
    }

    // ---- the place

    /**
     * A place wants the lease from now on. What runs because of a place before it that is dead is
     * ended first.
     *
     * @throws IllegalStateException if another living process wants it
     */
    void occupy(Place newPlace) {
        synchronized (this) {
            Place before = place;
            if (before != null && before.isAlive()) {
                throw new IllegalStateException(
                        "the lease '%s' has a singleton in this instance already: %s"
                                .formatted(name, before.pid()));
            }
            place = newPlace;
        }
        end(null, held -> Decision.stopped(held, settings, now()));
        changed.run();
    }

    /** Whether a living process wants the lease. */
    boolean isWanted() {
        Place now = place;
        return now != null && !retired && now.isAlive();
    }

    /** The place is about to end, and nothing of its tenure runs any more. */
    void withdraw(Place leaving) {
        synchronized (this) {
            if (place != leaving) return;
            place = null;
        }
        end(null, held -> Decision.stopped(held, settings, now()));
        changed.run();
    }

    /** The keeper is closed: what runs is killed, and no place wants the lease any more. */
    void retire() {
        retired = true;
        end(null, this::unwanted);
        changed.run();
    }

    /** What runs because of that tenure has failed too often. */
    void giveUp(long token, String why) {
        double random = ThreadLocalRandom.current().nextDouble();
        end(token, held -> Decision.gaveUp(held, why, settings, now(), random));
    }

    /**
     * That supervisor is the root of what runs because of a tenure. It says so itself, before it
     * starts anything.
     *
     * @throws IllegalStateException if the tenure is over
     */
    void enter(long token, Pid supervisor) {
        Standing before = standing.get();
        while (before instanceof Holding held && isValid(held, token)) {
            if (held.running() != null && held.running().isOf(supervisor)) return;
            Subtree running = Subtree.of(supervisor);
            var with = new Holding(held.row(), held.sentAt(), held.since(), running);
            if (standing.compareAndSet(held, with)) return;
            before = standing.get();
        }
        throw new IllegalStateException(
                "the tenure of the lease '%s' with token %d is over".formatted(name, token));
    }

    private boolean isValid(Holding held, long token) {
        return held.row().token() == token && now() - held.validUntil(settings) < 0;
    }

    /** When a tenure is over unless it is renewed; in the past if it is over. */
    long validUntil(long token) {
        return standing.get() instanceof Holding held && held.row().token() == token
                ? held.validUntil(settings)
                : now() - 1;
    }

    // ---- the renewer

    /** Records the outcome of a step. False if the standing is another one by now. */
    boolean move(Standing from, Standing to) {
        return standing.compareAndSet(from, to);
    }

    /** Begins to contend, or stops to, as there is a place or not. */
    void follow(long now) {
        switch (standing.get()) {
            case Idle idle when isWanted() -> move(idle, Decision.contending(now));
            case Contending waiting when !isWanted() -> move(waiting, new Idle());
            default -> {}
        }
    }

    /**
     * The row is this instance's; {@code waiting} is the standing, which no other thread changes.
     */
    void won(Contending waiting, LeaseRow row, long sentAt) {
        failure = null; // before the lease is seen as held: the store has answered
        move(waiting, Decision.taken(row, sentAt, now()));
        LOG.log(
                Level.INFO,
                "lease ''{0}'' acquired by {1}: token={2}",
                name,
                row.owner(),
                Long.toString(row.token()));
        changed.run();
        tell(new SingletonPlace.Event.Granted(new Tenure(this, row.token())));
    }

    /**
     * A renewal has succeeded. The root may have become known meanwhile.
     *
     * @return false if the tenure is over
     */
    boolean renewed(long token, LeaseRow written, long sentAt) {
        failure = null;
        return update(token, held -> Decision.renewed(held, written, sentAt));
    }

    /** The row has another beat than this instance knew, because of a renewal of its own. */
    boolean found(long token, LeaseRow read) {
        return update(token, held -> Decision.found(held, read));
    }

    private boolean update(long token, Function<Holding, Holding> change) {
        Standing before = standing.get();
        while (before instanceof Holding held && held.row().token() == token) {
            if (standing.compareAndSet(held, change.apply(held))) {
                changed.run();
                return true;
            }
            before = standing.get();
        }
        return false;
    }

    /** The row is another one's. */
    void taken(long token, String by) {
        end(token, held -> Decision.lost(held, by, settings, now()));
    }

    /** Why the store could not be used, or null if it could. */
    void failure(@Nullable String why) {
        failure = why;
    }

    // ---- the watcher

    /**
     * Ends the tenure if its time is over or its place is dead.
     *
     * @return when to look again, or null if there is no need
     */
    @Nullable Long watch() {
        Standing now = standing.get();
        if (now instanceof Ending ending) finish(ending); // the thread that began it has failed
        if (!(now instanceof Holding held)) return null;
        long until = held.validUntil(settings);
        if (!isWanted()) {
            end(held.row().token(), this::unwanted);
        } else if (now() - until >= 0) {
            end(held.row().token(), this::expired);
        } else {
            return until;
        }
        return null;
    }

    private End unwanted(Holding held) {
        if (place == null) return Decision.stopped(held, settings, now());
        String why = retired ? "the keeper was closed" : "the process of the singleton is dead";
        return Decision.lost(held, why, settings, now());
    }

    /** Null if it was renewed meanwhile. */
    private @Nullable End expired(Holding held) {
        long now = now();
        if (now - held.validUntil(settings) < 0) return null;
        Duration since = Duration.ofNanos(now - held.sentAt());
        String why = "the last renewal that succeeded was sent " + since.toMillis() + " ms ago";
        return Decision.lost(held, why, settings, now);
    }

    // ---- the end of a tenure

    /**
     * Ends a tenure: kills what runs because of it, and then lets go of the lease. Everything is
     * dead when this returns. Does nothing if there is no such tenure.
     *
     * @param token which tenure; null for any
     * @param how null to let it go on after all
     */
    void end(@Nullable Long token, Function<Holding, @Nullable End> how) {
        Standing before = standing.get();
        while (before instanceof Holding held && (token == null || held.row().token() == token)) {
            End end = how.apply(held);
            if (end == null) return;
            var ending = new Ending(held.row(), held.running(), end);
            if (standing.compareAndSet(held, ending)) {
                finish(ending);
                return;
            }
            before = standing.get();
        }
        if (before instanceof Ending ending) finish(ending);
    }

    /** Several threads may do this at once. */
    private void finish(Ending ending) {
        Subtree running = ending.running();
        if (running != null) running.kill();
        if (!move(ending, new Releasing(ending.row(), ending.end(), now()))) return;
        changed.run();
        log(ending);
        tell(new SingletonPlace.Event.Ended(ending.row().token()));
    }

    private void log(Ending ending) {
        End end = ending.end();
        LOG.log(
                end.cause() == End.Cause.STOPPED ? Level.INFO : Level.WARNING,
                "lease ''{0}'' {1} by {2}: token={3}, {4}{5}",
                name,
                verb(end.cause()),
                settings.instance(),
                Long.toString(ending.row().token()),
                end.text(),
                pause(end.pause()));
    }

    private static String verb(End.Cause cause) {
        return switch (cause) {
            case STOPPED -> "given back";
            case LOST -> "lost";
            case GAVE_UP -> "given up";
        };
    }

    private static String pause(Duration pause) {
        return pause.isZero()
                ? ""
                : "; no instance takes the lease for " + pause.truncatedTo(ChronoUnit.MILLIS);
    }

    private void tell(SingletonPlace.Event event) {
        Place now = place;
        if (now != null) now.events().trySend(event);
    }

    /** Whether the row may still name this instance. */
    boolean isUnsettled() {
        return switch (standing.get()) {
            case Holding h -> true;
            case Ending e -> true;
            case Releasing r -> true;
            case Idle i -> false;
            case Contending c -> false;
        };
    }

    // ---- read by tools

    LeaseInfo info() {
        long now = now();
        return switch (standing.get()) {
            case Idle idle -> info(LeaseInfo.State.UNUSED, null, 0);
            case Contending waiting -> {
                LeaseRow seen = waiting.seen();
                long left = seen == null ? 0 : waiting.takeAt() - now;
                yield info(LeaseInfo.State.WAITING, seen, left);
            }
            case Holding held ->
                    info(LeaseInfo.State.HELD, held.row(), held.validUntil(settings) - now);
            case Ending ending -> info(LeaseInfo.State.ENDING, ending.row(), 0);
            case Releasing releasing -> info(LeaseInfo.State.ENDING, releasing.row(), 0);
        };
    }

    private LeaseInfo info(LeaseInfo.State state, @Nullable LeaseRow row, long left) {
        return new LeaseInfo(
                name,
                state,
                row == null ? null : row.owner(),
                row == null ? 0 : row.token(),
                Duration.ofNanos(Math.max(0, left)),
                row == null ? 0 : row.giveUps(),
                failure);
    }
}
