/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.Started;
import dev.otp4j.internal.path.Path;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.Processes;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a supervisor starts, restarts and stops one child. Immutable: each method returns a new
 * specification.
 *
 * {@snippet :
 * ChildSpecification.worker("stock", stock::start)
 *         .restart(Restart.TRANSIENT)
 *         .shutdown(Duration.ofSeconds(10));
 * }
 *
 * <p>Counterpart: {@code gleam/otp/supervision.ChildSpecification}, a child spec.
 *
 * @param <D> what starting the child yields
 * @since 0.1.0
 */
public final class ChildSpecification<D> {
    /** How long a worker may take to stop unless said otherwise: 5 s. */
    public static final Duration DEFAULT_SHUTDOWN = Duration.ofSeconds(5);

    /** Starts a child, in the supervisor's process, so that the new process is linked to it. */
    @FunctionalInterface
    public interface Start<D> {
        /**
         * Starts it and returns when it is initialised. What it throws counts as a failed start,
         * and so does a process that is the supervisor's child already or runs in another runtime.
         * A process that is not linked to the supervisor is linked to it.
         */
        Started<D> start() throws Exception;
    }

    private final String id;
    private final Start<D> start;
    private final ChildTerms terms;

    private ChildSpecification(String id, Start<D> start, ChildTerms terms) {
        this.id = id;
        this.start = start;
        this.terms = terms;
    }

    private ChildSpecification<D> with(ChildTerms changed) {
        return new ChildSpecification<>(id, start, changed);
    }

    /**
     * A child that does work: permanent, with 5 s to stop.
     *
     * @param id names it within its supervisor and in its path; not empty, without {@code /}
     * @throws IllegalArgumentException if {@code id} is blank or contains {@code /}
     */
    public static <D> ChildSpecification<D> worker(String id, Start<D> start) {
        return new ChildSpecification<>(
                checked(id),
                Objects.requireNonNull(start, "'start' must not be null"),
                new ChildTerms(
                        ChildType.WORKER, Restart.PERMANENT, new Shutdown.After(DEFAULT_SHUTDOWN)));
    }

    /** A child that supervises: permanent, with all the time it needs to stop. */
    public static <D> ChildSpecification<D> supervisor(String id, Start<D> start) {
        return new ChildSpecification<>(
                checked(id),
                Objects.requireNonNull(start, "'start' must not be null"),
                new ChildTerms(ChildType.SUPERVISOR, Restart.PERMANENT, new Shutdown.Infinity()));
    }

    private static String checked(String id) {
        Objects.requireNonNull(id, "'id' must not be null");
        if (!Path.isId(id)) {
            throw new IllegalArgumentException(
                    "'id' must not be blank or contain '/': \"" + id + "\"");
        }
        return id;
    }

    /** When the child is started again; defaults to {@link Restart#PERMANENT}. */
    public ChildSpecification<D> restart(Restart when) {
        Objects.requireNonNull(when, "'when' must not be null");
        return with(terms.restart(when));
    }

    /**
     * How long the child may take to stop before it is killed.
     *
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public ChildSpecification<D> shutdown(Duration limit) {
        return shutdown(new Shutdown.After(limit));
    }

    /** How the child is stopped. */
    public ChildSpecification<D> shutdown(Shutdown how) {
        Objects.requireNonNull(how, "'how' must not be null");
        return with(terms.shutdown(how));
    }

    /**
     * Whether the child's thread is interrupted when it is killed, or dies of a signal it does not
     * trap; defaults to true. Use false where an interrupt harms others: an interrupt during file
     * I/O closes any {@code FileChannel}, and with it an H2 database for all its users. With false,
     * code that runs when the child dies finishes undisturbed, as a {@link
     * dev.otp4j.process.Zombie}.
     */
    public ChildSpecification<D> interruptOnKill(boolean interrupt) {
        return with(terms.interruptOnKill(interrupt));
    }

    /**
     * Whether the child's end can stop the whole supervisor; defaults to false. Needs an {@link
     * AutoShutdown} other than {@code NEVER} of the supervisor, and a child that is not permanent.
     */
    public ChildSpecification<D> significant(boolean counts) {
        return with(terms.significant(counts));
    }

    /**
     * How long the supervisor waits before it starts the child again after a failure, and after a
     * start that has failed; by default it starts it at once, as OTP does. It serves requests
     * meanwhile, and can be stopped. Siblings that are restarted with the child are stopped at
     * once; they start with it when the wait is over, in order. The first start of the child never
     * waits.
     *
     * {@snippet :
     * child.backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(2)));
     * }
     *
     * <p>The supervisor refuses to start if the longest delay does not fit its restart tolerance,
     * see {@link Backoff}, and if the child is {@link Restart#TEMPORARY}.
     */
    public ChildSpecification<D> backoff(Backoff delays) {
        return with(terms.backoff(Objects.requireNonNull(delays, "'delays' must not be null")));
    }

    /**
     * How long the successor of a killed child waits for the code of the child to return; defaults
     * to zero: a successor may run while its predecessor, a {@link dev.otp4j.process.Zombie}, still
     * holds locks or writes to a file. When the limit is over the successor starts all the same.
     * The supervisor serves requests meanwhile, and can be stopped.
     *
     * <p>Counts for each death from outside: a kill, a signal that the child does not trap, and a
     * stop because of a sibling that did not end in time. It does not count for {@link
     * StaticSupervisor#restartChild}, which starts the child at once.
     *
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public ChildSpecification<D> awaitThreadOnKill(Duration limit) {
        return with(terms.awaitThread(notNegative(limit)));
    }

    /**
     * The limit of which the child takes permits; for a supervisor, each actor of its subtree. An
     * actor with a limit of its own takes permits of that only, and a child below with another
     * limit passes that one on. By default a child has the limit of its supervisor's subtree, if
     * that has one. {@link ConcurrencyLimit#none} takes the child and its subtree out of that.
     *
     * {@snippet :
     * ChildSpecification.supervisor("shop", shop::start).concurrency(ConcurrencyLimit.of("db", 10));
     * }
     */
    public ChildSpecification<D> concurrency(ConcurrencyLimit limit) {
        return with(terms.concurrency(Objects.requireNonNull(limit, "'limit' must not be null")));
    }

    static Duration notNegative(Duration limit) {
        Objects.requireNonNull(limit, "'limit' must not be null");
        if (limit.isNegative()) {
            throw new IllegalArgumentException("'limit' must not be negative: " + limit);
        }
        return limit;
    }

    /**
     * The same child under another id, so that a supervisor can have it several times.
     *
     * @throws IllegalArgumentException if {@code newId} is empty or contains {@code /}
     */
    public ChildSpecification<D> withId(String newId) {
        return new ChildSpecification<>(checked(newId), start, terms);
    }

    /**
     * The class that declares the child, for tools that show it; null if none does. The child
     * itself is not changed by it.
     */
    public ChildSpecification<D> declaredBy(@Nullable Class<?> type) {
        return with(terms.declaredBy(type));
    }

    /**
     * The same child with code around its start function, such as code that measures it. The code
     * runs at each start and restart, in the supervisor's process.
     *
     * {@snippet :
     * child.aroundStart(start -> () -> timed("start of stock", start::start));
     * }
     *
     * @param around makes the new start function from the present one
     */
    public ChildSpecification<D> aroundStart(UnaryOperator<Start<D>> around) {
        Objects.requireNonNull(around, "'around' must not be null");
        Start<D> wrapped =
                Objects.requireNonNull(around.apply(start), "'around' must not return null");
        return new ChildSpecification<>(id, wrapped, terms);
    }

    /** Changes what starting the child yields. */
    public <E> ChildSpecification<E> mapData(Function<? super D, ? extends E> transform) {
        Objects.requireNonNull(transform, "'transform' must not be null");
        Start<D> inner = start;
        return new ChildSpecification<>(id, () -> mapped(inner.start(), transform), terms);
    }

    /** A child that runs although its start has failed would make the next attempt fail. */
    private static <D, E> Started<E> mapped(
            Started<D> started, Function<? super D, ? extends E> transform) {
        try {
            return started.map(transform);
        } catch (Throwable thrown) {
            Processes.kill(started.pid());
            throw thrown;
        }
    }

    /** {@return its name within its supervisor} */
    public String id() {
        return id;
    }

    /** {@return when it is started again} */
    public Restart restart() {
        return terms.restart();
    }

    /** {@return whether it works or supervises} */
    public ChildType type() {
        return terms.type();
    }

    /** {@return how it is stopped} */
    public Shutdown shutdown() {
        return terms.shutdown();
    }

    /** {@return whether its thread is interrupted when it is killed} */
    public boolean interruptOnKill() {
        return terms.interruptOnKill();
    }

    /** {@return whether its end can stop the supervisor} */
    public boolean isSignificant() {
        return terms.significant();
    }

    /** {@return the class that declares it} Empty if {@link #declaredBy(Class)} was not called. */
    public Optional<Class<?>> declaredBy() {
        return Optional.ofNullable(terms.declaredBy());
    }

    /** {@return how long the supervisor waits before it starts it again; empty if it does not} */
    public Optional<Backoff> backoff() {
        return Optional.ofNullable(terms.backoff());
    }

    /**
     * {@return how long its successor waits for the code of a killed child; zero if it does not}
     */
    public Duration awaitThreadOnKill() {
        return terms.awaitThread();
    }

    /** {@return the limit of which it takes permits; empty for the one that it inherits} */
    public Optional<ConcurrencyLimit> concurrency() {
        return Optional.ofNullable(terms.concurrency());
    }

    ChildTerms terms() {
        return terms;
    }

    /**
     * Refuses a significant child if its end could never stop the supervisor, and delays that do
     * not fit.
     */
    void check(AutoShutdown autoShutdown, Tolerance tolerance) {
        terms.check("child '" + id + "'", tolerance);
        if (!isSignificant()) return;
        if (restart() == Restart.PERMANENT) {
            throw new IllegalArgumentException(
                    "child '%s' is significant and must not be %s, which never stays down: make it"
                                    .formatted(id, restart())
                            + " TRANSIENT or TEMPORARY, or not significant");
        }
        if (autoShutdown == AutoShutdown.NEVER) {
            throw new IllegalArgumentException(
                    "child '%s' is significant, which has no effect in a supervisor with auto-shutdown"
                                    .formatted(id)
                            + " NEVER: choose ANY_SIGNIFICANT or ALL_SIGNIFICANT, or make the child"
                            + " not significant");
        }
    }

    Start<D> starter() {
        return start;
    }

    @Override
    public String toString() {
        return "ChildSpecification[%s, %s, %s, %s]".formatted(id, restart(), type(), shutdown());
    }
}
