/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import dev.otp4j.lease.Decision.Step;
import dev.otp4j.lease.LeaseStore.Session;
import dev.otp4j.lease.Standing.Contending;
import dev.otp4j.lease.Standing.Holding;
import dev.otp4j.lease.Standing.Idle;
import dev.otp4j.lease.Standing.Releasing;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Talks to the store, for all leases of a keeper, with one session. Only the keeper's thread for
 * that runs it; the watcher calls {@link #abortIfHanging}. A call that does not return holds up all
 * leases; the watcher does not wait for it.
 *
 * <pre>
 * field       written by            read by
 * session     renewer               watcher, to abort a call
 * callSince   renewer; 0: no call   watcher
 * aborted     watcher               watcher; the session that it has aborted
 * others      renewer               renewer
 * </pre>
 */
final class Renewer {
    /** More steps in a row than this for one lease mean that others change it all the time. */
    private static final int MOST_STEPS = 8;

    private static final System.Logger LOG = System.getLogger("dev.otp4j.lease");

    private final LeaseStore store;
    private final Settings settings;
    private final LongSupplier clock;
    private volatile @Nullable Session session;
    private volatile long callSince;
    private @Nullable Session aborted;
    private boolean failing;
    private long retryAt;

    Renewer(LeaseStore store, Settings settings, LongSupplier clock) {
        this.store = store;
        this.settings = settings;
        this.clock = clock;
        this.retryAt = clock.getAsLong();
    }

    /**
     * Does what is due.
     *
     * @return when something is due next, or null if nothing is
     */
    @Nullable Long turn(Collection<Lease> leases) {
        Long next = null;
        for (Lease lease : leases) {
            lease.follow(clock.getAsLong());
            Long due = guarded(lease, leases);
            if (due != null && (next == null || due - next < 0)) next = due;
        }
        return next;
    }

    private @Nullable Long guarded(Lease lease, Collection<Lease> all) {
        if (isAtRest(lease)) return null;
        if (clock.getAsLong() - retryAt < 0) return retryAt;
        try {
            Long due = steps(lease);
            lease.failure(null);
            return due;
        } catch (Throwable failed) {
            failed(failed, all);
            return retryAt;
        }
    }

    private boolean isAtRest(Lease lease) {
        return Decision.next(lease.name(), lease.standing(), settings, clock.getAsLong())
                instanceof Step.Rest;
    }

    private @Nullable Long steps(Lease lease) throws Exception {
        for (int i = 0; i < MOST_STEPS; i++) {
            Standing standing = lease.standing();
            Step step = Decision.next(lease.name(), standing, settings, clock.getAsLong());
            switch (step) {
                case Step.Rest rest -> {
                    return null;
                }
                case Step.Wait(long until) -> {
                    return until;
                }
                default -> take(lease, standing, step);
            }
            lease.follow(clock.getAsLong());
        }
        return clock.getAsLong() + settings.pollNanos();
    }

    private void take(Lease lease, Standing standing, Step step) throws Exception {
        Session open = session();
        begin();
        try {
            switch (standing) {
                case Contending waiting -> contend(lease, waiting, step, open);
                case Holding held -> renew(lease, held, step, open);
                case Releasing releasing -> release(lease, releasing, step, open);
                default -> throw new IllegalStateException(step + " in " + standing);
            }
        } finally {
            callSince = 0;
        }
        if (failing) {
            LOG.log(Level.INFO, "instance ''{0}'' can use {1} again", settings.instance(), store);
        }
        failing = false;
    }

    private void contend(Lease lease, Contending waiting, Step step, Session open)
            throws Exception {
        long sent = clock.getAsLong();
        switch (step) {
            case Step.Create(LeaseRow first) when open.insert(first) ->
                    lease.won(waiting, first, sent);
            case Step.Take(LeaseRow expected, LeaseRow next) when open.replace(expected, next) ->
                    lease.won(waiting, next, sent);
            default -> {
                Optional<LeaseRow> found = open.read(lease.name());
                lease.move(waiting, Decision.looked(waiting, found, settings, clock.getAsLong()));
            }
        }
    }

    private void renew(Lease lease, Holding held, Step step, Session open) throws Exception {
        long token = held.row().token();
        Step.Renew renewal = (Step.Renew) step;
        long sent = clock.getAsLong();
        if (open.replace(renewal.expected(), renewal.next())) {
            lease.renewed(token, renewal.next(), sent);
            return;
        }
        Optional<LeaseRow> found = open.read(lease.name());
        if (found.isPresent() && Decision.isOf(found.get(), token)) lease.found(token, found.get());
        else lease.taken(token, found.map(Renewer::holder).orElse("the row was deleted"));
    }

    private static String holder(LeaseRow row) {
        return row.owner() == null
                ? "the row is free, with token " + row.token()
                : "the row is held by %s with token %d".formatted(row.owner(), row.token());
    }

    private void release(Lease lease, Releasing releasing, Step step, Session open)
            throws Exception {
        Step.Release release = (Step.Release) step;
        if (!open.replace(release.expected(), release.next())) {
            Optional<LeaseRow> found = open.read(lease.name());
            if (found.isPresent() && Decision.isOf(found.get(), releasing.row().token())) {
                lease.move(
                        releasing, new Releasing(found.get(), releasing.end(), clock.getAsLong()));
                return;
            }
        }
        lease.move(releasing, new Idle());
    }

    // ---- the session

    private Session session() throws Exception {
        Session open = session;
        if (open != null) return open;
        begin();
        try {
            open = store.open(settings.ttl());
        } finally {
            callSince = 0;
        }
        session = open;
        return open;
    }

    private void begin() {
        long now = clock.getAsLong();
        callSince = now == 0 ? 1 : now;
    }

    private void failed(Throwable failed, Collection<Lease> all) {
        retryAt = clock.getAsLong() + settings.pollNanos();
        closeSession();
        String text = String.valueOf(failed.getMessage());
        all.forEach(lease -> lease.failure(text));
        if (!failing) LOG.log(Level.WARNING, unusable(), failed);
        failing = true;
    }

    private String unusable() {
        return "instance '%s' cannot use %s; it tries again every %s, and loses each lease that it has not renewed for %s"
                .formatted(
                        settings.instance(),
                        store,
                        settings.poll(),
                        Duration.ofNanos(settings.validNanos()));
    }

    /** Closes the session, if there is one. */
    void closeSession() {
        Session open = session;
        session = null;
        if (open == null) return;
        try {
            open.close();
        } catch (Throwable alreadyBroken) {
            LOG.log(Level.DEBUG, "a session with " + store + " could not be closed", alreadyBroken);
        }
    }

    /** Ends a call that takes longer than leases live. Only the watcher calls this. */
    void abortIfHanging() {
        long since = callSince;
        Session open = session;
        if (since == 0 || open == null || open == aborted) return;
        if (clock.getAsLong() - since < settings.ttl().toNanos()) return;
        aborted = open;
        Thread.ofPlatform()
                .daemon()
                .name("otp:lease-abort:" + settings.instance())
                .start(() -> abort(open));
    }

    private void abort(Session open) {
        try {
            open.abort();
        } catch (Throwable failed) {
            LOG.log(Level.DEBUG, "a call to " + store + " could not be aborted", failed);
        }
    }
}
