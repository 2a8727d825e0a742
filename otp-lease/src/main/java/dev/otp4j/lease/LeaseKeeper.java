/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.Backoff;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Wins, renews and gives back the leases of an instance. There is one for each instance of an
 * application, or one for each store.
 *
 * {@snippet :
 * LeaseKeeper keeper = LeaseKeeper.builder(store)
 *         .instance("host-a")
 *         .ttl(Duration.ofSeconds(10))
 *         .build();
 * Singleton invoicing = Singleton.of(keeper, "invoicing", tenure -> invoicing(tenure));
 * system = OtpSystem.builder("shop")
 *         .root(() -> StaticSupervisor.oneForOne().add(invoicing.supervised()))
 *         .build();
 * }
 *
 * <p>It has two platform threads, which begin with the first singleton. One talks to the store,
 * with a session of its own. The other only looks at the time: when a lease was not renewed until
 * its TTL less the margin is over, counted from before the last successful renewal was sent, it
 * kills everything that runs because of that lease. It waits neither for the store, nor for a
 * supervisor, a pool or a virtual thread.
 *
 * <p>Times run on {@link System#nanoTime}; no clock that people set is used, neither here nor in
 * the store. Instances may have different TTLs: the row says how long its holder asks the others to
 * wait.
 *
 * <p>Close it after the trees with its singletons have stopped. Thread-safe.
 *
 * @since 0.1.0
 */
public final class LeaseKeeper implements AutoCloseable {
    /** How long a lease lives without being renewed unless said otherwise: 10 s. */
    public static final Duration DEFAULT_TTL = Duration.ofSeconds(10);

    /** How often an instance looks at a lease that another one has unless said otherwise. */
    public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofMillis(500);

    private static final Duration TO_CLOSE = Duration.ofSeconds(5);
    private static final Duration TO_END = Duration.ofSeconds(1);

    private final Settings settings;
    private final LongSupplier clock;
    private final Map<String, Lease> leases = new ConcurrentHashMap<>();
    private final Renewer renewer;
    private final KeeperThread talking;
    private final KeeperThread watching;
    private final Object turns = new Object();
    private boolean started; // guarded by turns
    private boolean closed; // guarded by turns

    private LeaseKeeper(LeaseStore store, Settings settings, LongSupplier clock) {
        this.settings = settings;
        this.clock = clock;
        renewer = new Renewer(store, settings, clock);
        String suffix = ":" + settings.instance();
        talking =
                new KeeperThread(
                        "otp:lease-store" + suffix, clock, this::talk, renewer::closeSession);
        watching = new KeeperThread("otp:lease-watch" + suffix, clock, this::watch, () -> {});
    }

    /** {@return a builder of a keeper whose leases are in that store} */
    public static Builder builder(LeaseStore store) {
        return new Builder(Objects.requireNonNull(store, "'store' must not be null"));
    }

    /**
     * Builds a {@link LeaseKeeper}. Mutable: each method changes the builder and returns it. Not
     * thread-safe.
     */
    public static final class Builder {
        private final LeaseStore store;
        private String instance = defaultInstance();
        private Duration ttl = DEFAULT_TTL;
        private @Nullable Duration margin;
        private @Nullable Duration poll;
        private Backoff pause = Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(1));
        private LongSupplier clock = System::nanoTime;

        private Builder(LeaseStore store) {
            this.store = store;
        }

        private static String defaultInstance() {
            String host = System.getenv("HOSTNAME");
            if (host == null) host = System.getenv("COMPUTERNAME");
            String pid = Long.toString(ProcessHandle.current().pid());
            return host == null || host.isBlank() ? "pid-" + pid : host + "-" + pid;
        }

        /**
         * What other instances show as the owner of the leases of this one; defaults to the name of
         * the host from the environment and the number of the operating system's process. For
         * people: nothing is decided by it.
         */
        public Builder instance(String name) {
            instance = Objects.requireNonNull(name, "'name' must not be null");
            return this;
        }

        /**
         * How long a lease lives without being renewed; defaults to {@link #DEFAULT_TTL}. A shorter
         * one lets another instance take over sooner after a crash, and makes a singleton stop in
         * shorter pauses of the store or of this instance.
         */
        public Builder ttl(Duration time) {
            ttl = Objects.requireNonNull(time, "'time' must not be null");
            return this;
        }

        /**
         * How long before its TTL is over a lease that was not renewed counts as lost; defaults to
         * a fifth of the TTL. Has to be longer than the longest pause of this instance in which no
         * thread runs, plus the time that killing takes, plus what the clocks of two instances
         * differ in one TTL.
         */
        public Builder margin(Duration time) {
            margin = Objects.requireNonNull(time, "'time' must not be null");
            return this;
        }

        /**
         * How often this instance looks at a lease that another one has; defaults to {@link
         * #DEFAULT_POLL_INTERVAL}, or a fifth of the TTL if that is shorter. Within this time it
         * takes over a lease that was given back. After a crash of the holder it takes over within
         * TTL and interval together.
         */
        public Builder pollInterval(Duration time) {
            poll = Objects.requireNonNull(time, "'time' must not be null");
            return this;
        }

        /**
         * For how long all instances leave a lease alone whose holder has given up, because what
         * ran failed more often than its restart tolerance allows; defaults to 1 s, doubled each
         * time up to one minute. It begins again at the first delay when a holder has run for
         * {@link Backoff#resetAfter}.
         */
        public Builder pauseAfterGivingUp(Backoff pauses) {
            pause = Objects.requireNonNull(pauses, "'pauses' must not be null");
            return this;
        }

        /**
         * The monotonic clock, in nanoseconds; defaults to {@link System#nanoTime}. For tests: the
         * clock of a runtime on virtual time is {@code runtime::nanoTime}.
         */
        public Builder clock(LongSupplier nanoTime) {
            clock = Objects.requireNonNull(nanoTime, "'nanoTime' must not be null");
            return this;
        }

        /**
         * {@return a new keeper, which does nothing until a singleton begins}
         *
         * @throws IllegalArgumentException if the TTL is not from 100 ms to one day; if the margin
         *     is not positive, or more than half of the TTL; if the interval is not positive, or
         *     longer than the TTL; if the instance is blank or has more than 200 characters
         */
        public LeaseKeeper build() {
            Duration fifth = ttl.dividedBy(5);
            Duration shorter =
                    fifth.compareTo(DEFAULT_POLL_INTERVAL) < 0 ? fifth : DEFAULT_POLL_INTERVAL;
            return new LeaseKeeper(
                    store,
                    new Settings(
                            instance,
                            ttl,
                            Objects.requireNonNullElse(margin, fifth),
                            Objects.requireNonNullElse(poll, shorter),
                            pause),
                    clock);
        }
    }

    /** {@return the owner that this instance writes into its leases} */
    public String instance() {
        return settings.instance();
    }

    /** {@return how long a lease of this instance lives without being renewed} */
    public Duration ttl() {
        return settings.ttl();
    }

    /** {@return how long before that it counts as lost} */
    public Duration margin() {
        return settings.margin();
    }

    /** {@return what this instance knows of its leases, by name} Does not ask the store. */
    public List<LeaseInfo> leases() {
        return leases.keySet().stream().sorted().map(name -> of(name).info()).toList();
    }

    /**
     * {@return what this instance knows of a lease} Empty if no singleton here was started with it.
     * Does not ask the store.
     */
    public Optional<LeaseInfo> lease(String name) {
        return Optional.ofNullable(leases.get(name)).map(Lease::info);
    }

    /**
     * What a name of a singleton's process does with messages while it has no process: while the
     * singleton runs on another instance, sends and calls fail with a text that says where;
     * otherwise {@code whileHere} applies.
     *
     * {@snippet :
     * Name<Message> invoicing =
     *         Name.create("invoicing", keeper.vacancy("invoicing", Vacancy.holding(1_000)));
     * }
     *
     * <p>{@link Singleton#named} sets this, and also drops what is held when the lease is lost.
     *
     * @param lease the name of the lease
     * @param whileHere for the time in which this instance has the lease; not {@link
     *     Vacancy.Varying}
     * @throws IllegalArgumentException if {@code whileHere} varies
     */
    public Vacancy vacancy(String lease, Vacancy whileHere) {
        Objects.requireNonNull(lease, "'lease' must not be null");
        Objects.requireNonNull(whileHere, "'whileHere' must not be null");
        if (whileHere instanceof Vacancy.Varying) {
            throw new IllegalArgumentException("'whileHere' must not vary: " + whileHere);
        }
        return Vacancy.varying(
                () -> {
                    LeaseInfo now = of(lease).info();
                    return now.isHere() ? whileHere : Vacancy.failing(elsewhere(now));
                });
    }

    /**
     * {@return why the singleton with a lease does not run on this instance, and where it runs, as
     * a sentence for the exception of a sender; empty if this instance has the lease} Does not ask
     * the store.
     */
    public Optional<String> whyNotHere(String lease) {
        LeaseInfo now = of(Objects.requireNonNull(lease, "'lease' must not be null")).info();
        return now.isHere() ? Optional.empty() : Optional.of(elsewhere(now));
    }

    /** Why a message cannot be delivered to a singleton that does not run here. */
    String elsewhere(LeaseInfo lease) {
        String where =
                lease.owner() != null && lease.state() == LeaseInfo.State.WAITING
                        ? "runs on %s, with token %d, and not on this instance, %s"
                                .formatted(lease.owner(), lease.token(), instance())
                        : "does not run on this instance, %s, which %s"
                                .formatted(instance(), lease.text());
        return "the singleton '%s' %s".formatted(lease.name(), where);
    }

    Lease of(String name) {
        return leases.computeIfAbsent(name, n -> new Lease(n, settings, clock, this::wake));
    }

    /**
     * A singleton wants leases from now on.
     *
     * @throws IllegalStateException if the keeper is closed
     */
    void begin() {
        synchronized (turns) {
            if (closed) {
                throw new IllegalStateException(
                        "the keeper of the leases of %s is closed".formatted(instance()));
            }
            if (started) return;
            started = true;
            talking.start();
            watching.start();
        }
    }

    /** Something has changed that the threads have to look at. Any thread may call this. */
    void wake() {
        talking.wake();
        watching.wake();
    }

    // ---- the threads

    private @Nullable Long talk() {
        Long next = renewer.turn(leases.values());
        synchronized (turns) {
            turns.notifyAll();
        }
        return next;
    }

    private @Nullable Long watch() {
        Long next = null;
        RuntimeException failure = null;
        for (Lease lease : leases.values()) {
            try {
                Long due = lease.watch();
                if (due != null && (next == null || due - next < 0)) next = due;
            } catch (Throwable failed) { // the others are looked at all the same
                String text = "the watch of lease '%s' failed".formatted(lease.name());
                failure = new IllegalStateException(text, failed);
            }
        }
        renewer.abortIfHanging();
        if (failure != null) throw failure;
        return next;
    }

    // ---- the end

    /**
     * Gives all leases back, and ends the threads. What still runs because of a lease is killed
     * first. Waits for the store for 5 s at the most; if that is not reached, other instances take
     * the leases when their TTL is over.
     */
    @Override
    public void close() {
        close(TO_CLOSE);
    }

    /**
     * {@link #close()} with a limit.
     *
     * @return whether all leases were given back in time
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public boolean close(Duration limit) {
        if (Objects.requireNonNull(limit, "'limit' must not be null").isNegative()) {
            throw new IllegalArgumentException("'limit' must not be negative: " + limit);
        }
        boolean wasStarted;
        synchronized (turns) {
            wasStarted = started && !closed;
            closed = true;
        }
        if (!wasStarted) return true;
        leases.values().forEach(Lease::retire);
        boolean settled = awaitSettled(leases.values(), limit);
        talking.stop(TO_END);
        watching.stop(TO_END);
        return settled;
    }

    private boolean awaitSettled(Collection<Lease> all, Duration limit) {
        long begun = System.nanoTime();
        synchronized (turns) {
            while (all.stream().anyMatch(Lease::isUnsettled)) {
                long left = limit.toMillis() - (System.nanoTime() - begun) / 1_000_000;
                if (left <= 0) return false;
                try {
                    turns.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
        }
        return true;
    }
}
