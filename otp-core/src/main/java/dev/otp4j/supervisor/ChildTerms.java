/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ConcurrencyLimit;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a child, which never change; all children of a factory share one object. Each
 * method that changes a setting returns new ones.
 *
 * @param backoff how long it waits before a restart, or null if it does not
 * @param awaitThread how long its successor waits for the code of a killed process; zero if it does
 *     not wait
 */
record ChildTerms(
        ChildType type,
        Restart restart,
        Shutdown shutdown,
        boolean interruptOnKill,
        boolean significant,
        @Nullable Class<?> declaredBy,
        @Nullable Backoff backoff,
        Duration awaitThread,
        @Nullable ConcurrencyLimit concurrency) {

    ChildTerms(ChildType type, Restart restart, Shutdown shutdown) {
        this(type, restart, shutdown, true, false, null, null, Duration.ZERO, null);
    }

    private ChildTerms with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.terms();
    }

    ChildTerms restart(Restart when) {
        return with(draft -> draft.restart = when);
    }

    ChildTerms shutdown(Shutdown how) {
        return with(draft -> draft.shutdown = how);
    }

    ChildTerms interruptOnKill(boolean interrupt) {
        return with(draft -> draft.interruptOnKill = interrupt);
    }

    ChildTerms significant(boolean counts) {
        return with(draft -> draft.significant = counts);
    }

    ChildTerms declaredBy(@Nullable Class<?> by) {
        return with(draft -> draft.declaredBy = by);
    }

    ChildTerms backoff(@Nullable Backoff delays) {
        return with(draft -> draft.backoff = delays);
    }

    ChildTerms awaitThread(Duration limit) {
        return with(draft -> draft.awaitThread = limit);
    }

    ChildTerms concurrency(@Nullable ConcurrencyLimit limit) {
        return with(draft -> draft.concurrency = limit);
    }

    /**
     * Refuses what contradicts itself or the tolerance of the supervisor.
     *
     * @param child names the child at the beginning of the message
     */
    void check(String child, Tolerance tolerance) {
        if (restart == Restart.TEMPORARY && (backoff != null || !awaitThread.isZero())) {
            String setting = backoff == null ? "awaitThreadOnKill" : "backoff";
            throw new IllegalArgumentException(
                    "%s is TEMPORARY, so '%s' has no effect: it is never started again. Make it TRANSIENT or PERMANENT, or remove '%s'"
                            .formatted(child, setting, setting));
        }
        if (backoff == null || tolerance.intensity() == 0) return;
        Duration fits = tolerance.period().dividedBy(tolerance.intensity());
        if (backoff.longest().compareTo(fits) <= 0) return;
        throw new IllegalArgumentException(
                "%s has back-off delays of up to %s, and its supervisor gives up at more than %d restarts in %s: with such delays it would never give up. Set 'longest' to %s or less, or 'period' to %s or more"
                        .formatted(
                                child,
                                backoff.longest(),
                                tolerance.intensity(),
                                tolerance.period(),
                                fits,
                                times(backoff.longest(), tolerance.intensity())));
    }

    private static Duration times(Duration one, int count) {
        try {
            return one.multipliedBy(count);
        } catch (ArithmeticException tooLong) {
            return Duration.ofSeconds(Long.MAX_VALUE);
        }
    }

    /** Settings in the making. */
    private static final class Draft {
        final ChildType type;
        Restart restart;
        Shutdown shutdown;
        boolean interruptOnKill;
        boolean significant;
        @Nullable Class<?> declaredBy;
        @Nullable Backoff backoff;
        Duration awaitThread;
        @Nullable ConcurrencyLimit concurrency;

        Draft(ChildTerms terms) {
            type = terms.type;
            restart = terms.restart;
            shutdown = terms.shutdown;
            interruptOnKill = terms.interruptOnKill;
            significant = terms.significant;
            declaredBy = terms.declaredBy;
            backoff = terms.backoff;
            awaitThread = terms.awaitThread;
            concurrency = terms.concurrency;
        }

        ChildTerms terms() {
            return new ChildTerms(
                    type,
                    restart,
                    shutdown,
                    interruptOnKill,
                    significant,
                    declaredBy,
                    backoff,
                    awaitThread,
                    concurrency);
        }
    }
}
