/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Behavior;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessOptions;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor with one actor for each key. The first message to a key starts its actor.
 *
 * {@snippet :
 * KeyedFactory<String, Courier.Message> couriers =
 *         KeyedFactory.of((String customer) -> StatefulActor.of(() -> new Courier(customer))).build();
 * StaticSupervisor.oneForOne().add(couriers.supervised("couriers")).start();
 * couriers.subject("customer-17").send(new Deliver(parcel));
 * }
 *
 * <p>An instance is the address of the factory; any thread may use it, also before the factory runs
 * and after a restart of it. At most one factory runs for an instance at a time.
 *
 * <p>The subject of a key is always the same object while anything refers to it. It outlives the
 * actor: what is sent while the key has no process is held, in order, and starts one. What was
 * queued at an actor that crashed is lost, unless its mailbox is {@linkplain
 * dev.otp4j.process.MailboxRetention retained}.
 *
 * <p>Initialisers of different keys run at the same time, so many at most as {@link
 * Builder#parallelStarts} says. There is never more than one process for a key.
 *
 * <p>Counterpart: Elixir's {@code DynamicSupervisor} with a {@code Registry} and {@code :via}; a
 * virtual actor, a sharded entity.
 *
 * @param <K> keys, with {@code equals}, {@code hashCode} and a {@code toString} that tells them
 *     apart
 * @param <M> what can be sent to the actor of a key
 * @since 0.1.0
 */
public final class KeyedFactory<K, M> {
    /** How many initialisers run at the same time unless said otherwise: 4. */
    public static final int DEFAULT_PARALLEL_STARTS = 4;

    /** How many messages are held for a key without a process unless said otherwise: 1,000. */
    public static final int DEFAULT_HELD = 1_000;

    /** Makes the actor of a key. */
    @FunctionalInterface
    public interface Template<K, M> {
        /**
         * How the actor of a key is started. Called in the factory's process, at each start and
         * restart of the key, so it must return at once: work belongs into the actor's initialiser.
         * The factory gives the actor its name. What this throws counts as a failed start.
         */
        ActorBuilder<?, M, ?> actor(K key) throws Exception;
    }

    private final Template<K, M> template;
    private final KeyedChild.Family<K, M> family;

    private KeyedFactory(Template<K, M> template, KeyedChild.Family<K, M> family) {
        this.template = template;
        this.family = family;
    }

    /** {@return a builder of a factory} */
    public static <K, M> Builder<K, M> of(Template<K, M> template) {
        Objects.requireNonNull(template, "'template' must not be null");
        return new Builder<>(template, KeyedSettings.defaults(), "keyed", null, null);
    }

    /**
     * {@return the handle of the keyed factory that a process runs} For tools that have found the
     * process in a tree; {@link #keyOf} finds the key of one of its children. Empty when {@link
     * SupervisorInfo#of} is, and for any other supervisor.
     */
    public static Optional<KeyedFactory<?, ?>> of(Pid process) {
        return SupervisorInfo.of(process).orElse(null) instanceof KeyedLoop<?, ?> loop
                ? Optional.of(loop.handle())
                : Optional.empty();
    }

    // ---- its keys

    /**
     * {@return the subject of a key} Starts nothing: the first message does. Never blocks.
     *
     * <p>What happens to a message while the key has no process says {@link Builder#whileVacant}:
     * by default up to {@value #DEFAULT_HELD} messages wait, calls each within its own time limit.
     * If the start fails, they are dropped and counted, and calls fail at once. A key that is left
     * down fails its senders.
     */
    public Subject<M> subject(K key) {
        return child(key).name().subject();
    }

    private KeyedChild<K, M> child(K key) {
        return family.child(Objects.requireNonNull(key, "'key' must not be null"));
    }

    /** {@return the process of a key} Empty if it has none that is initialised. Starts nothing. */
    public Optional<Pid> find(K key) {
        KeyedChild<K, M> child =
                family.table.find(Objects.requireNonNull(key, "'key' must not be null"));
        if (child == null) return Optional.empty();
        return child.name()
                .pid()
                .filter(pid -> ProcessInfo.of(pid).state() != ProcessInfo.State.STARTING);
    }

    /**
     * Finds the process of a key, or starts one, and waits until it is initialised. Callers of one
     * key get the same process. If the caller gives up, the start goes on.
     *
     * @throws StartException if it could not be started, or the key is left down
     * @throws CallException if the factory is not there, or ended meanwhile
     */
    public Started<Subject<M>> start(K key) {
        return started(key, tryStart(key));
    }

    /** {@link #start} with a failure as a value. */
    public StartResult<Subject<M>> tryStart(K key) {
        return ask(child(key), false, null);
    }

    /**
     * {@link #start} within a time limit, after which the start goes on.
     *
     * @throws CallException.TimedOut if the time is over
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public Started<Subject<M>> start(K key, Duration limit) {
        Objects.requireNonNull(limit, "'limit' must not be null");
        return started(key, ask(child(key), false, limit));
    }

    /**
     * Brings a key back that is left down: its failures so far do not count any more. Otherwise
     * does what {@link #start} does.
     *
     * @throws StartException if it could not be started
     * @throws CallException if the factory is not there, or ended meanwhile
     */
    public Started<Subject<M>> restart(K key) {
        return started(key, ask(child(key), true, null));
    }

    private StartResult<Subject<M>> ask(
            KeyedChild<K, M> child, boolean afresh, @Nullable Duration limit) {
        Subject<KeyedRequest<K, M>> factory = family.requests.subject();
        Function<Subject<StartResult<Subject<M>>>, KeyedRequest<K, M>> request =
                reply -> new KeyedRequest.Start<>(child, afresh, reply);
        return limit == null
                ? factory.callForever(request::apply)
                : factory.call(limit, request::apply);
    }

    private Started<Subject<M>> started(K key, StartResult<Subject<M>> result) {
        return switch (result) {
            case StartResult.Ok<Subject<M>>(Started<Subject<M>> started) -> started;
            case StartResult.Failed<Subject<M>>(StartError error) ->
                    throw new StartException(
                            "the actor of key '%s' of %s could not be started"
                                    .formatted(KeyText.of(key), this),
                            error);
        };
    }

    /**
     * Stops the process of a key in an orderly way and waits until it is dead. The next message to
     * the key starts another one. A key that is left down, or waits for its restart, is as if it
     * had never been started; what is held for it is dropped.
     *
     * @return false if the key had no process, and was not being started
     * @throws CallException if the factory is not there, or ended meanwhile
     */
    public boolean stop(K key) {
        KeyedChild<K, M> child = child(key);
        return family.requests
                .subject()
                .callForever((Subject<Boolean> reply) -> new KeyedRequest.Stop<>(child, reply));
    }

    /**
     * {@return the keys that have a process, are being started or restarted, or are left down, in
     * no order} Those that were passivated are not among them. Does not ask the factory and copies
     * nothing.
     */
    public Stream<K> keys() {
        return family.table.stream()
                .filter(child -> child.phase() != KeyedChild.Phase.ABSENT)
                .map(KeyedChild::key);
    }

    /**
     * {@return how many keys are in which state} Does not ask the factory.
     *
     * @throws dev.otp4j.process.NotRegisteredException if the factory does not run
     */
    public KeyCounts counts() {
        return ProcessInfo.viewOf(family.requests.subject().owner()).orElse(null)
                        instanceof SupervisorInfo view
                ? view.keyCounts().orElseThrow()
                : new KeyCounts(0, 0, 0, 0, 0);
    }

    /**
     * {@return the key of the child with that id} Empty if {@link #children()} has no such child.
     * Does not ask the factory, and looks at the children one by one.
     */
    public Optional<K> keyOf(String id) {
        Objects.requireNonNull(id, "'id' must not be null");
        return family.table.stream()
                .filter(child -> child.phase() != KeyedChild.Phase.ABSENT && child.id().equals(id))
                .map(KeyedChild::key)
                .findFirst();
    }

    /** {@return the children now, in no order; the id of each is the text of its key} */
    public List<ChildInfo> children() {
        return family.table.stream()
                .filter(child -> child.phase() != KeyedChild.Phase.ABSENT)
                .map(Child::info)
                .toList();
    }

    /** How many keys there are in memory; for tests. */
    int remembered() {
        return family.table.remembered();
    }

    /** How many keys the factory itself keeps in memory; for tests. */
    int kept() {
        return family.table.size();
    }

    // ---- its process

    /**
     * Starts the factory, without children but for those that messages wait for.
     *
     * @throws StartException if it runs already
     */
    public Started<KeyedFactory<K, M>> start() {
        var loop = new KeyedLoop<>(this, family, template);
        ProcessOptions options =
                ProcessOptions.defaults()
                        .trapping(true)
                        .concurrencyBelow(null)
                        .named(family.requests)
                        .runtime(family.runtime);
        return Children.started(Behavior.start(loop, options), pid -> this);
    }

    /** This factory as a child of a supervisor: permanent, with all the time it needs to stop. */
    public ChildSpecification<KeyedFactory<K, M>> supervised(String id) {
        return ChildSpecification.supervisor(id, this::start);
    }

    /** {@return the name of the factory's process} */
    public Name<?> name() {
        return family.requests;
    }

    @Override
    public String toString() {
        return "KeyedFactory[" + family.requests + "]";
    }

    /**
     * How a {@link KeyedFactory} is made. Immutable: each method returns a new builder, and one
     * builder makes any number of factories.
     */
    public static final class Builder<K, M> {
        private final Template<K, M> template;
        private final KeyedSettings settings;
        private final String prefix;
        private final @Nullable Vacancy vacancy;
        private final @Nullable ProcessRuntime runtime;

        private Builder(
                Template<K, M> template,
                KeyedSettings settings,
                String prefix,
                @Nullable Vacancy vacancy,
                @Nullable ProcessRuntime runtime) {
            this.template = template;
            this.settings = settings;
            this.prefix = prefix;
            this.vacancy = vacancy;
            this.runtime = runtime;
        }

        private Builder<K, M> with(KeyedSettings changed) {
            return new Builder<>(template, changed, prefix, vacancy, runtime);
        }

        private Builder<K, M> with(ChildTerms changed) {
            return with(settings.terms(changed));
        }

        /** The text of the factory's name; {@code keyed} by default. */
        public Builder<K, M> named(String text) {
            Objects.requireNonNull(text, "'text' must not be null");
            return new Builder<>(template, settings, text, vacancy, runtime);
        }

        /**
         * How many initialisers run at the same time; the starts of other keys wait in the order in
         * which they were asked for. Defaults to {@value KeyedFactory#DEFAULT_PARALLEL_STARTS}.
         *
         * @throws IllegalArgumentException if {@code most} is not positive
         */
        public Builder<K, M> parallelStarts(int most) {
            if (most < 1) throw new IllegalArgumentException("'most' must be positive: " + most);
            return with(settings.parallelStarts(most));
        }

        /**
         * How long the initialiser of a key may take before its process is killed and the start has
         * failed; the wait for its turn does not count. Defaults to what the actor's builder says.
         *
         * @throws IllegalArgumentException if {@code limit} is not positive
         */
        public Builder<K, M> startLimit(Duration limit) {
            return with(settings.startLimit(positive("limit", limit)));
        }

        /**
         * Ends the process of a key that has handled nothing for so long, or a quarter longer. The
         * next message starts it again; no message is lost: what comes in meanwhile is held. The
         * process runs its terminate callback, with {@link dev.otp4j.process.ExitReason#NORMAL}.
         * Its timers end with it. A process does not end while a caller waits for a reply that it
         * owes. By default no process is ended because it is idle.
         *
         * @throws IllegalArgumentException if {@code idle} is not positive
         */
        public Builder<K, M> passivateAfter(Duration idle) {
            return with(settings.passivateAfter(positive("idle", idle)));
        }

        /**
         * How many failures of each key are tolerated. A key that fails more often is left down: it
         * is reported and shown as {@code FAILED}, its senders fail, and no other key is disturbed,
         * until {@link KeyedFactory#restart} or {@link KeyedFactory#stop}. By default the failures
         * of all keys count together, see {@link #restartTolerance}.
         */
        public Builder<K, M> tolerancePerKey(int intensity, Duration period) {
            return with(settings.perKey(new Tolerance(intensity, period)));
        }

        /** How many restarts of all keys together are tolerated; defaults to 2 in 5 s. */
        public Builder<K, M> restartTolerance(int intensity, Duration period) {
            return with(settings.tolerance(new Tolerance(intensity, period)));
        }

        /** {@link #tolerancePerKey} or {@link #restartTolerance}; takes the other one away. */
        public Builder<K, M> tolerance(Tolerance tolerated, boolean perKey) {
            Objects.requireNonNull(tolerated, "'tolerated' must not be null");
            KeyedSettings one = settings.perKey(perKey ? tolerated : null);
            return with(one.tolerance(perKey ? null : tolerated));
        }

        /** {@return how many failures count as tolerated: of each key, or of all} */
        public Tolerance tolerance() {
            return settings.counted();
        }

        /** {@return whether the failures of each key count by themselves} */
        public boolean countsPerKey() {
            return settings.perKey() != null;
        }

        /**
         * How many keys may have a process or be left down at a time; no limit by default. At the
         * limit a start fails with {@link StartError.MaxChildren}.
         *
         * @throws IllegalArgumentException if {@code limit} is negative
         */
        public Builder<K, M> maxChildren(int limit) {
            if (limit < 0) {
                throw new IllegalArgumentException("'limit' must not be negative: " + limit);
            }
            return with(settings.maxChildren(limit));
        }

        /** When the actor of a key is started again; defaults to {@link Restart#TRANSIENT}. */
        public Builder<K, M> restart(Restart when) {
            Objects.requireNonNull(when, "'when' must not be null");
            return with(settings.terms().restart(when));
        }

        /** How long an actor may take to stop; defaults to 5 s. */
        public Builder<K, M> shutdown(Duration limit) {
            return shutdown(new Shutdown.After(limit));
        }

        /** How actors are stopped. */
        public Builder<K, M> shutdown(Shutdown how) {
            Objects.requireNonNull(how, "'how' must not be null");
            return with(settings.terms().shutdown(how));
        }

        /**
         * How long the factory waits before it starts a failed key again; by default it starts it
         * at once. With a back-off, a start for messages that fails is tried again as well, and the
         * messages wait.
         */
        public Builder<K, M> backoff(Backoff delays) {
            Objects.requireNonNull(delays, "'delays' must not be null");
            return with(settings.terms().backoff(delays));
        }

        /** {@return how long the factory waits before a restart; empty if it does not} */
        public Optional<Backoff> backoff() {
            return Optional.ofNullable(settings.terms().backoff());
        }

        /**
         * The limit of which the actors of all keys take permits, together. See {@link
         * ChildSpecification#concurrency(ConcurrencyLimit)}.
         */
        public Builder<K, M> concurrency(ConcurrencyLimit limit) {
            Objects.requireNonNull(limit, "'limit' must not be null");
            return with(settings.terms().concurrency(limit));
        }

        /** {@return the limit of which the actors take permits; empty for the inherited one} */
        public Optional<ConcurrencyLimit> concurrency() {
            return Optional.ofNullable(settings.terms().concurrency());
        }

        /**
         * How long the successor of a killed actor waits for the code of the actor to return;
         * defaults to zero. See {@link ChildSpecification#awaitThreadOnKill(Duration)}.
         *
         * @throws IllegalArgumentException if {@code limit} is negative
         */
        public Builder<K, M> awaitThreadOnKill(Duration limit) {
            return with(settings.terms().awaitThread(ChildSpecification.notNegative(limit)));
        }

        /**
         * What happens to messages for a key while it has no process; defaults to {@code
         * Vacancy.holding(1_000)}. A message that is not held starts nothing.
         */
        public Builder<K, M> whileVacant(Vacancy vacancyOfKeys) {
            Objects.requireNonNull(vacancyOfKeys, "'vacancyOfKeys' must not be null");
            return with(settings.whileVacant(vacancyOfKeys));
        }

        /** {@return what {@link #whileVacant(Vacancy)} was told} */
        public Optional<Vacancy> whileVacant() {
            return Optional.ofNullable(settings.whileVacant());
        }

        /** What happens to requests while the factory itself does not run; by default they wait. */
        public Builder<K, M> whileDown(Vacancy vacancyOfFactory) {
            Objects.requireNonNull(vacancyOfFactory, "'vacancyOfFactory' must not be null");
            return new Builder<>(template, settings, prefix, vacancyOfFactory, runtime);
        }

        /**
         * The runtime of the factory; defaults to that of the current process, or the default one.
         */
        public Builder<K, M> runtime(ProcessRuntime newRuntime) {
            Objects.requireNonNull(newRuntime, "'runtime' must not be null");
            return new Builder<>(template, settings, prefix, vacancy, newRuntime);
        }

        /**
         * Makes the factory. It does not run before it is started.
         *
         * @throws IllegalArgumentException if settings contradict each other: a tolerance of all
         *     keys and one of each; a back-off whose longest delay does not fit the tolerance;
         *     temporary actors with a back-off or a wait for the thread of a killed one
         */
        public KeyedFactory<K, M> build() {
            settings.check("keyed factory '" + prefix + "'");
            ProcessRuntime in = runtime == null ? ProcessRuntime.current() : runtime;
            Vacancy down = vacancy == null ? Vacancy.holding(Integer.MAX_VALUE) : vacancy;
            return new KeyedFactory<>(
                    template, new KeyedChild.Family<>(in, settings, prefix, down));
        }

        private static Duration positive(String name, Duration value) {
            Objects.requireNonNull(value, "'" + name + "' must not be null");
            if (value.isPositive()) return value;
            throw new IllegalArgumentException("'%s' must be positive: %s".formatted(name, value));
        }
    }
}
